"""Which of their plans a customer means, taken from the sentence.

Plan names are the company's own, so they are looked up and not learnt. A plan is taken only where the
sentence says that it is to end; whatever is less than plain comes back as unclear, and the customer picks by
button.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from bot.domain import choice_words as words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.subscriptions import Subscription

# Nobody says a plan's name this often who means it; looking at each would take long.
_MOST_MENTIONS = 30


class _Verdict(Enum):
    END = "end"
    NAMED = "named"  # as a plan, but not as what should end: counts where nothing is
    KEEP = "keep"
    UNSURE = "unsure"  # perhaps not the plan at all, but a common word


@dataclass(frozen=True, slots=True)
class Choice:
    """The subscriptions a sentence names; `unclear` when it names some in a way nobody should guess at."""

    subscriptions: tuple[Subscription, ...] = ()
    everything: bool = False
    unclear: bool = False


def choose(text: str, subscriptions: Sequence[Subscription], *, plainly: bool = False) -> Choice:
    """The subscriptions of `subscriptions` that the normalised `text` names as the ones to end.

    "Cancel Pro but keep Basic" is Pro. "Everything but Pro" is not guessed at: it comes back unclear, as
    does "my Pro plan" where two of them run. With `plainly` it is not enough that a plan is mentioned.
    """
    lowered = text.casefold().replace("\u2019", "'")
    names = sorted({item.plan.name.casefold() for item in subscriptions}, key=len, reverse=True)
    mentioned = _verdicts(lowered, names)
    said = set[_Verdict]().union(*mentioned.values())
    wanted = _Verdict.END if plainly or _Verdict.END in said else _Verdict.NAMED
    ending = [item for item in subscriptions if wanted in mentioned.get(item.plan.name.casefold(), ())]
    everything = bool(words.EVERYTHING.search(words.NOT_EVERYTHING.sub(" ", lowered)))
    if everything and not mentioned:
        return Choice(subscriptions=tuple(subscriptions), everything=True)
    if everything and len(ending) < min(2, len(subscriptions)):
        return Choice(unclear=True)
    if any(_Verdict.KEEP in verdicts and wanted in verdicts for verdicts in mentioned.values()):
        return Choice(unclear=True)
    if ending:
        several = everything or words.SEVERAL.search(lowered)
        return Choice(unclear=True) if _same_plan(ending) and not several else Choice(tuple(ending))
    # Somebody with one subscription who says "my team" has nothing to choose from.
    return Choice(unclear=_Verdict.KEEP in said or (bool(said) and len(subscriptions) > 1))


def _same_plan(items: Sequence[Subscription]) -> bool:
    """Whether a plan's name means more than one that still runs."""
    running = [item.plan.name.casefold() for item in items if item.cancellable]
    return len(set(running)) < len(running)


def only_names(text: str) -> bool:
    """Whether the lowered `text` is nothing but "all" and words that change nothing."""
    return not words.FILLER.sub("", words.EVERYTHING.sub(" ", re.sub(words.STOP, "", text)))


def asks_to_end(text: str) -> bool:
    """Whether the normalised `text` also asks to cancel: "no, I want to cancel"; not "no, don't cancel"."""
    return bool(words.ASKS_TO_END.search(words.NOT_TO_END.sub(" ", text.casefold().replace("\u2019", "'"))))


def named_to_end(text: str, names: Sequence[str]) -> str | None:
    """The first of `names`, of plans, that the normalised `text` plainly names as what should end."""
    found = _verdicts(text.casefold().replace("\u2019", "'"), [name.casefold() for name in names])
    return next((name for name in names if _Verdict.END in found.get(name.casefold(), ())), None)


def mentioned(text: str, subscriptions: Sequence[Subscription]) -> Choice:
    """The subscriptions that the normalised `text` names at all, or all: for questions, and for taking back.

    "Keep Pro" and "when does Pro end?" are Pro. With an exception in it ("all but Pro") it is unclear.
    """
    lowered = text.casefold().replace("\u2019", "'")
    named = [item for item in subscriptions if _named(lowered, item.plan.name.casefold())]
    everything = bool(words.EVERYTHING.search(words.NOT_EVERYTHING.sub(" ", lowered)))
    if named and (everything or re.search(rf"\b{words.EXCEPT}\b", lowered)):
        return Choice(unclear=True)
    if everything:
        return Choice(subscriptions=tuple(subscriptions), everything=True)
    return Choice(subscriptions=tuple(named))


