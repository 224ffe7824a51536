"""Real messages worth learning from: asked about, corrected, undone as a mistake, or handed over (ADR 12).

Read from transcripts, which are masked, newest first and no more than a given number of messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.domain.cases import Case
from bot.domain.conversations import Author, Message, ReplyKind
from bot.domain.text import mask, normalise
from bot.services.dependencies import Dependencies

#: A cancellation taken back so soon was probably never meant.
MISTAKE_WITHIN = timedelta(minutes=10)
#: What is said so soon after an answer is about it.
_RIGHT_AFTER = timedelta(minutes=10)
#: An answer comes at most so many messages late.
_LATE = 10
#: Intents that say nothing about what the message before them meant.
_NO_LABEL = frozenset({
    "nlu_fallback", "affirm", "deny", "choose", "decline", "give_email", "give_code", "give_reason", "greet",
    "goodbye", "thank", "insult", "talk_to_human", "out_of_scope",
})  # fmt: skip

#: What shadow mode asks about.
_ACTING = frozenset({"cancel", "undo_cancel"})


class Why(StrEnum):
    """What makes a message worth a look, most telling first."""

    MISTAKE = "undone as a mistake"
    CORRECTED = "corrected"  # asked about, and the customer then chose something
    HANDED_OVER = "handed over"
    CLARIFIED = "asked about"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One message, masked. `label` is the intent its writer chose next, where they did."""

    text: str
    language: str
    at: datetime
    intent: str | None
    confidence: float | None
    why: Why
    label: str | None = None


@dataclass(frozen=True, slots=True)
class _Exchange:
    """A customer's message and what the bot said until their next one."""

    said: Message
    answers: list[Message] = field(default_factory=list)

    @property
    def intent(self) -> str | None:
        return self.said.understanding.intent

    def shows(self, name: str) -> bool:
        return any(name == shown for answer in self.answers for shown, _, _ in answer.buttons)

    @property
    def asked(self) -> bool:
        """Whether it was answered with the question what is meant."""
        chosen = any(answer.kind is ReplyKind.CHOICE for answer in self.answers)
        unclear = self.intent == "nlu_fallback" or (chosen and self.shows("talk_to_human"))
        return unclear and self.shows("cancel_now")

    def did(self, kind: str) -> bool:
        """Whether a receipt of this kind was issued for it."""
        return any(answer.receipt is not None and answer.receipt.kind == kind for answer in self.answers)


def find(deps: Dependencies, *, limit: int, since: datetime | None = None) -> list[Candidate]:
    """The candidates among the newest `limit` messages of all conversations, oldest first."""
    with deps.store.begin() as work:
        newest, cases = work.messages.newest(limit, since), work.cases.newest(limit)
    # Nothing is held up meanwhile: a unit of work keeps everybody else from writing.
    talks: dict[str, list[Message]] = {}
    for message in reversed(newest):
        talks.setdefault(message.conversation_id, []).append(message)
    opened: dict[str, list[Case]] = {}
    for case in cases:
        opened.setdefault(case.conversation_id, []).append(case)
    found = [
        candidate
        for conversation_id, messages in talks.items()
        for candidate in _among(deps, messages, opened.get(conversation_id, []))
    ]
    return sorted(found, key=lambda item: item.at)


def _among(deps: Dependencies, messages: Sequence[Message], cases: Sequence[Case]) -> list[Candidate]:
    """Those of one conversation; its language is looked up only where there are any."""
    talk = _exchanges(messages)
    worth: list[tuple[Message, Why, str | None]] = []
    for place, exchange in enumerate(talk):
        why, label = _reason(talk[place:], cases)
        if (
            why is not None
            and shown(exchange.said.text)
            and not _is_press(exchange, talk[:place], messages[0])
        ):
            worth.append((exchange.said, why, label))
    if not worth:
        return []
    with deps.store.begin() as work:
        conversation = work.conversations.get(messages[0].conversation_id)
    language = conversation.locale if conversation is not None else ""
    return [
        Candidate(
            text=shown(said.text),
            language=language,
            at=said.at,
            intent=said.understanding.intent,
            confidence=said.understanding.confidence,
            why=why,
            label=label,
        )
        for said, why, label in worth
    ]


def _exchanges(messages: Sequence[Message]) -> list[_Exchange]:
    """In order; an answer that came late belongs to the message it answers."""
    found: list[_Exchange] = []
    for message in sorted(messages, key=lambda item: item.seq):
        if message.author is Author.CUSTOMER:
            found.append(_Exchange(message))
        elif message.author is Author.BOT:
            own = [item for item in found[-_LATE:] if item.said.inbox_id == message.inbox_id]
            target = own[-1] if own and message.inbox_id is not None else found[-1] if found else None
            if target is not None:
                target.answers.append(message)
    return found


def _is_press(exchange: _Exchange, before: Sequence[_Exchange], first: Message) -> bool:
    """A press stands in a transcript as its button's title, understood with certainty."""
    if exchange.said.understanding.confidence != 1.0:
        return False
    titles = {title for item in before for answer in item.answers for _, title, _ in answer.buttons}
    # Of the first one read it cannot be told; it is let go.
    return exchange.said.text in titles or (exchange.said is first and first.seq > 1)


def _reason(talk: Sequence[_Exchange], cases: Sequence[Case]) -> tuple[Why | None, str | None]:
    """Why the first of `talk` is worth a look, and what its writer chose next."""
    this = talk[0]
    following = talk[1] if len(talk) > 1 and talk[1].said.at <= this.said.at + _RIGHT_AFTER else None
    if _mistaken(talk, cases):
        return Why.MISTAKE, None
    if this.asked and following is not None and following.intent == this.intent and this.intent in _ACTING:
        return None, None  # asked in shadow mode, and it was meant
    if this.asked and following is not None and following.intent not in {None, *_NO_LABEL}:
        return Why.CORRECTED, following.intent
    if this.intent != "talk_to_human" and following is not None and following.intent == "talk_to_human":
        return Why.HANDED_OVER, None
    if any(case.subject == "not_understood" and _opened_by(this, talk, case) for case in cases):
        return Why.HANDED_OVER, None
    return (Why.CLARIFIED, None) if this.asked else (None, None)


def _mistaken(talk: Sequence[_Exchange], cases: Sequence[Case]) -> bool:
    """Cancelled, and taken back soon, or with the remark that it was a mistake (see `services.undo`)."""
    if not talk[0].did("cancel"):
        return False
    undone = next((item for item in talk[1:] if item.did("undo")), None)
    if undone is None:
        return False
    flagged = any(case.subject == "mistake" and _opened_by(undone, talk, case) for case in cases)
    return flagged or undone.said.at <= talk[0].said.at + MISTAKE_WITHIN


def _opened_by(exchange: _Exchange, talk: Sequence[_Exchange], case: Case) -> bool:
    """Whether this message is the last one before the case was opened."""
    later = next((after.said.at for this, after in pairwise(talk) if this is exchange), None)
    return exchange.said.at <= case.opened_at and (later is None or case.opened_at < later)


def shown(text: str) -> str:
    """A text as it may be shown: masked when it was stored, and once more, whatever was stored."""
    return mask(normalise(text)).text
