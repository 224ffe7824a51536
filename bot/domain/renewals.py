"""When a subscription renews: by the period it is in and its interval, as its billing system counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.periods import Interval, Period, boundary, number_at
from bot.domain.subscriptions import Subscription

#: The least there is between two moments.
TICK = timedelta(microseconds=1)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Renewals:
    """The periods of one subscription, numbered in the order of time.

    It began at `anchor`. They are counted from `since`; or, where there is none, from both ends of `told`,
    which no calendar explains.
    """

    anchor: datetime
    interval: Interval
    zone: ZoneInfo
    told: Period
    since: datetime | None = None

    def start(self, number: int) -> datetime:
        """When the period of this number begins, and the one before it ends."""
        if self.since is not None:
            return boundary(self.since, self.interval, number, self.zone)
        if number <= 0:
            return boundary(self.told.start, self.interval, number, self.zone)
        return boundary(self.told.end, self.interval, number - 1, self.zone)

    def number(self, at: datetime) -> int:
        """The number of the period that `at` falls in."""
        if self.since is not None:
            return number_at(self.since, self.interval, at, self.zone)
        if at < self.told.end:
            return min(number_at(self.told.start, self.interval, at, self.zone), 0)
        return number_at(self.told.end, self.interval, at, self.zone) + 1

    def period(self, at: datetime) -> Period:
        """The period that `at` falls in; the first one, where it falls before all of them."""
        number = self.number(max(at, min(self.anchor, self.told.start)))
        return Period(self.start(number), self.start(number + 1))

    def between(self, first: datetime, until: datetime) -> int:
        """How many begin at `first` or later and before `until`, the one at the anchor not among them."""
        first = max(first, self.anchor + TICK)
        if until <= first:
            return 0
        return self.number(until - TICK) - self.number(first - TICK)


def renewals(subscription: Subscription, zone: ZoneInfo) -> Renewals:
    """The renewals of a subscription, such that the period its provider tells is one of them.

    A billing system elsewhere may not count in the company's `zone`: Stripe renews by the calendar and the
    clock of UTC, which is another day at night, and another hour in summer. So it is counted in whichever of
    the two gives the period that was told. A trial, a fixed day of the month or a new beginning have periods
    counted from another moment than the contract: then it is whichever end of the one that was told explains
    the other one (from 28 February to 31 March, the end); and where neither does, it is that period alone.
    """
    anchor, interval, told = subscription.anchor, subscription.plan.interval, subscription.period
    for since in (anchor, told.start, told.end):
        for calendar in (zone, _UTC):
            if _explains(since, interval, told, calendar):
                return Renewals(anchor, interval, calendar, told, since)
    return Renewals(anchor, interval, zone, told)


def _explains(since: datetime, interval: Interval, told: Period, calendar: ZoneInfo) -> bool:
    """Whether the period that was told is one of those counted from a moment."""
    number = number_at(since, interval, told.start, calendar)
    counted = (boundary(since, interval, at, calendar) for at in (number, number + 1))
    return tuple(counted) == (told.start, told.end)
