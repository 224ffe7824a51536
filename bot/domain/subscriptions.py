"""Plans and the subscriptions customers hold to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.periods import Interval, Period


class EndRule(StrEnum):
    """When a plan ends once it is cancelled."""

    PERIOD_END = "period_end"
    AT_ONCE = "at_once"


class Status(StrEnum):
    """Where a subscription stands."""

    TRIAL = "trial"
    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sold: a name, a price an interval, and the rule by which it ends.

    `refund_unused` applies to plans that end at once: the unused part of the period is paid back.
    """

    ref: str
    name: str
    price: Money
    interval: Interval
    end_rule: EndRule = EndRule.PERIOD_END
    refund_unused: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """One customer's subscription as the billing provider reports it. All times are UTC.

    `anchor` is when it began, and what periods are counted from where that gives `period`; `ends_at` is set
    once it is cancelled; `withdrawal_until` is the end of the statutory 14-day right, where it applies;
    `status_before` is what it was before it was cancelled, where the provider tells. `paid` is what was
    really paid for the running period, where that is not the plan's price; `pending` that something is being
    done that the provider has not confirmed; `paused_at` is when the pause began, where that is known.
    """

    ref: str
    customer_ref: str
    plan: Plan
    status: Status
    anchor: datetime
    period: Period
    ends_at: datetime | None = None
    withdrawal_until: datetime | None = None
    trial_until: datetime | None = None
    status_before: Status | None = None
    paused_until: datetime | None = None
    paid: Money | None = None
    pending: bool = False
    paused_at: datetime | None = None

    @property
    def cancellable(self) -> bool:
        """Whether there is anything left to cancel."""
        return self.status in {Status.TRIAL, Status.ACTIVE, Status.PAUSED}


def effective_status(status: Status, ends_at: datetime | None, now: datetime) -> Status:
    """The status at `now`: a cancelling subscription ends when its end comes, without a job."""
    if status is Status.CANCELLING and ends_at is not None and ends_at <= now:
        return Status.ENDED
    return status
