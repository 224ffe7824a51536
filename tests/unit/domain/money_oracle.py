"""Money worked out a second time, another way: by walking through days, months and charges one by one.

Nothing here uses what it checks: no `period_containing`, no `share`, no arithmetic on counts of periods.
Local times become moments by trying the zone's offsets, parts of amounts are fractions, and what is paid back
is found in a list of everything that was ever charged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.periods import Interval, Unit
from bot.domain.policies import Ending, Ends, NoticeTo, Policy, Refund
from bot.domain.subscriptions import Status, Subscription
from bot.domain.wished_end import Days

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


def moment(naive: datetime, zone: ZoneInfo) -> datetime:
    """The first moment at which clocks show this; where they never do, as much later as is left out."""
    around = [
        (naive.replace(tzinfo=UTC) + shift).astimezone(zone).utcoffset() for shift in (-2 * DAY, 2 * DAY)
    ]
    found = [(naive - (offset or timedelta(0))).replace(tzinfo=UTC) for offset in around]
    shown = [at for at in found if at.astimezone(zone).replace(tzinfo=None) == naive]
    return min(shown) if shown else found[0]


def after_days(day: date, count: int) -> date:
    """So many days later, one at a time."""
    for _ in range(count):
        day = day + DAY
    return day


def after_months(day: date, count: int) -> date:
    """The same day so many months later, or the last one before it that exists."""
    year, month = day.year, day.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError("no month is without days")


def later(day: date, length: Interval, times: int = 1) -> date:
    """A day after so many lengths of time."""
    number = int(str(length).partition(" ")[0]) if " " in str(length) else 1
    if length.unit is Unit.DAY:
        return after_days(day, number * times)
    if length.unit is Unit.WEEK:
        return after_days(day, 7 * number * times)
    return after_months(day, (12 if length.unit is Unit.YEAR else 1) * number * times)


def renewals(subscription: Subscription, calendar: ZoneInfo) -> Iterator[datetime]:
    """Every renewal, one after the other."""
    local = subscription.anchor.astimezone(calendar)
    count = 0
    while True:
        count += 1
        day = later(local.date(), subscription.plan.interval, count)
        yield moment(datetime.combine(day, local.time().replace(fold=0)), calendar)


class Charge(NamedTuple):
    """What is charged for the time from `start` to `end`; `due` is false in a trial or a pause."""

    start: datetime
    end: datetime
    amount: int
    due: bool


def charges(
    subscription: Subscription, calendar: ZoneInfo, until: datetime, now: datetime | None = None
) -> list[Charge]:
    """Every stretch that is paid for with one charge and begins at `until` or earlier, free ones too."""
    first, trial = subscription.anchor, subscription.trial_until
    starts = [first]
    for at in renewals(subscription, calendar):
        if trial is not None and starts[-1] < trial <= at and trial != starts[-1]:
            starts.append(trial)
        if at != starts[-1]:
            starts.append(at)
        if starts[-1] > until and (trial is None or starts[-1] > trial):
            break
    stretches = [(start, end) for start, end in pairwise(starts) if start <= until]
    return [_charge(subscription, start, end, now or until) for start, end in stretches]


def _charge(subscription: Subscription, start: datetime, end: datetime, now: datetime) -> Charge:
    trial = subscription.trial_until
    due = trial is None or end > trial
    if due and subscription.status is Status.PAUSED:
        begun = trial or subscription.anchor
        since = max(subscription.paused_at or begun, begun + TICK)
        going_on = subscription.paused_until
        due = start < since or (going_on is not None and start >= going_on)
    amount = subscription.plan.price.minor if due else 0
    told = subscription.paid is not None and start <= now and (trial is None or end > trial)
    if (
        told
        and subscription.paid is not None
        and subscription.period.start <= start < subscription.period.end
    ):
        amount = subscription.paid.minor
    return Charge(start, end, amount, due)


def midnight_after(day: date, zone: ZoneInfo) -> datetime:
    """When the day is over."""
    return moment(datetime.combine(day + DAY, datetime.min.time()), zone)


def last_day(end: datetime, zone: ZoneInfo) -> date:
    """The day of the last moment before an end."""
    return (end - TICK).astimezone(zone).date()


def month_end(day: date) -> date:
    """The last day of its month."""
    while (day + DAY).month == day.month:
        day = day + DAY
    return day


def ends(
    subscription: Subscription, ending: Ending, declared_at: datetime, zone: ZoneInfo, calendar: ZoneInfo
) -> Iterator[datetime | None]:
    """Every end that a rule allows, the earliest first; None is "at once". The trial is not looked at."""
    today = declared_at.astimezone(zone).date()
    if ending.kind is Ends.AT_ONCE:
        yield None
        for ahead in range(1, 1200):
            yield end_with(subscription, after_days(today, ahead), zone, calendar)
    given = today if ending.notice is None else later(today, ending.notice)
    if ending.kind is Ends.PERIOD_END or ending.to is NoticeTo.PERIOD_END:
        for at in charge_days(subscription, calendar):
            if at > declared_at and last_day(at, zone) >= given:
                yield at
    while True:
        if ending.to is NoticeTo.MONTH_END:
            given = month_end(given)
        yield end_with(subscription, given, zone, calendar)
        given = given + DAY


def end_with(subscription: Subscription, day: date, zone: ZoneInfo, calendar: ZoneInfo) -> datetime:
    """The end of a day: when it is over, or when it would be charged on that day."""
    for at in charge_days(subscription, calendar):
        if last_day(at, zone) >= day:
            return min(at, midnight_after(day, zone))
    raise AssertionError("renewals never end")


def charge_days(subscription: Subscription, calendar: ZoneInfo) -> Iterator[datetime]:
    """When it is charged, but for the first time at its very beginning."""
    trial = subscription.trial_until
    if trial is not None:
        yield trial
    for at in renewals(subscription, calendar):
        if trial is None or at > trial:
            yield at


def nearest(
    options: Iterator[datetime | None], wanted: Days | None, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """The option nearest to a wish, the earlier of two; without one the first."""
    best = next(options)
    if wanted is None or last_day(best or now + TICK, zone) >= wanted.first:
        return best
    for option in options:
        assert option is not None
        near, far = (wanted.distance(last_day(at or now + TICK, zone)) for at in (option, best))
        best = option if near < far else best
        if last_day(option, zone) >= wanted.first:
            return best
    raise AssertionError("there is always a later end")


class Expected(NamedTuple):
    """What a quote should say."""

    end: datetime | None
    charged: int
    refunded: int


def paid_back(paid: list[Charge], rule: Refund, used_until: datetime, within: datetime, now: datetime) -> int:
    """What comes back when `within` falls into the last stretch it is used in, until `used_until`."""
    if rule is Refund.FULL:
        return sum(item.amount for item in paid if item.start <= now)
    last = next((item for item in paid if item.start <= within < item.end), paid[0])
    back = sum(item.amount for item in paid if last.end <= item.start <= now)
    if rule is Refund.UNUSED:
        whole = (last.end - last.start) // timedelta(seconds=1)
        unused = (last.end - max(used_until, last.start)) // timedelta(seconds=1)
        back += math.ceil(Fraction(last.amount) * Fraction(max(unused, 0), whole))
    return back


def expect(
    subscription: Subscription,
    policy: Policy,
    declared_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    calendar: ZoneInfo,
    wanted: Days | None = None,
) -> Expected:
    """The quote of a cancellation under a policy that has the same rule before and after it renews."""
    trial = subscription.trial_until
    options = ends(subscription, policy.end, declared_at, zone, calendar)
    if trial is not None and declared_at < trial:
        options = _from(trial, policy.end, subscription, zone, calendar)
    end = nearest(options, wanted if policy.later else None, declared_at, zone)
    paid = charges(subscription, calendar, max(end or now, now, declared_at) + 400 * DAY, now)
    if end is None:
        return Expected(None, 0, paid_back(paid, policy.refund, declared_at, declared_at, now))
    first = subscription.trial_until or subscription.anchor
    ahead = [item for item in paid if first < item.start < end and item.start > max(now, declared_at)]
    if trial is not None:
        ahead += [item for item in paid if item.start == trial and max(now, declared_at) < trial < end]
    price = subscription.plan.price.minor
    charged = sum(price for item in ahead if item.due)
    return Expected(end, charged, paid_back(paid, policy.refund, end, end - TICK, now))


def _from(
    earliest: datetime, ending: Ending, subscription: Subscription, zone: ZoneInfo, calendar: ZoneInfo
) -> Iterator[datetime | None]:
    """The end of a trial, and every later end of the same kind."""
    yield earliest
    without_notice = ending if ending.notice is None else Ending(Ends.NOTICE, Interval.DAY, ending.to)
    for end in ends(subscription, without_notice, earliest - 2 * DAY, zone, calendar):
        if end is not None and end > earliest:
            yield end
