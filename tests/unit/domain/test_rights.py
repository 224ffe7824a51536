"""Withdrawing and pausing by example."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.charges import charged_in_all, charged_since, paid_for
from bot.domain.money import Money
from bot.domain.pauses import NoPause, PauseQuote, PauseRefused, quote_pause
from bot.domain.periods import Interval, Period
from bot.domain.policies import Ending, Ends, Pausing, Policy, Refund, Withdrawal
from bot.domain.subscriptions import Status
from bot.domain.wished_end import Days
from bot.domain.withdrawals import (
    NoWithdrawal,
    WithdrawalQuote,
    WithdrawalRefused,
    quote_withdrawal,
    withdrawal_until,
)
from tests.unit.domain.support import BERLIN, a_plan, a_subscription, in_days

PRICE, FREE = Money(1200, "EUR"), Money(0, "EUR")
POLICY = Policy(Ending(Ends.PERIOD_END), withdrawal=Withdrawal(), pause=Pausing(Interval("3 months")))
NOW = in_days(3)


@pytest.mark.parametrize(
    ("made", "country", "last"),
    [
        (date(2026, 3, 2), "DE", date(2026, 3, 16)),
        (date(2026, 1, 31), "DE", date(2026, 2, 16)),  # 14 February is a Saturday
        (date(2026, 2, 1), "DE", date(2026, 2, 16)),  # 15 February is a Sunday
        (date(2026, 1, 31), "GB", date(2026, 2, 14)),
        (date(2026, 1, 31), None, date(2026, 2, 16)),
    ],
)
def test_the_window_ends_with_its_last_day(made: date, country: str | None, last: date) -> None:
    """Whatever the time the contract was made at; in the EEA a last day on a weekend moves to Monday."""
    for hour in (0, 12, 23):
        at = datetime(made.year, made.month, made.day, hour, 59, tzinfo=BERLIN).astimezone(UTC)
        until = withdrawal_until(a_subscription(anchor=at), POLICY, BERLIN, country)
        assert until is not None
        assert until.astimezone(BERLIN).isoformat()[:19] == f"{last + timedelta(days=1)}T00:00:00"


def test_a_withdrawal_ends_it_and_gives_everything_back() -> None:
    """Also what was charged while it hung; by the unused part, the days until it was said are paid for."""
    item = a_subscription()
    quote = quote_withdrawal(item, POLICY, NOW, NOW, BERLIN, "DE")
    assert isinstance(quote, WithdrawalQuote)
    assert (quote.effective_at, quote.refunded, quote.rule) == (NOW, PRICE, Refund.FULL)
    late = quote_withdrawal(item, POLICY, NOW, in_days(29), BERLIN, "DE")
    assert isinstance(late, WithdrawalQuote)
    assert late.refunded == PRICE.times(2)
    share = replace(POLICY, withdrawal=Withdrawal(14, Refund.UNUSED))
    part = quote_withdrawal(item, share, NOW, NOW, BERLIN, "DE")
    assert isinstance(part, WithdrawalQuote)
    assert part.refunded == PRICE.share(25, 28)


def test_what_was_really_paid_comes_back_and_no_more() -> None:
    """A discount, a trial."""
    discounted = replace(a_subscription(), paid=Money(500, "EUR"))
    quote = quote_withdrawal(discounted, POLICY, NOW, NOW, BERLIN)
    assert isinstance(quote, WithdrawalQuote)
    assert quote.refunded == Money(500, "EUR")
    trial = replace(a_subscription(), status=Status.TRIAL, trial_until=in_days(14))
    free = quote_withdrawal(trial, POLICY, NOW, NOW, BERLIN)
    assert isinstance(free, WithdrawalQuote)
    assert free.refunded == FREE


def test_outside_the_window_the_rule_is_told() -> None:
    """When it ended; that there is none; that there is nothing left. Cancelled already, it is still there."""
    over = quote_withdrawal(a_subscription(), POLICY, in_days(20), in_days(20), BERLIN)
    assert isinstance(over, WithdrawalRefused)
    assert (over.reason, over.until) == (NoWithdrawal.OVER, datetime(2026, 2, 16, 23, 0, tzinfo=UTC))
    none = replace(POLICY, withdrawal=None)
    assert quote_withdrawal(a_subscription(), none, NOW, NOW, BERLIN) == WithdrawalRefused(
        NoWithdrawal.NO_RIGHT
    )
    ended = replace(a_subscription(), status=Status.ENDED, ends_at=NOW)
    refused = quote_withdrawal(ended, POLICY, NOW, NOW, BERLIN)
    assert isinstance(refused, WithdrawalRefused)
    assert refused.reason is NoWithdrawal.ENDED
    cancelling = replace(a_subscription(), status=Status.CANCELLING, ends_at=in_days(28))
    assert isinstance(quote_withdrawal(cancelling, POLICY, NOW, NOW, BERLIN), WithdrawalQuote)


def test_a_pause_ends_where_the_wish_begins() -> None:
    """One renewal is left out; the next one after it is charged again."""
    quote = quote_pause(a_subscription(), POLICY, NOW, BERLIN, Days.on(date(2026, 3, 20)))
    assert quote == PauseQuote(
        starts=NOW,
        until=datetime(2026, 3, 19, 23, 0, tzinfo=UTC),
        paid_until=datetime(2026, 2, 28, 9, 0, tzinfo=UTC),
        charged=FREE,
        renews_at=datetime(2026, 3, 31, 8, 0, tzinfo=UTC),
        left_out=1,
    )


def test_a_renewal_at_the_very_end_of_a_pause_is_charged() -> None:
    """A plan that renews at midnight, paused to a day it renews on: only the one before is left out."""
    item = a_subscription(anchor=datetime(2025, 12, 31, 23, 0, tzinfo=UTC))
    quote = quote_pause(item, POLICY, NOW, BERLIN, Days.on(date(2026, 4, 1)))
    assert isinstance(quote, PauseQuote)
    assert quote.until == quote.renews_at == datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
    assert quote.left_out == 1


def test_a_pause_is_no_longer_than_the_policy_has_it() -> None:
    """Without a wish it is as long; a longer wish is cut, and told."""
    longest = quote_pause(a_subscription(), POLICY, NOW, BERLIN)
    assert isinstance(longest, PauseQuote)
    assert longest.until == datetime(2026, 5, 2, 22, 0, tzinfo=UTC)
    wanted = Days.on(date(2027, 1, 1))
    assert quote_pause(a_subscription(), POLICY, NOW, BERLIN, wanted) == replace(longest, instead_of=wanted)
    endless = quote_pause(a_subscription(), replace(POLICY, pause=Pausing()), NOW, BERLIN)
    assert isinstance(endless, PauseQuote)
    assert (endless.until, endless.renews_at, endless.left_out) == (None, None, None)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.TRIAL, NoPause.TRIAL),
        (Status.PAUSED, NoPause.PAUSED),
        (Status.CANCELLING, NoPause.CANCELLING),
        (Status.ENDED, NoPause.ENDED),
    ],
)
def test_only_what_runs_is_paused(status: Status, reason: NoPause) -> None:
    """And only where the policy has a pause."""
    item = replace(a_subscription(), status=status)
    assert quote_pause(item, POLICY, NOW, BERLIN) == PauseRefused(reason)
    never = replace(POLICY, pause=None)
    assert quote_pause(a_subscription(), never, NOW, BERLIN) == PauseRefused(NoPause.NOT_OFFERED)


def test_a_pause_that_would_save_nothing_is_none() -> None:
    """Where what is paid for runs longer: it says when it is charged next."""
    soon = Days.on(date(2026, 2, 20))
    renews_at = datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
    refused = PauseRefused(NoPause.RENEWS_LATER, renews_at)
    assert quote_pause(a_subscription(), POLICY, NOW, BERLIN, soon) == refused


def test_nothing_is_charged_in_a_pause() -> None:
    """From when it began, and until it ends; where nobody knows since when, only the first charge is sure."""
    item = replace(a_subscription(), status=Status.PAUSED, paused_at=in_days(40), paused_until=in_days(100))
    item = replace(
        item, period=Period(datetime(2026, 4, 30, 8, 0, tzinfo=UTC), datetime(2026, 5, 31, 8, tzinfo=UTC))
    )
    now = in_days(95)
    # Charged on 31 January and 28 February; left out on 31 March and 30 April.
    assert charged_in_all(item, now, BERLIN) == PRICE.times(2)
    assert charged_since(item, in_days(10), now, BERLIN) == PRICE
    assert paid_for(item, item.period, now) == FREE
    assert paid_for(replace(item, paid=PRICE), item.period, now) == PRICE
    unknown = replace(item, paused_at=None)
    assert charged_in_all(unknown, now, BERLIN) == PRICE
    after = in_days(125)
    told = replace(item, period=Period(item.period.end, datetime(2026, 6, 30, 8, 0, tzinfo=UTC)))
    assert charged_in_all(told, after, BERLIN) == PRICE.times(3)


def test_weekly_plans_are_paid_several_times_within_the_window() -> None:
    """All of it comes back."""
    item = a_subscription(a_plan(interval=Interval.WEEK))
    quote = quote_withdrawal(item, POLICY, in_days(10), in_days(10), BERLIN)
    assert isinstance(quote, WithdrawalQuote)
    assert quote.refunded == PRICE.times(2)
