"""What channels accept: durable before it is acknowledged, answered exactly once, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class InboxState(StrEnum):
    """Accepted until answered; held while a person is in charge of the conversation."""

    ACCEPTED = "accepted"
    HELD = "held"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One accepted message. `message_id` is the channel's own key for deduplication, within the conversation.

    `text` or `button` (a token) is set while the entry is open; both are deleted once it is answered.
    `request` is set once its turn was prepared, so that a repeated turn asks Rasa the very same thing.
    """

    id: str
    conversation_id: str
    message_id: str
    fingerprint: str
    arrived_at: datetime
    said_at: datetime | None = None
    text: str | None = None
    button: str | None = None
    state: InboxState = InboxState.ACCEPTED
    attempts: int = 0
    not_before: datetime | None = None
    request: str | None = None  # the prepared turn as JSON, frozen at its first try
