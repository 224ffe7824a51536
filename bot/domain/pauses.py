"""A pause: whether a plan can have one, until when, and what is charged meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.charges import next_charge
from bot.domain.money import Money
from bot.domain.periods import midnight, shifted
from bot.domain.policies import Policy
from bot.domain.renewals import TICK, renewals
from bot.domain.subscriptions import Status, Subscription
from bot.domain.wished_end import Days


class NoPause(StrEnum):
    """Why it can't be paused."""

    NOT_OFFERED = "not_offered"  # the policy has no pause
    TRIAL = "trial"  # it costs nothing yet
    PAUSED = "paused"
    CANCELLING = "cancelling"
    ENDED = "ended"
    PAST = "past"  # the time that was asked for is over
    RENEWS_LATER = "renews_later"  # what is paid for runs longer than the pause: it would save nothing


@dataclass(frozen=True, slots=True)
class PauseQuote:
    """The terms of a pause from `starts` to `until`; without `until`, to when the customer goes on.

    `paid_until` is the end of what is paid for. `charged` is what is charged meanwhile, which is nothing;
    `renews_at` is when it is charged again, and `left_out` how many renewals are not. `instead_of` is the
    time that was wished for, where the policy allows no pause that long. Times are UTC.
    """

    starts: datetime
    until: datetime | None
    paid_until: datetime
    charged: Money
    renews_at: datetime | None = None
    left_out: int | None = None
    instead_of: Days | None = None


@dataclass(frozen=True, slots=True)
class PauseRefused:
    """Why there is no pause. `renews_at` (UTC) comes with `NoPause.RENEWS_LATER`."""

    reason: NoPause
    renews_at: datetime | None = None


_NOT_ACTIVE = {
    Status.TRIAL: NoPause.TRIAL,
    Status.PAUSED: NoPause.PAUSED,
    Status.CANCELLING: NoPause.CANCELLING,
    Status.ENDED: NoPause.ENDED,
}


def quote_pause(
    subscription: Subscription, policy: Policy, now: datetime, zone: ZoneInfo, wanted: Days | None = None
) -> PauseQuote | PauseRefused:
    """Works out a pause from `now` (UTC) to the beginning of the first day of `wanted`.

    Without a wish, and for a later one, it ends with the longest pause there is. The plan keeps its days of
    renewal: it is charged at the first one that does not fall into the pause.
    """
    if subscription.status is not Status.ACTIVE:
        return PauseRefused(_NOT_ACTIVE[subscription.status])
    if policy.pause is None:
        return PauseRefused(NoPause.NOT_OFFERED)
    today = now.astimezone(zone).date()
    if wanted is not None and wanted.first <= today:
        return PauseRefused(NoPause.PAST)
    day = wanted.first if wanted is not None else None
    longest = None if policy.pause.at_most is None else shifted(today, policy.pause.at_most)
    shortened = longest is not None and day is not None and day > longest
    day = longest if day is None or shortened else day
    paid_until = next_charge(subscription, now, zone)
    charged = Money(0, subscription.plan.price.currency)
    if day is None:
        return PauseQuote(now, None, paid_until, charged)
    until = midnight(day, zone)
    if until <= paid_until:
        return PauseRefused(NoPause.RENEWS_LATER, paid_until)
    return PauseQuote(
        starts=now,
        until=until,
        paid_until=paid_until,
        charged=charged,
        renews_at=next_charge(subscription, until - TICK, zone),
        left_out=renewals(subscription, zone).between(now + TICK, until),
        instead_of=wanted if shortened else None,
    )
