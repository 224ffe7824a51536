"""What a cancellation means for one subscription: when it ends, what is still charged, what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.money import Money
from bot.domain.periods import period_containing
from bot.domain.subscriptions import EndRule, Status, Subscription


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

    `charged` is what will still be charged (nothing, by today's rules); `refunded` is what is paid back;
    `undoable` tells whether undo exists, and so whether one message may carry it out (P1).
    """

    effective_at: datetime
    charged: Money
    refunded: Money
    undoable: bool


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
    subscription: Subscription, declared_at: datetime, now: datetime, zone: ZoneInfo
) -> Quote:
    """Works out the end and the money of cancelling `subscription`, as declared at `declared_at` (UTC).

    A plan that ends with the period ends with the period *in which the customer said it*, also when
    carrying it out took longer; a renewal charged in between is paid back in full. Said during a trial, it
    costs nothing and ends with the trial.
    """
    none = Money(0, subscription.plan.price.currency)
    trial_end = subscription.trial_until
    if trial_end is not None and declared_at < trial_end:
        charged_since = _renewals(subscription, trial_end, now, zone)
        return Quote(max(trial_end, now), none, charged_since, undoable=trial_end > now)
    period = period_containing(subscription.anchor, subscription.plan.interval, declared_at, zone)
    charged_since = _renewals(subscription, period.end, now, zone)
    if subscription.plan.end_rule is EndRule.PERIOD_END:
        return Quote(max(period.end, now), none, charged_since, undoable=period.end > now)
    refund = none
    if subscription.plan.refund_unused:
        unused = int((period.end - max(declared_at, period.start)).total_seconds())
        refund = subscription.plan.price.share(min(unused, period.seconds), period.seconds)
    return Quote(now, none, refund + charged_since, undoable=False)


def _renewals(subscription: Subscription, end: datetime, now: datetime, zone: ZoneInfo) -> Money:
    """What was charged for periods that began at or after `end` and up to `now`; while paused, nothing."""
    price, interval = subscription.plan.price, subscription.plan.interval
    total, start = Money(0, price.currency), end
    if subscription.status is Status.PAUSED:
        return total
    while start <= now:
        total += price
        start = period_containing(subscription.anchor, interval, start, zone).end
    return total
