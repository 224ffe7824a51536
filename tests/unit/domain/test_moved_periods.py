"""Contracts whose periods are counted from another day: after a trial, from a fixed day, or anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.cancellations import quote_cancellation
from bot.domain.charges import charged_in_all
from bot.domain.money import Money
from bot.domain.periods import Interval, Period
from bot.domain.policies import Ending, Ends, NoticeTo, Policy, Refund, Withdrawal
from bot.domain.renewals import renewals
from bot.domain.withdrawals import NoWithdrawal, WithdrawalRefused, quote_withdrawal
from tests.unit.domain.support import BERLIN, a_plan, a_subscription, in_days

UTC_ZONE = ZoneInfo("UTC")
MONTHLY_AFTER = Policy(
    Ending(Ends.PERIOD_END),
    renewed=Ending(Ends.NOTICE, Interval.MONTH, NoticeTo.DAY),
    withdrawal=Withdrawal(14, Refund.FULL),
)


def _on(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "then"),
    [
        (_on(2026, 2, 28), _on(2026, 3, 31), _on(2026, 4, 30)),
        (_on(2026, 3, 31), _on(2026, 4, 30), _on(2026, 5, 31)),
        (_on(2026, 4, 30), _on(2026, 5, 31), _on(2026, 6, 30)),
        (_on(2026, 4, 30), _on(2026, 5, 30), _on(2026, 6, 30)),
        (_on(2026, 3, 1), _on(2026, 4, 1), _on(2026, 5, 1)),
    ],
)
def test_the_day_of_the_month_is_known_from_the_running_period(
    start: datetime, end: datetime, then: datetime
) -> None:
    """Begun on the 17th, renewed on the last of each month: a short month makes no later one end sooner."""
    item = replace(a_subscription(anchor=_on(2026, 1, 17)), period=Period(start, end))
    counted = renewals(item, UTC_ZONE)
    assert counted.period(start) == Period(start, end)
    assert counted.period(end) == Period(end, then)
    assert counted.period(_on(2026, 1, 17)).end > _on(2026, 1, 17)


def test_a_new_beginning_of_the_periods_is_no_new_contract() -> None:
    """Made in January 2024, and counted anew from March 2026: nobody can withdraw from it in that month."""
    moved = Period(_on(2026, 3, 1), _on(2026, 4, 1))
    item = replace(a_subscription(anchor=_on(2024, 1, 15)), period=moved)
    quote = quote_withdrawal(item, MONTHLY_AFTER, _on(2026, 3, 5), _on(2026, 3, 5), BERLIN, "DE")
    assert isinstance(quote, WithdrawalRefused)
    assert quote.reason is NoWithdrawal.OVER


def test_a_yearly_plan_in_its_third_year_has_renewed() -> None:
    """So a month's notice is enough, although its periods are counted anew since March."""
    plan = a_plan(interval=Interval.YEAR)
    moved = Period(_on(2026, 3, 1), _on(2027, 3, 1))
    item = replace(a_subscription(plan, anchor=_on(2024, 1, 15)), period=moved)
    quote = quote_cancellation(item, _on(2026, 3, 5), _on(2026, 3, 5), BERLIN, policy=MONTHLY_AFTER)
    assert quote.effective_at < _on(2026, 4, 7)


def test_the_end_of_a_trial_is_no_renewal() -> None:
    """The first term is the first that is paid for: the year after a trial of two weeks."""
    plan, trial_until = a_plan(interval=Interval.YEAR), _on(2026, 1, 31)
    item = a_subscription(plan, anchor=_on(2026, 1, 17), trial_until=trial_until)
    item = replace(item, period=Period(trial_until, _on(2027, 1, 31)))
    quote = quote_cancellation(item, _on(2026, 3, 5), _on(2026, 3, 5), BERLIN, policy=MONTHLY_AFTER)
    assert quote.effective_at == _on(2027, 1, 31)


def test_the_days_before_the_first_whole_period_cost_their_share() -> None:
    """Begun on 20 February and charged on the 1st of each month: nine days of 28, and a month."""
    moved = Period(_on(2026, 3, 1), _on(2026, 4, 1))
    item = replace(a_subscription(anchor=_on(2026, 2, 20)), period=moved)
    share = Money(1200, "EUR").share(9, 28)
    assert charged_in_all(item, _on(2026, 3, 5), BERLIN) == Money(1200 + share.minor, "EUR")
    assert charged_in_all(item, _on(2026, 4, 5), BERLIN) == Money(2400 + share.minor, "EUR")


def test_after_a_trial_every_charge_is_a_whole_one() -> None:
    """Two periods since, whatever days the trial had."""
    item = a_subscription(anchor=_on(2026, 1, 17), trial_until=_on(2026, 1, 31))
    item = replace(item, period=Period(_on(2026, 2, 28), _on(2026, 3, 31)))
    assert charged_in_all(item, _on(2026, 3, 5), BERLIN) == Money(2400, "EUR")


def test_an_ordinary_first_period_is_charged_in_full() -> None:
    """It begins with the contract."""
    item = a_subscription()
    assert charged_in_all(item, in_days(3), BERLIN) == Money(1200, "EUR")
    assert charged_in_all(item, in_days(28) + timedelta(hours=1), BERLIN) == Money(2400, "EUR")


def test_free_days_given_later_are_no_new_first_term() -> None:
    """As a trial, to make up for something: a contract of January 2024 has renewed all the same."""
    plan, free_until = a_plan(interval=Interval.YEAR), _on(2026, 2, 1)
    item = a_subscription(plan, anchor=_on(2024, 1, 15), trial_until=free_until)
    item = replace(item, period=Period(free_until, _on(2027, 2, 1)))
    quote = quote_cancellation(item, _on(2026, 3, 5), _on(2026, 3, 5), BERLIN, policy=MONTHLY_AFTER)
    assert quote.effective_at < _on(2026, 4, 7)
