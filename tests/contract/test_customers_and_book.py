from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import ConflictError
from bot.domain.money import Money
from bot.domain.periods import Interval
from bot.domain.subscriptions import EndRule, Plan, Status
from bot.ports import Store
from tests.fixtures import builders
from tests.fixtures.fakes import START


def test_customers_are_found_by_reference_and_address(store: Store) -> None:
    """By reference, by normalised address, all of them in order; replacing keeps one row."""
    with store.begin() as work:
        work.customers.put(builders.customer("bob", locale="de"))
        work.customers.put(builders.customer("ada"))
        work.customers.put(builders.customer("ada", name="Ada B."))
        assert work.customers.by_email("bob@example.com") == builders.customer("bob", locale="de")
        assert work.customers.by_email("nobody@example.com") is None
        assert [item.name for item in work.customers.all()] == ["Ada B.", "Ada Berg"]


def test_plans_come_back_as_they_were_put(store: Store) -> None:
    """Every field of a plan, amounts beyond 32 bits and intervals of several units included."""
    half_a_year = Interval("6 months")
    plan = Plan("max", "Max", Money(9_000_000_000, "JPY"), half_a_year, EndRule.AT_ONCE, refund_unused=True)
    with store.begin() as work:
        work.book.put_plan(builders.PRO)
        work.book.put_plan(plan)
        assert work.book.plans() == [plan, builders.PRO]
        assert work.book.plans()[0].interval.months == 6
        work.book.put_plan(replace(plan, name="Maximum"))
        assert work.book.plans() == [replace(plan, name="Maximum"), builders.PRO]


def test_subscriptions_come_back_as_they_were_put(populated: Store) -> None:
    """Every field, with the plan as it now is and the first period."""
    full = builders.subscription(
        "s_0",
        status=Status.CANCELLING,
        anchor=builders.ANCHOR - timedelta(days=1),
        ends_at=START,
        withdrawal_until=START + timedelta(days=1),
        trial_until=START + timedelta(days=2, microseconds=7),
        status_before=Status.PAUSED,
        paused_at=START - timedelta(days=3),
        paused_until=START + timedelta(days=3),
    )
    with populated.begin() as work:
        work.book.put(full)
        assert work.book.get("s_0") == full
        assert work.book.get("none") is None
        work.book.put(replace(full, ends_at=None, status_before=None))
        assert work.book.get("s_0") == replace(full, ends_at=None, status_before=None)


def test_a_customers_subscriptions_are_listed_oldest_first(populated: Store) -> None:
    """Oldest first, equals by reference, nobody else's; removing a customer's leaves the rest."""
    with populated.begin() as work:
        work.customers.put(builders.customer("bob"))
        work.book.put(builders.subscription("s_9", anchor=builders.ANCHOR - timedelta(days=9)))
        work.book.put(builders.subscription("s_0"))
        work.book.put(builders.subscription("b_1", customer_ref="bob"))
        assert [item.ref for item in work.book.of_customer("ada")] == ["s_9", "s_0", "s_1"]
        work.book.remove_customer("ada")
        assert list(work.book.of_customer("ada")) == []
        assert [item.ref for item in work.book.of_customer("bob")] == ["b_1"]


def test_an_idempotency_key_is_used_once(populated: Store) -> None:
    """A key tells what it acted on; recording it again is a conflict. It outlives the subscription."""
    with populated.begin() as work:
        assert work.book.effect("s_1:1") is None
        work.book.record_effect("s_1:1", "s_1")
        with pytest.raises(ConflictError):
            work.book.record_effect("s_1:1", "s_2")
        work.book.remove_customer("ada")
        assert work.book.effect("s_1:1") == "s_1"


def test_all_plans_are_listed_by_ref(store: Store) -> None:
    """So that a sentence can be seen to name a plan the customer does not have."""
    with store.begin() as work:
        for ref in ("z_plan", "a_plan"):
            work.book.put_plan(replace(builders.subscription().plan, ref=ref))
        work.commit()
    with store.begin() as work:
        assert [plan.ref for plan in work.book.plans()] == ["a_plan", "z_plan"]
