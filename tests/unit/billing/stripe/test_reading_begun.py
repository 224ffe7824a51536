"""When a contract was made, where Stripe counts its periods from another day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.billing.stripe.reading import subscription
from bot.domain.periods import Period
from tests.fixtures.fakes import START, FakeClock
from tests.fixtures.stripe.state import StripeState

MARCH = Period(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "began",
    [
        datetime(2024, 1, 15, tzinfo=UTC),  # counted anew since
        datetime(2026, 2, 20, tzinfo=UTC),  # charged on the 1st of each month
        datetime(2026, 3, 1, tzinfo=UTC),
    ],
)
def test_it_began_when_it_began(began: datetime) -> None:
    """Whatever its periods are counted from: rights are counted from when it was made."""
    state = StripeState(FakeClock())
    state.customer()
    state.price()
    raw = state.subscription(start=began)
    raw["billing_cycle_anchor"] = int(MARCH.start.timestamp())
    item = raw["items"]["data"][0]
    item["current_period_start"] = int(MARCH.start.timestamp())
    item["current_period_end"] = int(MARCH.end.timestamp())
    read = subscription(raw, "ada", lambda product, _: product, START)
    assert (read.anchor, read.period) == (began, MARCH)


def test_a_contract_is_made_with_its_trial() -> None:
    """Not when that is over: whoever tries a plan has it already."""
    state = StripeState(FakeClock())
    state.customer()
    state.price()
    began, until = datetime(2026, 2, 20, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)
    read = subscription(state.subscription(start=began, trial_end=until), "ada", lambda ref, _: ref, START)
    assert (read.anchor, read.trial_until, read.period.start) == (began, until, until)
