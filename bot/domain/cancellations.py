"""What a cancellation means for one subscription: when it ends, what is still charged, what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.charges import charges_between, next_charge, paid_back, paid_period
from bot.domain.endings import nearest_end, ways_out
from bot.domain.money import Money
from bot.domain.periods import last_moment
from bot.domain.policies import Policy, of_plan
from bot.domain.subscriptions import Status, Subscription
from bot.domain.wished_end import Days


class OperationKind(StrEnum):
    """What is done at the billing provider."""

    CANCEL = "cancel"
    UNDO = "undo"
    PAUSE = "pause"
    RESUME = "resume"  # goes on after a pause
    WITHDRAW = "withdraw"


class OperationState(StrEnum):
    """Recorded before the provider is asked, confirmed once it has answered."""

    RECORDED = "recorded"  # it has not been asked
    ASKED = "asked"  # it was asked, and whether it has acted is not known
    CONFIRMED = "confirmed"
    TAKEN_BACK = "taken_back"  # by the customer, before it had any effect
    REFUSED = "refused"  # it never will be; a person sees to it


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
    """One effect at the provider, keyed by subscription and generation: there is never a second (P2).

    `until` is the end of a pause. `asked_at` is when the provider was asked last, `attempts` how often, and
    `fault` why that failed, or what was found instead, in words of ours. `tell_later` is set when the
    customer was told that it is not done yet, and is to hear when it is. Times are UTC.
    """

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
    immediately: bool = False
    until: datetime | None = None
    instead_of: Days | None = None
    asked_at: datetime | None = None
    attempts: int = 0
    fault: str | None = None
    tell_later: bool = False

    @property
    def open(self) -> bool:
        """Whether it is still to be carried out."""
        return self.state in {OperationState.RECORDED, OperationState.ASKED}

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
    policy: Policy | None = None,
) -> Quote:
    """Works out the end and the money of cancelling `subscription`, as declared at `declared_at` (UTC).

    `policy` has the terms; without one, the plan's own fields have them. The end is counted from when the
    customer *said it*, also when carrying it out took longer; a renewal charged after it is paid back in
    full. Said during a trial, it costs nothing and ends with the trial.

    A `wanted` time that is still to come moves the end to the nearest one there is, the earlier of two, and
    never before the one it would have ended with; unless the policy knows no later ends. Until then it renews
    as usual. Raises `TooFarAheadError` where that is more than `FURTHEST` ahead.

    A plan that ends at once runs on for as long as it can be undone, but not into another period: what is
    unused is counted from the declaration all the same.
    """
    policy = policy or of_plan(subscription.plan)
    if wanted is not None and wanted.last <= declared_at.astimezone(zone).date():
        wanted = None
    arranged = wanted if policy.later else None
    ways = ways_out(subscription, policy, declared_at, zone, arranged)
    end = nearest_end(subscription, ways, declared_at, zone, arranged)
    met = wanted is None or last_moment(end or now).astimezone(zone).date() in wanted
    instead_of = None if met else wanted
    if end is None:
        ends_at = now if policy.undo is None else _undoable_until(subscription, now, zone, policy.undo)
        paid = paid_period(subscription, declared_at, zone)
        refund = paid_back(subscription, policy.refund, declared_at, paid, now, zone)
        return Quote(
            ends_at, Money(0, refund.currency), refund, undoable=ends_at > now, instead_of=instead_of
        )
    paid = paid_period(subscription, last_moment(end), zone)
    return Quote(
        effective_at=max(end, now),
        charged=charges_between(subscription, now, end, zone, said=declared_at),
        refunded=paid_back(subscription, policy.refund, end, paid, now, zone),
        undoable=end > now,
        instead_of=instead_of,
    )


def _undoable_until(subscription: Subscription, now: datetime, zone: ZoneInfo, undo: timedelta) -> datetime:
    """As long as the policy has it, and not until it is charged again."""
    charged_at: datetime | None = next_charge(subscription, now, zone)
    if Status.PAUSED in {subscription.status, subscription.status_before}:
        charged_at = subscription.paused_until
    return min(now + undo, charged_at or now + undo)
