"""Billing periods: where they begin and end, through month ends, leap years and clock changes."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

_LENGTH = re.compile(r"(?:([1-9]\d{0,3}) )?(day|week|month|year)s?", re.ASCII)


class Unit(StrEnum):
    """What lengths of calendar time are counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


#: Ten years: nothing is sold or arranged for longer, and a number beyond it is a slip.
_MOST = {Unit.DAY: 3653, Unit.WEEK: 522, Unit.MONTH: 120, Unit.YEAR: 10}


class Interval(str):
    """A length of calendar time: how often a plan renews, how long a notice is, or a pause at most.

    Its text is the form it is stored in: `month`, `year`, `3 months`, `2 weeks`; "1 month" is `month`. Raises
    `ValueError` for any other text, and above ten years.
    """

    __slots__ = ()

    DAY: ClassVar[Interval]
    WEEK: ClassVar[Interval]
    MONTH: ClassVar[Interval]
    YEAR: ClassVar[Interval]

    def __new__(cls, text: str) -> Self:
        """Reads the text."""
        match = _LENGTH.fullmatch(text)
        count = int(match[1] or 1) if match else 0
        if match is None or count > _MOST[Unit(match[2])]:
            raise ValueError(f"not a length of time such as month or 3 months: {text!r}")
        return super().__new__(cls, match[2] if count == 1 else f"{count} {match[2]}s")

    @classmethod
    def of(cls, count: int, unit: Unit) -> Self:
        """So many days, weeks, months or years. Raises `ValueError` below one and above ten years."""
        return cls(f"{count} {unit.value}")

    @property
    def value(self) -> str:
        """The form it is stored in."""
        return str(self)

    @property
    def number(self) -> int:
        """How many of its unit."""
        number, space, _ = self.partition(" ")
        return int(number) if space else 1

    @property
    def unit(self) -> Unit:
        """What it is counted in."""
        return Unit(self.rpartition(" ")[2].removesuffix("s"))

    @property
    def months(self) -> int:
        """Length in calendar months; 0 where it is counted in days or weeks."""
        return self.number * {Unit.MONTH: 1, Unit.YEAR: 12}.get(self.unit, 0)

    @property
    def days(self) -> int:
        """Length in days; 0 where it is counted in months or years, which differ in theirs."""
        return self.number * {Unit.DAY: 1, Unit.WEEK: 7}.get(self.unit, 0)


Interval.DAY = Interval("day")
Interval.WEEK = Interval("week")
Interval.MONTH = Interval("month")
Interval.YEAR = Interval("year")


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of time `[start, end)`, both UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs times with a zone")
        if self.end <= self.start:
            raise ValueError("a period ends after it starts")

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    @property
    def seconds(self) -> int:
        """Length in whole seconds."""
        return int((self.end - self.start).total_seconds())


def shifted(day: date, interval: Interval, count: int = 1) -> date:
    """The day `count` intervals later, or earlier where it is negative.

    Counted in months it is the same day of the month, or the month's last where there is no such day
    (§ 188 (2) and (3) BGB; Regulation 1182/71, art. 3 (2) c).
    """
    if not interval.months:
        return day + timedelta(days=count * interval.days)
    year, month = divmod(day.year * 12 + day.month - 1 + count * interval.months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins in `zone`, as UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment after a day: midnight, as UTC."""
    return midnight(day + timedelta(days=1), zone)


def boundary(anchor: datetime, interval: Interval, count: int, zone: ZoneInfo) -> datetime:
    """The `count`-th renewal after `anchor`, at the same local time of day, as UTC.

    The day of the month is the anchor's, or the month's last day where that day does not exist: a
    subscription begun on 31 January renews on 28 February and on 31 March. A time of day that exists twice is
    the first one, one that a clock change leaves out comes as much later. A negative `count` looks back.
    """
    if count == 0:
        return anchor
    local = anchor.astimezone(zone)
    day = shifted(local.date(), interval, count)
    return datetime.combine(day, local.time().replace(fold=0), zone).astimezone(UTC)


def number_at(anchor: datetime, interval: Interval, at: datetime, zone: ZoneInfo) -> int:
    """The number of the period that `at` falls in: 0 is the one that begins at `anchor`, -1 the one before.

    Takes the same time however far away `at` is. A day that a zone has left out counts as one of its days,
    though no moment falls in it.
    """
    local_anchor, local_at = anchor.astimezone(zone), at.astimezone(zone)
    if interval.months:
        months = (local_at.year - local_anchor.year) * 12 + local_at.month - local_anchor.month
        number = months // interval.months
    else:
        number = (local_at.date() - local_anchor.date()).days // interval.days
    # By the calendar it is that one or a neighbour: the time of day and the month's end decide.
    while boundary(anchor, interval, number, zone) > at:
        number -= 1
    while boundary(anchor, interval, number + 1, zone) <= at:
        number += 1
    return number


def period_containing(anchor: datetime, interval: Interval, at: datetime, zone: ZoneInfo) -> Period:
    """The billing period that `at` falls in, for a subscription begun at `anchor`.

    A time before the anchor belongs to the first period: nothing can end before it began.
    """
    number = number_at(anchor, interval, max(at, anchor), zone)
    return Period(boundary(anchor, interval, number, zone), boundary(anchor, interval, number + 1, zone))


def last_moment(end: datetime) -> datetime:
    """The last moment before `end`: what "until" and "ended on" name as a date.

    A period that ends at midnight ends with the day before; every other end falls on its own day.
    """
    return end - timedelta(microseconds=1)
