from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.billing.book import Book
from bot.billing.demo import demo_book
from bot.domain.customers import normalise_email
from bot.domain.money import Money
from bot.domain.subscriptions import EndRule, Status
from tests.fixtures.builders import BERLIN
from tests.fixtures.fakes import START, FakeClock
from tests.fixtures.memory_store import MemoryStore

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@settings(deadline=None)
@given(now=MOMENTS)
def test_the_demo_is_what_the_design_says_at_any_time(now: datetime) -> None:
    """On any day of any year, through clock changes and month ends."""
    store, clock = MemoryStore(), FakeClock(now)
    data = demo_book(now, BERLIN)
    with store.begin() as work:
        for customer in data.customers:
            work.customers.put(customer)
        for plan in data.plans:
            work.book.put_plan(plan)
        for subscription in data.subscriptions:
            work.book.put(subscription)
        provider = Book(BERLIN, clock).within(work)
        found = {item.ref: provider.subscriptions(item.ref) for item in data.customers}
    held = {ref: [(item.plan.name, item.status) for item in items] for ref, items in found.items()}
    assert held == {
        "demo-solo": [("Pro", Status.ACTIVE)],
        "demo-multi": [("Basic", Status.ACTIVE), ("Pro", Status.ACTIVE), ("Team", Status.ACTIVE)],
        "demo-none": [],
        "demo-ended": [("Pro", Status.ENDED)],
        "demo-trial": [("Pro", Status.TRIAL)],
    }
    (ended,), (trial,) = found["demo-ended"], found["demo-trial"]
    assert ended.ends_at is not None
    assert ended.ends_at == ended.period.end <= now
    assert trial.plan.end_rule is EndRule.PERIOD_END
    assert trial.withdrawal_until is not None
    assert trial.withdrawal_until > now + timedelta(days=9)
    assert len({item.anchor for item in found["demo-multi"]}) == 3


def test_the_demos_customers_can_be_written_to() -> None:
    """Each under its own name at example.com, as the book compares addresses."""
    data = demo_book(START, BERLIN)
    assert [item.email for item in data.customers] == [f"{item.ref}@example.com" for item in data.customers]
    assert all(item.email == normalise_email(item.email) and item.name for item in data.customers)
    assert {plan.name: plan.price for plan in data.plans} == {
        "Basic": Money(500, "EUR"),
        "Pro": Money(1200, "EUR"),
        "Team": Money(3000, "EUR"),
    }
