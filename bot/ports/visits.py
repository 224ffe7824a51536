"""What is kept of who opens sessions without saying who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class VisitRepository(Protocol):
    """When sessions were opened, by a visitor: a keyed digest of an address, never the address."""

    def lock(self, visitor: str, now: datetime) -> Sequence[datetime]:
        """When this visitor opened some; nobody else notes any of theirs until the unit of work ends."""
        ...

    def note(self, visitor: str, opened: Sequence[datetime], until: datetime, now: datetime) -> None:
        """Keeps these for a locked visitor until then, in place of what was kept.

        Forgets visitors whose time is over.
        """
        ...
