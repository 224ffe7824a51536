"""When a customer wants it to end, as far as their words say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Days:
    """A day, or a stretch of days such as a month, both ends included, by the company's calendar."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a stretch of days ends before it starts")

    @classmethod
    def on(cls, day: date) -> Days:
        """One day."""
        return cls(day, day)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def one_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last

    def distance(self, day: date) -> int:
        """How many days `day` is away from it; 0 inside."""
        return max((self.first - day).days, (day - self.last).days, 0)


class EndKind(StrEnum):
    """What was said about when."""

    NEXT = "next"  # as soon as it can end: at once, at the end of the contract or of what is paid
    DAYS = "days"
    UNCLEAR = "unclear"  # a time was named, and it is past, can't be placed, or is one of several


@dataclass(frozen=True, slots=True)
class WishedEnd:
    """A time somebody named; `days` stands with `EndKind.DAYS` only, and is not over.

    `alone` tells that no other time stood there: one that was said of something else, or of another plan.
    `only` tells that nothing else was said at all, as in an answer to "Which day do you mean?".
    """

    kind: EndKind
    days: Days | None = None
    alone: bool = True
    only: bool = False


NEXT_POSSIBLE = WishedEnd(EndKind.NEXT)
UNCLEAR_END = WishedEnd(EndKind.UNCLEAR)
