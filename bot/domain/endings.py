"""When a subscription can end by its policy, and which of these ends is nearest to the one wished for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.charges import next_charge, paid_period
from bot.domain.errors import TooFarAheadError
from bot.domain.periods import Interval, end_of, last_moment, midnight, shifted
from bot.domain.policies import Ending, Ends, NoticeTo, Policy
from bot.domain.renewals import renewals
from bot.domain.subscriptions import Subscription
from bot.domain.wished_end import Days

#: No end is arranged further ahead of the declaration than this.
FURTHEST = timedelta(days=2 * 365 + 1)


class Grid(StrEnum):
    """The ends there are, from the earliest on."""

    ANY_DAY = "any_day"
    MONTH_ENDS = "month_ends"
    RENEWALS = "renewals"


class Why(StrEnum):
    """Why it does not end when that was wished for."""

    TRIAL = "trial"  # it ends with the trial
    NOTICE = "notice"  # the notice is not over by then
    PERIOD = "period"  # it ends with a paid period
    MONTH = "month"  # it ends with a month
    NO_LATER = "no_later"  # no later end can be chosen


@dataclass(frozen=True, slots=True)
class Ways:
    """How a subscription can end: at `earliest` (UTC) and, where a later end is wished for, on `grid`.

    `earliest` is None where it can end at once; `by_notice` tells that it is no earlier because of a notice.
    """

    earliest: datetime | None
    grid: Grid
    by_notice: bool = False


def ways_out(
    subscription: Subscription,
    policy: Policy,
    declared_at: datetime,
    zone: ZoneInfo,
    wanted: Days | None = None,
) -> Ways:
    """How it can end, for a declaration made at `declared_at` (UTC).

    In a trial it ends with the trial, at no cost, whatever the policy. Where the policy has another rule for
    once it has renewed, that one counts from then on, and before then for what can no longer end with the
    first period: who is too late for its end has not bought another one of the same length.
    """
    if subscription.trial_until is not None and declared_at < subscription.trial_until:
        return Ways(subscription.trial_until, _grid(policy.end))
    first = _by(subscription, policy.end, declared_at, zone)
    if policy.renewed is None:
        return first
    then = _by(subscription, policy.renewed, declared_at, zone)
    renews_at = _renewed_first(subscription, zone)
    if declared_at >= renews_at:
        return then
    beyond = wanted is not None and midnight(wanted.first, zone) >= renews_at
    if beyond or (first.earliest is not None and first.earliest > renews_at):
        after = then.earliest is not None and then.earliest > renews_at
        return then if after else Ways(renews_at, then.grid)
    return first


def nearest_end(
    subscription: Subscription, ways: Ways, declared_at: datetime, zone: ZoneInfo, wanted: Days | None
) -> datetime | None:
    """The end that is nearest to `wanted`, the earlier of two; None where it ends at once.

    Raises `TooFarAheadError` where that is more than `FURTHEST` ahead.
    """
    if wanted is None:
        return ways.earliest
    if wanted.first > (declared_at + FURTHEST).astimezone(zone).date():
        raise TooFarAheadError("nothing is arranged that far ahead")
    begun = declared_at.astimezone(zone).date() if ways.earliest is None else _last_day(ways.earliest, zone)
    if wanted.first <= begun:
        return ways.earliest
    if ways.grid is Grid.ANY_DAY or ways.earliest is None:
        return _end_with(subscription, wanted.first, zone)
    if ways.grid is Grid.MONTH_ENDS:
        before = _end_with(subscription, wanted.first.replace(day=1) - timedelta(days=1), zone)
        after = _end_with(subscription, _month_end(wanted.first), zone)
    else:
        around = paid_period(subscription, midnight(wanted.first, zone), zone)
        before, after = around.start, around.end
    candidates = (max(before, ways.earliest), after)
    end = min(candidates, key=lambda at: wanted.distance(_last_day(at, zone)))
    if end > max(ways.earliest, declared_at + FURTHEST):
        raise TooFarAheadError("nothing is arranged that far ahead")
    return end


def why_not_then(
    subscription: Subscription,
    policy: Policy,
    declared_at: datetime,
    zone: ZoneInfo,
    wanted: Days,
    end: datetime,
) -> Why:
    """Why it ends at `end`, which is not the time `wanted`."""
    if end == subscription.trial_until:
        return Why.TRIAL
    if _last_day(end, zone) < wanted.first and not policy.later:
        return Why.NO_LATER
    ways = ways_out(subscription, policy, declared_at, zone, wanted if policy.later else None)
    if ways.by_notice and end == ways.earliest and wanted.last < _last_day(end, zone):
        return Why.NOTICE
    return Why.MONTH if ways.grid is Grid.MONTH_ENDS else Why.PERIOD


def _by(subscription: Subscription, ending: Ending, declared_at: datetime, zone: ZoneInfo) -> Ways:
    grid = _grid(ending)
    if ending.kind is Ends.AT_ONCE:
        return Ways(None, grid)
    if ending.notice is None:
        return Ways(next_charge(subscription, declared_at, zone), grid)
    day = notice_day(declared_at, ending.notice, zone)
    if ending.to is NoticeTo.DAY:
        return Ways(_end_with(subscription, day, zone), grid, by_notice=True)
    if ending.to is NoticeTo.MONTH_END:
        return Ways(_end_with(subscription, _month_end(day), zone), grid, by_notice=True)
    # The first end whose last day is this one or a later one: notice is counted in days, not in hours.
    return Ways(next_charge(subscription, midnight(day, zone), zone), grid, by_notice=True)


def notice_day(declared_at: datetime, notice: Interval, zone: ZoneInfo) -> date:
    """The last day of a notice given at `declared_at`, a day that does not count itself.

    § 187 (1) and § 188 (2), (3) BGB: given on 31 January, a month's notice runs out with 28 February. No day
    off makes it longer: § 193 BGB does not apply to notice periods.
    """
    return shifted(declared_at.astimezone(zone).date(), notice)


def _renewed_first(subscription: Subscription, zone: ZoneInfo) -> datetime:
    """When the first term ends. The end of a trial is no renewal, though some have it end a period."""
    counted = renewals(subscription, zone)
    end = counted.period(subscription.anchor).end
    return counted.period(end).end if end == subscription.trial_until else end


def _grid(ending: Ending) -> Grid:
    if ending.kind is Ends.AT_ONCE:
        return Grid.ANY_DAY
    if ending.kind is Ends.PERIOD_END:
        return Grid.RENEWALS
    return {
        NoticeTo.DAY: Grid.ANY_DAY,
        NoticeTo.MONTH_END: Grid.MONTH_ENDS,
        NoticeTo.PERIOD_END: Grid.RENEWALS,
    }[ending.to]


def _end_with(subscription: Subscription, day: date, zone: ZoneInfo) -> datetime:
    """The end whose last day is `day`: midnight, or the renewal on that day, which then is none any more.

    Else a whole period would be charged for the hours that are left of the day.
    """
    return min(next_charge(subscription, midnight(day, zone), zone), end_of(day, zone))


def _month_end(day: date) -> date:
    return shifted(day.replace(day=1), Interval.MONTH) - timedelta(days=1)


def _last_day(end: datetime, zone: ZoneInfo) -> date:
    return last_moment(end).astimezone(zone).date()
