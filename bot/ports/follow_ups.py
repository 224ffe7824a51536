"""What is kept of who wants to be told when their reason for leaving is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.follow_ups import FollowUp


class FollowUpRepository(Protocol):
    """Consents to one message each. What was written is encrypted at rest."""

    def add(self, follow_up: FollowUp) -> bool:
        """False when there is one for this declaration, in whatever state."""
        ...

    def put(self, follow_up: FollowUp) -> None:
        """Replaces one."""
        ...

    def lock(self, follow_up_id: str) -> FollowUp | None:
        """As it is now; nobody else changes it until the unit of work ends."""
        ...

    def of_declaration(self, declaration_id: str) -> FollowUp | None: ...
    def open(
        self, *, customer_ref: str | None = None, conversation_id: str | None = None
    ) -> Sequence[FollowUp]:
        """Those that wait, oldest first: all, or of this customer, or of this conversation, or of either."""
        ...

    def remove_customer(self, customer_ref: str) -> None:
        """Removes a customer's, in whatever state."""
        ...
