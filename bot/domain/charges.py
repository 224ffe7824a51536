"""What a subscription is charged, and when: renewals ahead of an end, and those that should not have been."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from bot.domain.periods import Period, last_moment, period_containing
from bot.domain.subscriptions import Status, Subscription


def next_charge(subscription: Subscription, at: datetime, zone: ZoneInfo) -> datetime:
    """When a subscription that runs is charged next after `at`: at the end of the trial or of the period."""
    if subscription.trial_until is not None and at < subscription.trial_until:
        return subscription.trial_until
    return period_containing(subscription.anchor, subscription.plan.interval, at, zone).end


def paid_period(subscription: Subscription, at: datetime, zone: ZoneInfo) -> Period:
    """The stretch that one charge pays for and that `at` falls in; the one before the first is the trial."""
    period = period_containing(subscription.anchor, subscription.plan.interval, at, zone)
    until = subscription.trial_until
    if until is None or not period.start < until < period.end:
        return period
    return Period(period.start, until) if at < until else Period(until, period.end)


def charges_between(
    subscription: Subscription, after: datetime, end: datetime, zone: ZoneInfo, *, said: datetime
) -> Money:
    """The renewals after `after` and before `end`, counted from those that were ahead at `said`.

    Nothing is charged while it is paused.
    """
    total = Money(0, subscription.plan.price.currency)
    if Status.PAUSED in {subscription.status, subscription.status_before}:
        return total
    at = next_charge(subscription, said, zone)
    while at < end:
        if at > after:
            total += subscription.plan.price
        at = next_charge(subscription, at, zone)
    return total


def charges_ahead(subscription: Subscription, now: datetime, zone: ZoneInfo) -> Money:
    """What will still be charged for a cancelled subscription until it ends."""
    if subscription.status is not Status.CANCELLING or subscription.ends_at is None:
        return Money(0, subscription.plan.price.currency)
    return charges_between(subscription, now, subscription.ends_at, zone, said=now)


def charged_since(subscription: Subscription, end: datetime, now: datetime, zone: ZoneInfo) -> Money:
    """What was charged at or after `end` and up to `now`; while paused, nothing."""
    total = Money(0, subscription.plan.price.currency)
    if subscription.status is Status.PAUSED:
        return total
    at = next_charge(subscription, last_moment(end), zone)
    while at <= now:
        total += subscription.plan.price
        at = next_charge(subscription, at, zone)
    return total
