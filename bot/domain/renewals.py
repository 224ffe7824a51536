"""When a subscription renews: by its anchor and interval, in the calendar its billing system counts in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.periods import Interval, Period, boundary, number_at, period_containing
from bot.domain.subscriptions import Subscription

#: The least there is between two moments.
TICK = timedelta(microseconds=1)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Renewals:
    """The periods of one subscription, numbered in the order of time.

    They are counted from `anchor`; or, where `told` is set, from that period, which no calendar explains.
    """

    anchor: datetime
    interval: Interval
    zone: ZoneInfo
    told: Period | None = None

    def start(self, number: int) -> datetime:
        """When the period of this number begins, and the one before it ends."""
        if self.told is None:
            return boundary(self.anchor, self.interval, number, self.zone)
        if number <= 0:
            return boundary(self.told.start, self.interval, number, self.zone)
        return boundary(self.told.end, self.interval, number - 1, self.zone)

    def number(self, at: datetime) -> int:
        """The number of the period that `at` falls in."""
        if self.told is None:
            return number_at(self.anchor, self.interval, at, self.zone)
        if at < self.told.end:
            return min(number_at(self.told.start, self.interval, at, self.zone), 0)
        return number_at(self.told.end, self.interval, at, self.zone) + 1

    def period(self, at: datetime) -> Period:
        """The period that `at` falls in; the first one, where it falls before all of them."""
        first = self.anchor if self.told is None else min(self.anchor, self.told.start)
        number = self.number(max(at, first))
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
    the two gives the period that was told; and where neither does, from that period.
    """
    anchor, interval, told = subscription.anchor, subscription.plan.interval, subscription.period
    for calendar in (zone, _UTC):
        if period_containing(anchor, interval, told.start, calendar) == told:
            return Renewals(anchor, interval, calendar)
    return Renewals(anchor, interval, zone, told)
