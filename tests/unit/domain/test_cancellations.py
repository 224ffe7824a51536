from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cancellations import Operation, OperationKind, OperationState, quote_cancellation
from bot.domain.money import Money
from bot.domain.periods import Interval, period_containing
from bot.domain.subscriptions import EndRule, Status, effective_status
from tests.unit.domain.support import ANCHOR, BERLIN, INTERVALS, a_plan, a_subscription, in_days

FREE = Money(0, "EUR")
PRICE = Money(1200, "EUR")
SOON = st.timedeltas(timedelta(0), timedelta(days=800))
DELAY = st.timedeltas(timedelta(0), timedelta(days=100))


def test_a_plan_ends_with_the_period_it_was_declared_in() -> None:
    """Nothing more is charged, nothing comes back, and it can be undone until then."""
    said = in_days(3)
    quote = quote_cancellation(a_subscription(), said, said, BERLIN)
    assert quote.effective_at == datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
    assert (quote.charged, quote.refunded, quote.undoable) == (FREE, FREE, True)


def test_carrying_it_out_late_never_costs_the_customer_a_period() -> None:
    """Declared in February, carried out in April: both renewals since are paid back; it ends now."""
    said, now = datetime(2026, 2, 27, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
    quote = quote_cancellation(a_subscription(), said, now, BERLIN)
    assert quote.effective_at == now
    assert quote.refunded == PRICE.times(2)
    assert not quote.undoable


@pytest.mark.parametrize("rule", list(EndRule))
def test_nothing_comes_back_for_the_time_of_a_pause(rule: EndRule) -> None:
    """Nothing was charged then."""
    paused = a_subscription(a_plan(end_rule=rule), status=Status.PAUSED)
    quote = quote_cancellation(paused, in_days(3), in_days(60), BERLIN)
    assert (quote.charged, quote.refunded) == (FREE, FREE)


def test_the_moment_of_renewal_belongs_to_the_new_period() -> None:
    """Declared a second before it: that renewal comes back; declared in it: that period runs out."""
    renewal = datetime(2026, 2, 28, 9, 0, tzinfo=UTC)
    just_before = quote_cancellation(a_subscription(), renewal - timedelta(seconds=1), renewal, BERLIN)
    assert (just_before.effective_at, just_before.refunded) == (renewal, PRICE)
    in_it = quote_cancellation(a_subscription(), renewal, renewal, BERLIN)
    assert (in_it.effective_at, in_it.refunded) == (datetime(2026, 3, 31, 8, 0, tzinfo=UTC), FREE)


@given(SOON, DELAY, st.sampled_from(INTERVALS), st.sampled_from(list(EndRule)), st.booleans())
def test_no_quote_ends_in_the_past_charges_or_pays_back_too_much(
    since: timedelta, delay: timedelta, interval: Interval, rule: EndRule, refund_unused: bool
) -> None:
    """For every plan, declaration and delay: nothing is charged; undo exists while the end is ahead."""
    plan = a_plan(interval=interval, end_rule=rule, refund_unused=refund_unused)
    said = ANCHOR + since
    now = said + delay
    quote = quote_cancellation(a_subscription(plan), said, now, BERLIN)
    period = period_containing(ANCHOR, interval, said, BERLIN)
    assert quote.charged == FREE
    assert quote.effective_at >= now
    assert (
        0 <= quote.refunded.minor <= PRICE.minor * (2 + delay.days // (interval.days or interval.months * 28))
    )
    if rule is EndRule.PERIOD_END:
        assert quote.effective_at == max(period.end, now)
        assert quote.undoable == (period.end > now)
        if period.end > now:
            assert quote.refunded == FREE
    else:
        assert (quote.effective_at, quote.undoable) == (now, False)


@given(SOON, DELAY, DELAY)
def test_waiting_longer_never_pays_back_less(since: timedelta, one: timedelta, other: timedelta) -> None:
    """A provider that is down is not the customer's loss."""
    said = ANCHOR + since
    early, late = sorted((one, other))
    plan = a_plan(end_rule=EndRule.AT_ONCE, refund_unused=True)
    quotes = [quote_cancellation(a_subscription(plan), said, said + delay, BERLIN) for delay in (early, late)]
    assert quotes[0].refunded.minor <= quotes[1].refunded.minor


def test_a_plan_that_ends_at_once_pays_back_what_is_unused() -> None:
    """By the second, rounded up; a plan without that rule pays back nothing; neither can be undone."""
    plan = a_plan(end_rule=EndRule.AT_ONCE, refund_unused=True)
    period = period_containing(ANCHOR, Interval.MONTH, ANCHOR, BERLIN)
    half = period.start + (period.end - period.start) / 2
    quote = quote_cancellation(a_subscription(plan), half, half, BERLIN)
    assert (quote.effective_at, quote.refunded, quote.undoable) == (half, Money(600, "EUR"), False)
    first = quote_cancellation(a_subscription(plan), ANCHOR, ANCHOR, BERLIN)
    assert first.refunded == PRICE
    before_it_began = quote_cancellation(a_subscription(plan), in_days(-2), ANCHOR, BERLIN)
    assert before_it_began.refunded == PRICE
    kept = quote_cancellation(a_subscription(replace(plan, refund_unused=False)), half, half, BERLIN)
    assert (kept.refunded, kept.undoable) == (FREE, False)


def test_at_once_carried_out_late_pays_back_the_renewals_too() -> None:
    """The unused part counts from the declaration, and a period charged since comes back whole."""
    plan = a_plan(end_rule=EndRule.AT_ONCE, refund_unused=True)
    period = period_containing(ANCHOR, Interval.MONTH, ANCHOR, BERLIN)
    half = period.start + (period.end - period.start) / 2
    quote = quote_cancellation(a_subscription(plan), half, period.end + timedelta(days=1), BERLIN)
    assert quote.refunded == Money(1800, "EUR")


def test_a_trial_ends_with_the_trial_and_costs_nothing() -> None:
    """Whatever the plan's rule; undo exists until then."""
    trial = a_subscription(status=Status.TRIAL, trial_until=in_days(14))
    quote = quote_cancellation(trial, in_days(2), in_days(2), BERLIN)
    assert (quote.effective_at, quote.charged, quote.refunded) == (in_days(14), FREE, FREE)
    assert quote.undoable


def test_a_trial_said_in_time_and_carried_out_late_is_paid_back() -> None:
    """What was charged after it ended comes back."""
    trial = a_subscription(status=Status.TRIAL, trial_until=in_days(14))
    quote = quote_cancellation(trial, in_days(13), in_days(15), BERLIN)
    assert (quote.effective_at, quote.refunded, quote.undoable) == (in_days(15), PRICE, False)


def test_a_trial_that_was_over_is_a_plan_like_any_other() -> None:
    """Also where the provider still calls it a trial, or does not say until when."""
    for until in (in_days(14), None):
        trial = a_subscription(status=Status.TRIAL, trial_until=until)
        quote = quote_cancellation(trial, in_days(20), in_days(20), BERLIN)
        assert quote.effective_at == datetime(2026, 2, 28, 9, 0, tzinfo=UTC)


def test_the_key_of_an_operation_is_the_same_for_every_try() -> None:
    """Subscription and generation, and nothing that changes (P2)."""
    operation = Operation(
        id="o_1",
        subscription_ref="sub-pro",
        generation=3,
        kind=OperationKind.CANCEL,
        state=OperationState.RECORDED,
        customer_ref="demo-solo",
        declaration_id="d_1",
        recorded_at=ANCHOR,
        confirmed_at=None,
        effective_at=None,
        charged=FREE,
        refunded=FREE,
    )
    later = replace(operation, id="o_2", state=OperationState.CONFIRMED, confirmed_at=in_days(1))
    assert operation.idempotency_key == later.idempotency_key == "sub-pro:3"


@pytest.mark.parametrize("status", list(Status))
def test_only_what_is_cancelling_ends_by_itself(status: Status) -> None:
    """At its end, not before it, and only if it has one; no job has to say so."""
    ended = Status.ENDED if status is Status.CANCELLING else status
    assert effective_status(status, ANCHOR, ANCHOR) is ended
    assert effective_status(status, ANCHOR, in_days(1)) is ended
    assert effective_status(status, in_days(1), ANCHOR) is status
    assert effective_status(status, None, ANCHOR) is status


@pytest.mark.parametrize("status", list(Status))
def test_what_runs_can_be_cancelled(status: Status) -> None:
    """What is cancelled already or has ended can't."""
    running = status in {Status.TRIAL, Status.ACTIVE, Status.PAUSED}
    assert a_subscription(status=status).cancellable is running
