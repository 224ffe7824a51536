"""What a cancellation means for one subscription: when it ends, what is still charged, what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.charges import charged_since, charges_between, next_charge, paid_period
from bot.domain.errors import TooFarAheadError
from bot.domain.money import Money
from bot.domain.periods import last_moment, period_containing
from bot.domain.subscriptions import EndRule, Status, Subscription
from bot.domain.wished_end import Days

#: No end is arranged further ahead of the declaration than this.
FURTHEST = timedelta(days=2 * 365 + 1)


class OperationKind(StrEnum):
    """What is done at the billing provider."""

    CANCEL = "cancel"
    UNDO = "undo"


class OperationState(StrEnum):
    """Recorded before the provider is asked, confirmed once it has answered."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Quote:
    """The terms of one cancellation, fixed by the time of the declaration (P4).

    `charged` is what will still be charged until it ends; `refunded` is what is paid back; `undoable` tells
    whether undo exists, and so whether one message may carry it out (P1). `instead_of` is the time that was
    wished for, where it does not end then.
    """

    effective_at: datetime
    charged: Money
    refunded: Money
    undoable: bool
    instead_of: Days | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One effect at the provider, keyed by subscription and generation: there is never a second (P2)."""

    id: str
    subscription_ref: str
    generation: int
    kind: OperationKind
    state: OperationState
    customer_ref: str
    declaration_id: str
    recorded_at: datetime
    confirmed_at: datetime | None
    effective_at: datetime | None
    charged: Money
    refunded: Money

    @property
    def idempotency_key(self) -> str:
        """The key the provider sees: the same for every try at this effect."""
        return f"{self.subscription_ref}:{self.generation}"


def quote_cancellation(
    subscription: Subscription,
    declared_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    wanted: Days | None = None,
) -> Quote:
    """Works out the end and the money of cancelling `subscription`, as declared at `declared_at` (UTC).

    A plan that ends with the period ends with the period *in which the customer said it*, also when
    carrying it out took longer; a renewal charged in between is paid back in full. Said during a trial, it
    costs nothing and ends with the trial.

    A `wanted` time that is still to come moves the end. A plan that ends with the period ends with the
    period that ends nearest to it, the earlier of two, and never before the one it would have ended with; a
    plan that ends at once ends with the first day wanted. Until then it renews as usual. Raises
    `TooFarAheadError` where that is more than `FURTHEST` ahead.
    """
    said_on = declared_at.astimezone(zone).date()
    if wanted is not None and wanted.last <= said_on:
        wanted = None
    if wanted is not None and wanted.first > (declared_at + FURTHEST).astimezone(zone).date():
        raise TooFarAheadError("nothing is arranged that far ahead")
    in_trial = subscription.trial_until is not None and declared_at < subscription.trial_until
    earliest = next_charge(subscription, declared_at, zone)
    end = earliest
    if subscription.plan.end_rule is EndRule.AT_ONCE:
        end_of_day = None if wanted is None or wanted.first <= said_on else _end_of(wanted.first, zone)
        if not in_trial and end_of_day is None:
            return _at_once(subscription, declared_at, now, zone)
        if end_of_day is not None and (not in_trial or end_of_day > earliest):
            return _with_the_day(subscription, declared_at, now, zone, end_of_day)
    elif wanted is not None:
        end = _nearest(subscription, earliest, wanted, zone)
        if end > max(earliest, declared_at + FURTHEST):
            raise TooFarAheadError("nothing is arranged that far ahead")
    met = wanted is None or last_moment(end).astimezone(zone).date() in wanted
    return Quote(
        effective_at=max(end, now),
        charged=charges_between(subscription, now, end, zone, said=declared_at),
        refunded=charged_since(subscription, end, now, zone),
        undoable=end > now,
        instead_of=None if met else wanted,
    )


def _nearest(subscription: Subscription, earliest: datetime, wanted: Days, zone: ZoneInfo) -> datetime:
    """The renewal from `earliest` on whose last day is nearest to `wanted`, the earlier of two."""
    best = at = earliest
    while last_moment(at).astimezone(zone).date() < wanted.first:
        at = next_charge(subscription, at, zone)
        best = min(best, at, key=lambda end: wanted.distance(last_moment(end).astimezone(zone).date()))
    return best


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """Midnight after a day."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def _with_the_day(
    subscription: Subscription, declared_at: datetime, now: datetime, zone: ZoneInfo, end: datetime
) -> Quote:
    """Ends a plan that ends at once with a later day; by its rule, what is unused then comes back."""
    last = paid_period(subscription, last_moment(end), zone)
    refund = charged_since(subscription, last.end, now, zone)
    never_charged = subscription.status is Status.PAUSED and last.start > now
    if subscription.plan.refund_unused and not never_charged:
        refund += subscription.plan.price.share(int((last.end - end).total_seconds()), last.seconds)
    charged = charges_between(subscription, now, end, zone, said=declared_at)
    return Quote(max(end, now), charged, refund, undoable=end > now)


def _at_once(subscription: Subscription, declared_at: datetime, now: datetime, zone: ZoneInfo) -> Quote:
    none = Money(0, subscription.plan.price.currency)
    period = period_containing(subscription.anchor, subscription.plan.interval, declared_at, zone)
    refund = none
    if subscription.plan.refund_unused:
        unused = int((period.end - max(declared_at, period.start)).total_seconds())
        refund = subscription.plan.price.share(min(unused, period.seconds), period.seconds)
    return Quote(now, none, refund + charged_since(subscription, period.end, now, zone), undoable=False)
