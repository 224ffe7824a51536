"""A subscription of items that renew at different times: 12 EUR a month, 120 EUR a year, in one invoice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.domain.errors import BillingRefusedError
from bot.domain.money import Money
from bot.domain.subscriptions import Status
from tests.fixtures.fakes import START
from tests.fixtures.stripe.connected import Connected, connected

YEARLY = {"interval": "year", "interval_count": 1, "meter": None, "usage_type": "licensed"}
EUROS = Money(500, "EUR")


@pytest.fixture
def mixed() -> Iterator[Connected]:
    """Begun yesterday, and paid: 132 EUR for a month of the one and a year of the other."""
    with connected() as made:
        made.state.subscriptions.clear()
        made.state.price("price_support", "Support", unit_amount=12000, recurring=YEARLY)
        prices = {"price_pro": 1, "price_support": 1}
        made.state.subscription(start=START - timedelta(days=1), prices=prices)
        yield made


def test_what_was_paid_for_a_year_was_not_paid_for_the_month(mixed: Connected) -> None:
    """The invoice is for both, so the month's price is what the month has cost."""
    assert mixed.state.invoices[mixed.raw()["latest_invoice"]]["total"] == 13200
    assert mixed.one().paid is None
    assert mixed.one().plan.price == Money(1200, "EUR")


@pytest.mark.parametrize("immediately", [True, False])
def test_what_comes_back_is_for_a_person_to_work_out(mixed: Connected, immediately: bool) -> None:
    """Nothing is done that would have to be put right: it runs, untouched, until a person has seen to it."""
    with pytest.raises(BillingRefusedError):
        mixed.cancel(immediately=immediately, refunded=EUROS)
    assert mixed.server.changes() == []
    assert mixed.one().status is Status.ACTIVE


@pytest.mark.parametrize(("immediately", "status"), [(True, Status.ENDED), (False, Status.CANCELLING)])
def test_without_money_to_come_back_it_is_cancelled(
    mixed: Connected, immediately: bool, status: Status
) -> None:
    """There is nothing to work out."""
    assert mixed.cancel(immediately=immediately).status is status
