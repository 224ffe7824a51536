"""The bot's commands: how they are written, and what each one means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.inbox import Event

#: The commands Telegram lists for the bot, in this order, and the name of the wording of each.
LISTED = (
    ("cancel", "telegram_command_cancel"),
    ("help", "telegram_command_help"),
    ("language", "telegram_command_language"),
    ("logout", "telegram_command_logout"),
)
_EVENTS = {
    "cancel": Event.CANCEL,
    "help": Event.HELP,
    "language": Event.LANGUAGE,
    "logout": Event.LOG_OUT,
    "start": Event.START,
}
# Plain ASCII: in Unicode some letters are equal to an `s` or a `k` when case is ignored.
_COMMAND = re.compile(
    r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>[A-Za-z0-9_]{1,64}))?(?:\s+(?P<rest>.*))?",
    re.ASCII | re.DOTALL,
)
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Me:
    """The bot as Telegram knows it."""

    id: int
    username: str

    def is_called(self, name: str) -> bool:
        """Whether this is its name; Telegram does not look at case."""
        return name.lower() == self.username.lower()


def event_of(text: str, me: Me | None) -> tuple[Event, str | None] | None:
    """What a text means that is one of our commands, with the event's text; None for any other text.

    A command that names another bot, or any while our own name is not known, is not ours.
    """
    found = _COMMAND.fullmatch(text)
    if found is None or not _is_for(found["bot"], me):
        return None
    event = _EVENTS.get(found["name"].lower())
    if event is None:
        return None
    if event is Event.CANCEL:
        return event, text
    payload = (found["rest"] or "").strip()
    if event is Event.START and is_payload(payload):
        return Event.LINK, payload
    return event, None


def speaks_to(text: str, me: Me) -> bool:
    """Whether a text is a command for this bot: one of ours, or any that names it."""
    found = _COMMAND.fullmatch(text)
    if found is None:
        return False
    if found["bot"] is not None:
        return me.is_called(found["bot"])
    return found["name"].lower() in _EVENTS


def is_payload(text: str) -> bool:
    """Whether a link that opens the bot can carry this."""
    return _PAYLOAD.fullmatch(text) is not None


def names_a_bot(text: str) -> bool:
    """Whether a text is a command for a certain bot, so that our own name decides what it is."""
    found = _COMMAND.fullmatch(text)
    return found is not None and found["bot"] is not None


def _is_for(bot: str | None, me: Me | None) -> bool:
    return bot is None or (me is not None and me.is_called(bot))
