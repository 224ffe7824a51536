from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.billing.stripe.reading import subscription
from bot.domain.money import Money
from bot.domain.periods import Interval, Period
from bot.domain.subscriptions import Status, Subscription
from tests.fixtures.builders import ANCHOR
from tests.fixtures.fakes import START, FakeClock
from tests.fixtures.stripe.shapes import Json, shape
from tests.fixtures.stripe.state import StripeState

NAMES = {"prod_Pro": "Pro", "prod_Seat": "Seat", "prod_Support": "Support"}
YEARLY = {"interval": "year", "interval_count": 1, "meter": None, "usage_type": "licensed"}


def _name(product: str, otherwise: str | None) -> str:
    return NAMES.get(product) or otherwise or product


@pytest.fixture
def state() -> StripeState:
    """An account with a customer and a price of 12 EUR a month."""
    made = StripeState(FakeClock())
    made.customer()
    made.price()
    return made


def _read(state: StripeState, **changes: Any) -> Subscription:
    """`sub_1`, begun on 31 January unless told otherwise, as it is read; fields that are no such are set."""
    options = {name: changes.pop(name) for name in ("start", "prices", "trial_end") if name in changes}
    raw = state.subscription(**{"start": ANCHOR, **options})
    raw.update(changes)
    state.tick()
    if isinstance(raw["latest_invoice"], str):
        raw = {**raw, "latest_invoice": state.invoices[raw["latest_invoice"]]}
    return subscription(raw, "ada", _name, state.clock.now())


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def test_a_subscription_as_it_runs(state: StripeState) -> None:
    """With the period that holds now, by the clock of UTC."""
    read = _read(state)
    assert (read.ref, read.customer_ref, read.status) == ("sub_1", "ada", Status.ACTIVE)
    assert (read.plan.ref, read.plan.name, read.plan.price) == ("price_pro", "Pro", Money(1200, "EUR"))
    assert read.plan.interval == Interval.MONTH
    assert read.period == Period(datetime(2026, 2, 28, 8, tzinfo=UTC), datetime(2026, 3, 31, 8, tzinfo=UTC))
    assert read.anchor == ANCHOR
    assert (read.ends_at, read.status_before, read.paid, read.trial_until) == (None, None, None, None)


def test_several_items_are_one_plan(state: StripeState) -> None:
    """Names joined, prices times quantities added up."""
    state.price("price_seat", "Seat", unit_amount=300)
    read = _read(state, prices={"price_pro": 1, "price_seat": 4})
    assert (read.plan.ref, read.plan.name) == ("price_pro+price_seat", "Pro + Seat")
    assert read.plan.price == Money(2400, "EUR")


def test_items_of_another_interval_do_not_count_for_this_one(state: StripeState) -> None:
    """A yearly price is not paid every month; the plan ends with what is renewed first."""
    state.price("price_support", "Support", unit_amount=12000, recurring=YEARLY)
    read = _read(state, prices={"price_support": 1, "price_pro": 1})
    assert (read.plan.name, read.plan.price, read.plan.interval) == (
        "Pro + Support",
        Money(1200, "EUR"),
        "month",
    )
    assert read.period.end == datetime(2026, 3, 31, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("interval", "count", "read"),
    [("day", 1, "day"), ("week", 2, "2 weeks"), ("month", 3, "3 months"), ("year", 1, "year")],
)
def test_every_interval_of_stripe(state: StripeState, interval: str, count: int, read: str) -> None:
    """Days, weeks, months and years, and several of them."""
    state.price("price_other", recurring={"interval": interval, "interval_count": count})
    found = _read(state, prices={"price_other": 1})
    assert found.plan.interval == Interval(read)
    assert state.clock.now() in found.period


