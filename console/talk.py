"""What a conversation's page shows of what was said: that conversation, or all of the customer's as one."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from bot.domain.conversations import Conversation, Message, Spot
from bot.domain.masking import veiled
from bot.services.dossier import Dossier
from bot.services.timeline import Timeline

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Microseconds since 1970, a message's number, its conversation: so many digits, so that each is a time.
_SPOT = re.compile(r"([0-9]{1,17})~([0-9]{1,9})~([^\0]{1,200})", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}")


def address_of(conversation_id: str) -> str:
    """Its page."""
    return f"/console/conversations/{conversation_id}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for. What makes no sense in it is left out.

    `everywhere` is all of the customer's conversations; `number` and `spot` are where to go back from, in
    one and in all.
    """

    part: str
    everywhere: bool
    number: int | None = None
    spot: Spot | None = None


def asked(query: Mapping[str, str]) -> Asked:
    """Reads it."""
    part, before = query.get("part", ""), query.get("before", "")
    if query.get("all") == "1" and part in {"", "transcript"}:
        return Asked(part, everywhere=True, spot=_spot(before))
    number = int(before) if _NUMBER.fullmatch(before) else None
    return Asked(part, everywhere=False, number=number)


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said, for the page of `conversation`.

    `before` is where it goes back from, and `earlier` where to go on; each empty where it does not.
    `revealed` are the conversations of which this reader sees personal data.
    """

    conversation: Conversation
    messages: Sequence[Message]
    before: str
    earlier: str
    found: Dossier
    timeline: Timeline | None
    revealed: Collection[str]

    @property
    def everywhere(self) -> bool:
        """Whether it is all of the customer's conversations."""
        return self.timeline is not None

    @property
    def live(self) -> str:
        """Whose changes change it, as the page's script reads it."""
        return " ".join(self.timeline.conversations if self.timeline else [self.conversation.id])

    def link(self, **query: str) -> str:
        """The same with another part or place."""
        given = {"all": "1" if self.everywhere else "", **query}
        kept = urlencode({name: value for name, value in given.items() if value})
        return f"{address_of(self.conversation.id)}{'?' if kept else ''}{kept}"

    def shown(self, message: Message, text: str) -> str:
        """Something of a message, as far as this reader sees it in that message's own conversation."""
        name = message.conversation_id
        if name in self.revealed:
            return text
        return self.timeline.veiled(name, text) if self.timeline else veiled(text, self.found.personal)

    def anchor(self, message: Message) -> str:
        """Its name on the page: numbers count in each conversation."""
        own = message.conversation_id == self.conversation.id
        return f"m{message.seq}" if own else f"m{message.seq}-{message.conversation_id}"

    def home(self, message: Message) -> str:
        """Where it stands in its own conversation."""
        return f"{address_of(message.conversation_id)}#m{message.seq}"

    def channel(self, message: Message) -> str:
        """Where it was said."""
        there = self.timeline.conversations if self.timeline else {}
        return there.get(message.conversation_id, self.conversation).channel


def talk(found: Dossier, timeline: Timeline | None, given: Asked, revealed: Collection[str]) -> Talk:
    """For a page, of what was found."""
    if timeline is not None:
        before, earlier = _dump(given.spot), _dump(timeline.earlier)
        return Talk(found.conversation, timeline.messages, before, earlier, found, timeline, revealed)
    before = "" if given.number is None else str(given.number)
    earlier = "" if found.earlier is None else str(found.earlier)
    return Talk(found.conversation, found.messages, before, earlier, found, None, revealed)


def read_in(found: Dossier, timeline: Timeline | None) -> set[str]:
    """The conversations of which somebody reads something there."""
    messages = timeline.messages if timeline else ()
    return {found.conversation.id, *(item.conversation_id for item in messages)}


def _dump(spot: Spot | None) -> str:
    if spot is None:
        return ""
    since = (spot.at - _EPOCH) // timedelta(microseconds=1)
    return f"{since}~{spot.seq}~{spot.conversation_id}"


def _spot(text: str) -> Spot | None:
    found = _SPOT.fullmatch(text)
    if found is None:
        return None
    since, seq, conversation_id = found.groups()
    return Spot(_EPOCH + timedelta(microseconds=int(since)), conversation_id, int(seq))
