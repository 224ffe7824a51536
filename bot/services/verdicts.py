"""Whether the promises P1 to P8 were kept in one conversation, judged by what is stored of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import dropwhile

from bot.domain.cancellations import Operation, OperationKind, OperationState
from bot.domain.conversations import Author, Message, ReplyKind
from bot.domain.declarations import DECLARATIONS_SHOWN
from bot.domain.errors import FairwellError
from bot.domain.manners.talk import judge_talk
from bot.domain.manners.texts import Lexicon
from bot.domain.receipts import Receipt
from bot.services import ledger, stated
from bot.services.dependencies import Dependencies
from bot.services.dossier import Declared, Dossier
from bot.services.stated import Stated

#: So many messages are judged, the last ones: a page costs the same however long a conversation is.
LAST = 500
#: P1: one message, one pick, one press for what can't be undone.
_MOST_MESSAGES = 3
#: What proves who it is does not count: P1 speaks of verified customers.
_PROVES = ("[email]", "[code]")


class Judgement(StrEnum):
    """What can be said of a promise."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_TOUCHED = "not_touched"  # nothing here has to do with it


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise in one conversation, in words for staff."""

    promise: str
    title: str
    judgement: Judgement
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """P1 to P8, in order. `of_last` is how many messages were judged, where there are more; else None."""

    verdicts: Sequence[Verdict]
    of_last: int | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """`told` are the messages since the first wish that is judged; `whole` is whether that is all of them."""

    dossier: Dossier
    messages: Sequence[Message]
    told: Sequence[Message]
    whole: bool
    lexicons: Collection[Lexicon]
    genuine: Callable[[Receipt], bool]

    @property
    def done(self) -> list[tuple[Declared, Operation, Receipt | None]]:
        """What was confirmed, each with its receipt."""
        return [
            (item, operation, receipt)
            for item in self.dossier.declared
            for operation, receipt in item.operations
            if operation.state is OperationState.CONFIRMED
        ]


#: A rule yields what is wrong, or nothing; it is asked only where `touched`.
_Rule = Callable[[_Seen], Iterator[str]]


def judge(
    deps: Dependencies,
    dossier: Dossier,
    lexicons: Collection[Lexicon],
    genuine: Callable[[Receipt], bool],
) -> Judged:
    """By the last messages. `genuine` tells whether a signature is ours and covers what its receipt holds."""
    with deps.store.reading() as work:
        read = work.messages.before(dossier.conversation.id, None, LAST + 1)
    cut = len(read) > LAST
    # What the bot says first there answers a message that is not judged: out of place it would look wrong.
    messages = list(dropwhile(_answers, read[-LAST:])) if cut else read
    wishes = {item.declaration.inbox_id for item in dossier.declared}
    # Nor is a question put down to a wish that is not among those of the dossier.
    whole = not cut and len(dossier.declared) < DECLARATIONS_SHOWN
    told = messages if whole else list(dropwhile(lambda item: not _wished(item, wishes), messages))
    seen = _Seen(dossier, messages, told, whole, lexicons, genuine)
    return Judged([_verdict(seen, *rule) for rule in _RULES], len(messages) if cut else None)


def _verdict(
    seen: _Seen, promise: str, title: str, wrong: _Rule, touched: Callable[[_Seen], bool]
) -> Verdict:
    if not touched(seen):
        return Verdict(promise, title, Judgement.NOT_TOUCHED, "Nothing here has to do with it.")
    faults = list(wrong(seen))
    if faults:
        return Verdict(promise, title, Judgement.BROKEN, " ".join(faults))
    return Verdict(promise, title, Judgement.KEPT, "As promised.")


def _cancelled(seen: _Seen) -> bool:
    return any(operation.kind in ledger.ENDS for _, operation, _ in seen.done)


def _seen_cancelled(seen: _Seen) -> bool:
    """P1 and P7 speak of what was said on the way: of what is told no more, neither holds nor breaks."""
    if seen.whole:
        return _cancelled(seen)
    ended = [receipt for _, operation, receipt in seen.done if operation.kind in ledger.ENDS]
    return any(_shows(message, receipt) for message in seen.told for receipt in ended if receipt is not None)


def _changed(seen: _Seen) -> bool:
    return bool(seen.done)


def _one_message(seen: _Seen) -> Iterator[str]:
    for item, _, receipt in seen.done:
        if receipt is None or item.declaration.kind is not OperationKind.CANCEL:
            continue
        said = [message for message in seen.messages if message.inbox_id == item.declaration.inbox_id]
        shown = [message for message in seen.messages if _shows(message, receipt)]
        if not said or not shown:
            continue
        between = [message for message in seen.messages if said[0].seq <= message.seq < shown[0].seq]
        if any(message.author is Author.STAFF for message in between):
            continue
        needed = [
            message for message in between if message.author is Author.CUSTOMER and not _proves(message)
        ]
        if len(needed) > _MOST_MESSAGES:
            yield f"It took {len(needed)} messages to cancel."


def _once(seen: _Seen) -> Iterator[str]:
    made = Counter((operation.subscription_ref, operation.generation) for _, operation, _ in seen.done)
    yield from (
        f"{ref} was changed twice in generation {number}." for (ref, number), n in made.items() if n > 1
    )
    numbers = Counter(receipt.number for _, _, receipt in seen.done if receipt is not None)
    yield from (f"{number} stands for two acts." for number, n in numbers.items() if n > 1)


def _only_the_owner(seen: _Seen) -> Iterator[str]:
    for item, operation, _ in seen.done:
        if item.declaration.customer_ref not in {None, operation.customer_ref}:
            yield "What one customer declared was done to another's subscription."


def _their_time(seen: _Seen) -> Iterator[str]:
    for item, _, receipt in seen.done:
        declared_at = item.declaration.declared_at.replace(microsecond=0)
        facts = _stated(receipt)
        if receipt is not None and facts and facts.received_at.replace(microsecond=0) != declared_at:
            yield f"{receipt.number} states another time than that of the message."


def _asked_after(seen: _Seen) -> Iterator[str]:
    asked = [message for message in seen.told if message.kind is ReplyKind.EXIT_QUESTION]
    proved = [message for message in seen.told if message.receipt is not None]
    if len(asked) > max(len(seen.dossier.declared), 1):
        yield "The exit question was asked more than once for a declaration."
    if asked and (not proved or asked[0].seq < proved[0].seq):
        yield "The exit question came before the confirmation."


def _proved(seen: _Seen) -> Iterator[str]:
    for _, operation, receipt in seen.done:
        if receipt is None:
            yield f"{operation.kind.value} of {operation.subscription_ref} has no receipt."
            continue
        facts = _stated(receipt)
        if facts is None or not seen.genuine(receipt):
            yield f"The signature of {receipt.number} does not prove what it holds."
        elif facts.number != receipt.number:
            yield f"{receipt.number} is signed with another number."


def _undoable(seen: _Seen) -> Iterator[str]:
    for _, operation, receipt in seen.done:
        if receipt is None or operation.kind is not OperationKind.CANCEL or operation.immediately:
            continue
        shown = [message for message in seen.messages if _shows(message, receipt)]
        if shown and not any(name == "undo" for message in shown for name, _, _ in message.buttons):
            yield f"{receipt.number} was shown without a way back."


def _manners(seen: _Seen) -> Iterator[str]:
    for finding in judge_talk(seen.messages, seen.lexicons):
        yield f"{finding.rule.value.replace('_', ' ').capitalize()}: “{finding.words}”."


def _stated(receipt: Receipt | None) -> Stated | None:
    """What is signed; None where nothing can be read."""
    with suppress(FairwellError, ValueError, LookupError, TypeError):
        return stated.read(receipt) if receipt is not None else None
    return None


def _shows(message: Message, receipt: Receipt) -> bool:
    return message.receipt is not None and message.receipt.number == receipt.number


def _wished(message: Message, wishes: Collection[str]) -> bool:
    """The bot's answers have the same inbox id."""
    return message.author is Author.CUSTOMER and message.inbox_id in wishes


def _answers(message: Message) -> bool:
    return message.author is Author.BOT


def _proves(message: Message) -> bool:
    return any(mark in message.text for mark in _PROVES)


def _always(seen: _Seen) -> bool:
    return any(message.author is Author.BOT for message in seen.messages)


def _asked(seen: _Seen) -> bool:
    return any(message.kind is ReplyKind.EXIT_QUESTION for message in seen.told)


_RULES: tuple[tuple[str, str, _Rule, Callable[[_Seen], bool]], ...] = (
    ("P1", "One message", _one_message, _seen_cancelled),
    ("P2", "Exactly once", _once, _changed),
    ("P3", "Only the owner", _only_the_owner, _changed),
    ("P4", "The clock starts when they say it", _their_time, _changed),
    ("P5", "Ask after, ask once", _asked_after, _asked),
    ("P6", "Proof", _proved, _changed),
    ("P7", "Undo", _undoable, _seen_cancelled),
    ("P8", "No dark patterns", _manners, _always),
)