@pytest.mark.parametrize(
    ("price", "quantity", "amount"),
    [
        ({"unit_amount": None, "unit_amount_decimal": "0.5"}, 25, 13),
        ({"unit_amount": 100, "transform_quantity": {"divide_by": 10, "round": "up"}}, 25, 300),
        ({"unit_amount": 100, "transform_quantity": {"divide_by": 10, "round": "down"}}, 25, 200),
    ],
)
def test_prices_by_the_part_and_by_the_package(
    state: StripeState, price: Json, quantity: int, amount: int
) -> None:
    """Half a cent for each of 25, or ten together."""
    state.price("price_other", **price)
    raw = state.subscription(prices={"price_pro": 1})
    raw["items"]["data"][0].update(price=state.prices["price_other"], quantity=quantity)
    assert subscription(raw, "ada", _name, START).plan.price == Money(amount, "EUR")


def test_what_is_metered_costs_what_was_billed_last(state: StripeState) -> None:
    """There is no price beforehand."""
    state.price("price_metered", unit_amount=None, billing_scheme="tiered")
    raw = state.subscription(start=ANCHOR, prices={"price_metered": 1})
    invoice = shape("invoice", total=734, billing_reason="subscription_cycle", created=_seconds(START))
    read = subscription({**raw, "latest_invoice": invoice}, "ada", _name, START)
    assert (read.plan.price, read.paid) == (Money(734, "EUR"), None)


@pytest.mark.parametrize(
    ("status", "read"),
    [
        ("active", Status.ACTIVE),
        ("past_due", Status.ACTIVE),
        ("unpaid", Status.ACTIVE),
        ("incomplete", Status.ACTIVE),
        ("paused", Status.PAUSED),
        ("incomplete_expired", Status.ENDED),
        ("canceled", Status.ENDED),
        ("something_new", Status.ACTIVE),
    ],
)
def test_what_stripe_calls_it_and_what_it_is(state: StripeState, status: str, read: Status) -> None:
    """What is not paid for runs on, and can be cancelled; what Stripe may think of later as well."""
    raw = state.subscription(start=ANCHOR)
    found = subscription({**raw, "status": status, "ended_at": None}, "ada", _name, START)
    assert found.status is read
    assert found.cancellable is (read is not Status.ENDED)


def test_a_trial_is_one_until_its_end(state: StripeState) -> None:
    """Whether or not Stripe has noticed."""
    until = START + timedelta(days=4)
    read = _read(state, start=START - timedelta(days=10), trial_end=until)
    assert (read.status, read.trial_until, read.period.end) == (Status.TRIAL, until, until)
    raw = state.subscriptions["sub_1"]
    assert subscription(raw, "ada", _name, until).status is Status.ACTIVE


@pytest.mark.parametrize("field", ["cancel_at", "cancel_at_period_end"])
def test_cancelled_with_the_period(state: StripeState, field: str) -> None:
    """Both ways, by staff or by us; ended from the very moment on, also where Stripe is late."""
    end = datetime(2026, 3, 31, 8, tzinfo=UTC)
    read = _read(state, **{field: True if field == "cancel_at_period_end" else _seconds(end)})
    assert (read.status, read.ends_at, read.status_before) == (Status.CANCELLING, end, Status.ACTIVE)
    raw = state.subscriptions["sub_1"]
    assert subscription(raw, "ada", _name, end - timedelta(seconds=1)).status is Status.CANCELLING
    assert subscription(raw, "ada", _name, end).status is Status.ENDED


def test_what_has_ended_has_ended_when_stripe_says(state: StripeState) -> None:
    """With the last period it had."""
    ended = START - timedelta(days=1)
    read = _read(state, status="canceled", ended_at=_seconds(ended), canceled_at=_seconds(ended))
    assert (read.status, read.ends_at) == (Status.ENDED, ended)


