"""What staff do in conversations: who is there, what they leave, and what is settled for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Who has not been heard of for so long is gone.
PRESENT_FOR = timedelta(seconds=40)
#: Personal data that was asked for is shown for this long.
REVEALED_FOR = timedelta(minutes=30)
#: A reason has at least so many characters.
SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who looks at a conversation, or has lately.

    `read_at` is when it was last written into the audit that they read it.
    """

    conversation_id: str
    staff_id: str
    seen_at: datetime
    typing: bool = False
    revealed_until: datetime | None = None
    read_at: datetime | None = None

    def here(self, now: datetime) -> bool:
        """Whether they are still there."""
        return now < self.seen_at + PRESENT_FOR

    def sees(self, now: datetime) -> bool:
        """Whether personal data is shown to them."""
        return self.revealed_until is not None and now < self.revealed_until


@dataclass(frozen=True, slots=True)
class Note:
    """What staff tell each other about a conversation; customers never see it."""

    id: str
    conversation_id: str
    staff_id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A reply that is often needed. `{name}` in its text is the customer's, `{number}` the case's."""

    id: str
    title: str
    language: str
    text: str
