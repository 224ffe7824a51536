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


class Event(StrEnum):
    """What happens in a chat apart from a text and the press of a button, and what `text` holds with it."""

    CANCEL = "cancel"  # the channel's own command for it; `text` is the command as it was written
    START = "start"  # the chat was opened
    HELP = "help"
    LANGUAGE = "language"
    LOG_OUT = "log_out"
    LINK = "link"  # a one-time link was opened; `text` is its token
    CONTACT = "contact"  # their own phone number, which the platform has verified; `text` is the number
    OTHER_CONTACT = "other_contact"  # somebody else's; without a text
    ATTACHMENT = "attachment"  # what is no text; `text` is what it is: photo, voice, sticker …
    EDITED = "edited"  # an earlier message was changed; without a text
    DELETED = "deleted"
    PUBLIC = "public"  # the bot was spoken to where others read along; without a text
    STALE_BUTTON = "stale_button"  # a button that no conversation knows any more


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """One accepted message. `message_id` is the channel's own key for deduplication, within the conversation.

    `text`, with an `event` or without, or `button` (a token) is set while the entry is open; text and button
    are deleted once it is answered.
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
    event: Event | None = None