@pytest.mark.parametrize("until", [None, START + timedelta(days=30), START - timedelta(days=1)])
def test_paused_collection_is_a_pause(state: StripeState, until: datetime | None) -> None:
    """Until then, or for good; one that is over is none."""
    raw = state.subscription(start=ANCHOR)
    paused = {"behavior": "void", "resumes_at": until and _seconds(until)}
    read = subscription({**raw, "pause_collection": paused}, "ada", _name, START)
    over = until is not None and until < START
    assert read.status is (Status.ACTIVE if over else Status.PAUSED)
    assert read.paused_until == (None if over else until)


@pytest.mark.parametrize(
    ("changes", "before"),
    [
        ({"pause_collection": {"behavior": "void", "resumes_at": None}}, Status.PAUSED),
        ({"status": "trialing", "trial_end": _seconds(START + timedelta(days=2))}, Status.TRIAL),
        ({"status": "past_due"}, Status.ACTIVE),
    ],
)
def test_what_it_was_before_it_was_cancelled(state: StripeState, changes: Json, before: Status) -> None:
    """Stripe keeps that beside the cancellation."""
    raw = state.subscription(start=ANCHOR)
    found = subscription({**raw, **changes, "cancel_at_period_end": True}, "ada", _name, START)
    assert (found.status, found.status_before) == (Status.CANCELLING, before)


@pytest.mark.parametrize(
    ("invoice", "paid"),
    [
        ({"total": 960}, Money(960, "EUR")),
        ({"total": 1428}, Money(1428, "EUR")),
        ({"total": 1200}, None),
        ({"total": 1200, "status": "open"}, Money(0, "EUR")),
        ({"total": 1200, "status": "draft"}, Money(0, "EUR")),
        ({"total": 1200, "post_payment_credit_notes_amount": 500}, Money(700, "EUR")),
        ({"total": 300, "billing_reason": "subscription_update"}, None),
        ({"total": 960, "created": _seconds(ANCHOR)}, None),
    ],
)
def test_what_was_really_paid_for_the_period(state: StripeState, invoice: Json, paid: Money | None) -> None:
    """By its invoice: discount, taxes, not paid yet, credited; a change in between says nothing of it."""
    raw = state.subscription(start=ANCHOR)
    created = {"created": _seconds(datetime(2026, 2, 28, 8, 0, 5, tzinfo=UTC))}
    made = shape("invoice", **{"billing_reason": "subscription_cycle", **created, **invoice})
    assert subscription({**raw, "latest_invoice": made}, "ada", _name, START).paid == paid


def test_periods_that_were_moved_are_told_as_they_are(state: StripeState) -> None:
    """Begun on the 20th, charged on the 1st of each month: the first stretch is a short one."""
    raw = state.subscription(start=datetime(2026, 2, 20, tzinfo=UTC))
    first = _seconds(datetime(2026, 3, 1, tzinfo=UTC))
    raw["billing_cycle_anchor"] = first
    item = raw["items"]["data"][0]
    item.update(current_period_start=raw["start_date"], current_period_end=first)
    read = subscription(raw, "ada", _name, datetime(2026, 2, 21, tzinfo=UTC))
    assert (read.anchor.day, read.period.end.day) == (20, 1)
    item.update(current_period_start=first, current_period_end=_seconds(datetime(2026, 4, 1, tzinfo=UTC)))
    assert subscription(raw, "ada", _name, START).anchor == datetime(2026, 2, 20, tzinfo=UTC)


def test_the_older_form_without_prices_is_read_as_well(state: StripeState) -> None:
    """Plans instead of prices, and the period beside the items."""
    raw = state.subscription(start=ANCHOR)
    item = raw["items"]["data"][0]
    period = {name: item.pop(name) for name in ("current_period_start", "current_period_end")}
    del item["price"]
    read = subscription({**raw, **period}, "ada", _name, START)
    assert (read.plan.ref, read.plan.price, read.plan.name) == ("price_pro", Money(1200, "EUR"), "Pro")
    assert read.period.end == datetime(2026, 3, 31, 8, tzinfo=UTC)
