"""The right to withdraw from a new contract: until when, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.charges import paid_back, paid_period
from bot.domain.consumer_law import EEA
from bot.domain.money import Money
from bot.domain.periods import end_of
from bot.domain.policies import Policy, Refund
from bot.domain.subscriptions import Status, Subscription

_SATURDAY = 5


class NoWithdrawal(StrEnum):
    """Why nobody can withdraw from it."""

    NO_RIGHT = "no_right"  # neither the provider nor the policy gives one
    OVER = "over"
    ENDED = "ended"  # there is nothing left


@dataclass(frozen=True, slots=True)
class WithdrawalQuote:
    """The terms of a withdrawal: it ends at `effective_at`, and `refunded` comes back. It can't be undone.

    It could be declared before `until`. `rule` tells what comes back: everything, or the unused part. Nothing
    more is charged. Times are UTC.
    """

    effective_at: datetime
    until: datetime
    refunded: Money
    rule: Refund


@dataclass(frozen=True, slots=True)
class WithdrawalRefused:
    """Why there is no withdrawal; `until` (UTC) is when the right ended, where there was one."""

    reason: NoWithdrawal
    until: datetime | None = None


def withdrawal_until(
    subscription: Subscription, policy: Policy, zone: ZoneInfo, country: str | None = None
) -> datetime | None:
    """The moment (UTC) before which a withdrawal must be declared; None where there is no right to.

    What the provider tells counts. Else it is so many days after the one the contract was made on, which does
    not count itself, to the end of the last one (§§ 187 (1), 188 (1), 355 (2) BGB; Directive 2011/83/EU, art.
    9). A last day on a weekend moves to Monday (§ 193 BGB; Regulation 1182/71, art. 3 (4)): for customers in
    the EEA, and where nobody knows. Public holidays are known to nobody here: a person sees to those.
    """
    if subscription.withdrawal_until is not None:
        return subscription.withdrawal_until
    if policy.withdrawal is None:
        return None
    day = subscription.anchor.astimezone(zone).date() + timedelta(days=policy.withdrawal.days)
    while day.weekday() >= _SATURDAY and (country is None or country in EEA):
        day += timedelta(days=1)
    return end_of(day, zone)


def quote_withdrawal(
    subscription: Subscription,
    policy: Policy,
    declared_at: datetime,
    now: datetime,
    zone: ZoneInfo,
    country: str | None = None,
) -> WithdrawalQuote | WithdrawalRefused:
    """Works out what withdrawing comes to, as declared at `declared_at` (UTC); `country` is the customer's.

    What was sent in time is in time, whenever it is carried out (§ 355 (1) BGB). What was charged since comes
    back in full; by the rule of the unused part, the time until the declaration is paid for. One that is
    cancelled already and still runs can be withdrawn from as well.
    """
    until = withdrawal_until(subscription, policy, zone, country)
    if subscription.status is Status.ENDED:
        return WithdrawalRefused(NoWithdrawal.ENDED, until)
    if until is None:
        return WithdrawalRefused(NoWithdrawal.NO_RIGHT)
    if declared_at >= until:
        return WithdrawalRefused(NoWithdrawal.OVER, until)
    rule = policy.withdrawal.refund if policy.withdrawal is not None else Refund.FULL
    paid = paid_period(subscription, declared_at, zone)
    refunded = paid_back(subscription, rule, declared_at, paid, now, zone)
    return WithdrawalQuote(now, until, refunded, rule)
