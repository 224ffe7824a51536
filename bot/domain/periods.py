"""Billing periods: where they begin and end, through month ends, leap years and clock changes."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Interval(StrEnum):
    """How often a plan renews."""

    MONTH = "month"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Length in calendar months."""
        return 1 if self is Interval.MONTH else 12


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


def boundary(anchor: datetime, interval: Interval, count: int, zone: ZoneInfo) -> datetime:
    """The `count`-th renewal after `anchor`, at the same local time of day, as UTC.

    The day of the month is the anchor's, or the month's last day where that day does not exist: a
    subscription begun on 31 January renews on 28 February and on 31 March.
    """
    local = anchor.astimezone(zone)
    month_index = local.year * 12 + (local.month - 1) + count * interval.months
    year, month = divmod(month_index, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    moved = local.replace(year=year, month=month + 1, day=day)
    return moved.astimezone(UTC)


def period_containing(anchor: datetime, interval: Interval, at: datetime, zone: ZoneInfo) -> Period:
    """The billing period that `at` falls in, for a subscription begun at `anchor`.

    A time before the anchor belongs to the first period: nothing can end before it began.
    """
    at = max(at, anchor)
    local_anchor, local_at = anchor.astimezone(zone), at.astimezone(zone)
    months = (local_at.year - local_anchor.year) * 12 + local_at.month - local_anchor.month
    count = max(months // interval.months - 1, 0)
    while boundary(anchor, interval, count + 1, zone) <= at:
        count += 1
    start = anchor if count == 0 else boundary(anchor, interval, count, zone)
    return Period(start, boundary(anchor, interval, count + 1, zone))


def last_moment(end: datetime) -> datetime:
    """The last moment before `end`: what "until" and "ended on" name as a date.

    A period that ends at midnight ends with the day before; every other end falls on its own day.
    """
    return end - timedelta(microseconds=1)
