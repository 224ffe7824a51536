"""What is kept of deliveries, of secrets that platforms give out, and of who is the only one at something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.deliveries import Delivery


class DeliveryRepository(Protocol):
    """Messages on their way. In each conversation they go in order: nothing is due behind one that waits."""

    def add(self, delivery: Delivery) -> None: ...
    def get(self, conversation_id: str, seq: int) -> Delivery | None: ...
    def lease(self, owner: str, now: datetime, until: datetime, limit: int) -> Sequence[Delivery]:
        """Takes the oldest waiting one of each conversation, where it is due and nobody is at it."""
        ...

    def put(self, delivery: Delivery, owner: str | None = None) -> bool:
        """Stores how it stands and gives the lease back; with `owner` only while that one has it."""
        ...

    def extend(self, delivery: Delivery, owner: str, until: datetime) -> bool:
        """Stores how it stands and keeps the lease until then; False when another one has it."""
        ...

    def undelivered(self, limit: int | None = 200) -> Sequence[Delivery]:
        """Dead and doubtful ones, oldest first; those of a conversation that are as old, in its order."""
        ...

    def count_waiting(self) -> int: ...


class Vault(Protocol):
    """Named secrets that are sealed at rest."""

    def put(self, name: str, value: str, expires_at: datetime | None = None) -> None:
        """Adds or replaces."""
        ...

    def get(self, name: str, now: datetime) -> str | None: ...
    def take(self, name: str, now: datetime) -> str | None:
        """Like `get`, and removes it; also what has expired of all others."""
        ...

    def remove(self, name: str) -> None: ...


class Roles(Protocol):
    """Named rights that one process at a time holds, such as to poll a platform."""

    def take(self, name: str, owner: str, until: datetime, now: datetime) -> bool:
        """Takes or renews it; False while another owner's time runs."""
        ...

    def release(self, name: str, owner: str) -> None: ...