def _named(text: str, name: str) -> bool:
    found = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return any(not words.PER.match(text, match.end()) for match in found)


def choose_by_position(text: str, shown: Sequence[Subscription]) -> Choice:
    """The one that "the second" means, of those `shown` in this order; the whole text must say so."""
    match = words.POSITION.fullmatch(text.casefold().replace("\u2019", "'"))
    if match is None or not shown:
        return Choice()
    if match["word"] in {"last", "letzte", "letzten", "letztes"}:
        return Choice(subscriptions=(shown[-1],))
    for places, subscription in zip(words.POSITIONS, shown, strict=False):
        if match["word"] in places:
            return Choice(subscriptions=(subscription,))
    return Choice()


def _verdicts(text: str, names: Sequence[str]) -> dict[str, set[_Verdict]]:
    """What is said of each plan that is mentioned; where something plain is said, the rest does not count."""
    if not names:
        return {}
    name = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(item) for item in names)})(?!\w)")
    found: dict[str, set[_Verdict]] = {}
    mentions = list(name.finditer(text))
    if len(mentions) > _MOST_MENTIONS:
        return {match[0]: {_Verdict.UNSURE} for match in mentions}
    for match in mentions:
        if not words.PER.match(text, match.end()):
            found.setdefault(match[0], set()).add(_verdict(text, match, name))
    return {item: (said - {_Verdict.UNSURE}) or said for item, said in found.items()}


def _verdict(text: str, mention: re.Match[str], name: re.Pattern[str]) -> _Verdict:
    begin = max(text.rfind(mark, 0, mention.start()) for mark in ".;!?") + 1
    before, after = text[begin : mention.start()], text[mention.end() :]
    is_noun = bool(words.NOUN_AFTER.match(after))
    after = words.NOUN_AFTER.sub("", after, count=1) if is_noun else after
    if words.STAYS_AFTER.match(after):
        return _Verdict.KEEP
    if words.EXCEPT_RIGHT_BEFORE.search(before):
        return _Verdict.KEEP
    ends = words.ENDS_AFTER.match(after)
    if ends and _is_plain(ends["between"], name) and not words.GOES_ON.search(ends["between"]):
        return _Verdict.KEEP if ends["denied"] else _Verdict.END
    direction = max(words.DIRECTIONS.finditer(before), key=re.Match.end, default=None)
    if direction is None:
        if _is_plain(re.sub(words.STOP, "", text), name):
            return _Verdict.END
        return _Verdict.NAMED if is_noun else _Verdict.UNSURE
    return _directed(direction, before[direction.end() :], after, name, is_noun=is_noun)


def _directed(
    direction: re.Match[str], gap: str, after: str, name: re.Pattern[str], *, is_noun: bool
) -> _Verdict:
    """What a word such as "cancel", "keep" or "not" says of a name that follows it after `gap`."""
    kind, plain, parted = direction.lastgroup, _is_plain(gap, name), "," in gap
    if kind == "end":
        # "Cancel Pro, Basic and Team" is a list; "cancel Pro, my team left" goes on to something else.
        listed = not parted or _is_plain(re.split(r"[.,;!?]", after)[0], name)
        return _Verdict.END if (plain and listed) or is_noun else _Verdict.UNSURE
    tail = gap.rpartition(",")[2]
    if (
        kind in {"spare", "but"}
        and parted
        and _is_plain(tail, name)
        and (kind == "but" or words.ONLY.match(tail))
    ):
        return _Verdict.END  # "not Basic, Pro" and "don't cancel everything, only Pro"
    if kind == "unsure" or not plain or parted:
        return _Verdict.UNSURE  # "keep Basic, Pro": to keep as well, or the other one?
    return _Verdict.KEEP


def _is_plain(said: str, name: re.Pattern[str]) -> bool:
    """Whether there is nothing in `said` but plans' names and words that change nothing."""
    return not words.FILLER.sub("", name.sub(" ", said))
