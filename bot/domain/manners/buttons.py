"""Judging the buttons of one message: of equal weight, a way out among them, and not too many."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bot.domain.manners.findings import Finding, Rule
from bot.domain.manners.texts import Lexicon, is_kind, judge

#: Names of presses that leave everything as it is, or a question unanswered.
WAYS_OUT = frozenset({"skip", "keep"})
#: The exit question has nine reasons and [Skip]; a customer's own plans are not counted.
MOST = 10
#: A way out of up to so many words is short enough beside anything.
_SHORT = 4
_MARKS = re.compile(r"[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]")


@dataclass(frozen=True, slots=True)
class Option:
    """A button as a customer sees it: the name of its press, and its title."""

    name: str
    title: str

    @property
    def cancels(self) -> bool:
        """Whether it ends a plan: what the customer came for."""
        return self.name.startswith("cancel")

    @property
    def chooses_plan(self) -> bool:
        """Whether it names one of the customer's plans, or all of them."""
        return self.name.startswith("cancel:") or self.name == "cancel_all"


def judge_buttons(
    options: Sequence[Option], lexicons: Collection[Lexicon], where: str, *, optional: bool = False
) -> Sequence[Finding]:
    """What is wrong with the buttons of a message, in the order they are shown.

    `optional`: the message asks or offers what nobody has to answer, so there must be a way out.
    """
    found = [
        finding
        for option in options
        for finding in judge(option.title, lexicons, f"{where} [{option.title}]")
    ]
    out = [option for option in options if _way_out(option, lexicons)]
    rest = [option for option in options if option not in out]
    if optional and not out:
        shown = ", ".join(option.title for option in options) or "no buttons"
        found.append(Finding(where, Rule.NO_WAY_OUT, shown))
    counted = [option for option in options if not option.chooses_plan]
    if len(counted) > MOST:
        found.append(Finding(where, Rule.TOO_MANY_CHOICES, f"{len(counted)} buttons, at most {MOST}"))
    unequal = [*_longer(out, rest), *_decorated(options, lexicons), *_behind(options, lexicons)]
    return [*found, *(Finding(where, Rule.UNEQUAL_BUTTONS, words) for words in unequal)]


def _way_out(option: Option, lexicons: Collection[Lexicon]) -> bool:
    return option.name in WAYS_OUT or is_kind("way_out", option.title, lexicons)


def _longer(out: Sequence[Option], rest: Sequence[Option]) -> Iterator[str]:
    """A way out that takes more reading than what it is the way out of."""
    if not rest:
        return
    usual = median(len(option.title.split()) for option in rest)
    for option in out:
        words = len(option.title.split())
        if words > _SHORT and words > 2 * usual:
            yield f"{option.title!r} is longer than the others"


def _decorated(options: Sequence[Option], lexicons: Collection[Lexicon]) -> Iterator[str]:
    """Some with a mark, in capitals, or praised, where the others are plain."""
    louder = [option for option in options if _loud(option.title, lexicons)]
    if louder and len(louder) < len(options):
        yield from (f"{option.title!r} stands out from the others" for option in louder)


def _loud(title: str, lexicons: Collection[Lexicon]) -> bool:
    shouted = title.isupper() and " " in title.strip()
    return bool(_MARKS.search(title)) or shouted or is_kind("praised", title, lexicons)


def _behind(options: Sequence[Option], lexicons: Collection[Lexicon]) -> Iterator[str]:
    """Staying offered before what was asked for."""
    first = next((option for option in options if option.cancels), None)
    if first is None:
        return
    before = options[: options.index(first)]
    yield from (
        f"{option.title!r} stands before {first.title!r}"
        for option in before
        if option.name == "keep" or is_kind("stay", option.title, lexicons)
    )
