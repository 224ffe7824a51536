"""What a subscription is charged, and when: renewals ahead of an end, and those that should not have been.

A subscription is charged when it begins, or when its trial ends, and with every renewal from then on; not
while it is paused. A charge is the plan's price, but for the running period it is what was really paid, where
the provider tells (a discount, a voucher).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from bot.domain.periods import Period
from bot.domain.policies import Refund
from bot.domain.renewals import TICK, renewals
from bot.domain.subscriptions import Status, Subscription


def next_charge(subscription: Subscription, at: datetime, zone: ZoneInfo) -> datetime:
    """When a subscription that runs is charged next after `at`: at the end of the trial or of the period."""
    if subscription.trial_until is not None and at < subscription.trial_until:
        return subscription.trial_until
    return renewals(subscription, zone).period(at).end


def paid_period(subscription: Subscription, at: datetime, zone: ZoneInfo) -> Period:
    """The stretch that one charge pays for and that `at` falls in; the one before the first is the trial."""
    period = renewals(subscription, zone).period(at)
    until = subscription.trial_until
    if until is None or not period.start < until < period.end:
        return period
    return Period(period.start, until) if at < until else Period(until, period.end)


def paid_for(subscription: Subscription, period: Period, now: datetime) -> Money:
    """What a stretch that `paid_period` gave has cost, or will cost; nothing in a trial and in a pause.

    Where it is paused and nobody knows since when, only its first charge is certain.
    """
    until, price = subscription.trial_until, subscription.plan.price
    if until is not None and period.end <= until:
        return Money(0, price.currency)
    if subscription.paid is not None and period.start in subscription.period and period.start <= now:
        return subscription.paid
    pause = _pause(subscription)
    return Money(0, price.currency) if pause is not None and period.start in pause else price


def charges_between(
    subscription: Subscription, after: datetime, end: datetime, zone: ZoneInfo, *, said: datetime
) -> Money:
    """The renewals after `after` and before `end`, counted from those that were ahead at `said`.

    Nothing is charged while it is paused.
    """
    count = _renewals(subscription, max(after, said) + TICK, end, zone)
    return subscription.plan.price.times(count)


def charges_ahead(subscription: Subscription, now: datetime, zone: ZoneInfo) -> Money:
    """What will still be charged for a cancelled subscription until it ends."""
    if subscription.status is not Status.CANCELLING or subscription.ends_at is None:
        return Money(0, subscription.plan.price.currency)
    return charges_between(subscription, now, subscription.ends_at, zone, said=now)


def charged_since(subscription: Subscription, end: datetime, now: datetime, zone: ZoneInfo) -> Money:
    """What was charged at `end` or later and up to `now`; for the time of a pause, nothing.

    `end` comes after the first charge, or is the end of the trial.
    """
    running = paid_period(subscription, now, zone)
    if running.start < end:
        return Money(0, subscription.plan.price.currency)
    before = subscription.plan.price.times(_renewals(subscription, end, running.start, zone))
    return before + paid_for(subscription, running, now)


def charged_in_all(subscription: Subscription, now: datetime, zone: ZoneInfo) -> Money:
    """Everything that was charged up to `now`."""
    begun = _begin(subscription)
    running = paid_period(subscription, now, zone)
    if running.start <= begun:
        return paid_for(subscription, running, now)
    renewed = _renewals(subscription, begun + TICK, running.start, zone)
    first = _first_charge(subscription, begun, zone)
    return first + subscription.plan.price.times(renewed) + paid_for(subscription, running, now)


def paid_back(
    subscription: Subscription,
    rule: Refund,
    used_until: datetime,
    paid: Period,
    now: datetime,
    zone: ZoneInfo,
) -> Money:
    """What comes back by `rule` of `paid`, the stretch it is used in last, and all that was charged after it.

    The unused part is that of the time, by the second and rounded up to a whole minor unit.
    """
    if rule is Refund.FULL:
        return charged_in_all(subscription, now, zone)
    back = charged_since(subscription, paid.end, now, zone)
    if rule is Refund.UNUSED:
        unused = int((paid.end - max(used_until, paid.start)).total_seconds())
        back += paid_for(subscription, paid, now).share(min(unused, paid.seconds), paid.seconds)
    return back


def _first_charge(subscription: Subscription, begun: datetime, zone: ZoneInfo) -> Money:
    """What the first charge came to: a share of the price, where the first stretch was a part of a period."""
    period, price = renewals(subscription, zone).period(begun), subscription.plan.price
    if subscription.trial_until is not None or begun <= period.start:
        return price
    return price.share(int((period.end - begun).total_seconds()), period.seconds)


def _begin(subscription: Subscription) -> datetime:
    """When it is charged for the first time."""
    return subscription.trial_until or subscription.anchor


def _pause(subscription: Subscription) -> Period | None:
    """The time in which nothing is charged; without an end, for ever."""
    if Status.PAUSED not in {subscription.status, subscription.status_before}:
        return None
    # Nothing is paused before it has begun; and from then on, where nobody knows since when it is.
    first = _begin(subscription) + TICK
    since = max(subscription.paused_at or first, first)
    until = subscription.paused_until or datetime.max.replace(tzinfo=since.tzinfo)
    return Period(since, until) if since < until else None


def _renewals(subscription: Subscription, first: datetime, until: datetime, zone: ZoneInfo) -> int:
    """How often it is charged from `first` on and before `until`, its very first charge not counted.

    The end of a trial counts.
    """
    pause = _pause(subscription)
    count = _due(subscription, first, until, zone)
    if pause is not None:
        count -= _due(subscription, max(first, pause.start), min(until, pause.end), zone)
    return count


def _due(subscription: Subscription, first: datetime, until: datetime, zone: ZoneInfo) -> int:
    """The same as if it were never paused."""
    trial = subscription.trial_until
    if trial is None:
        return renewals(subscription, zone).between(first, until)
    after = renewals(subscription, zone).between(max(first, trial + TICK), until)
    return after + (first <= trial < until)
