from __future__ import annotations

import pytest

from bot.billing.stripe.reading import price_plan, subscription
from bot.domain.errors import BillingRefusedError
from tests.fixtures.fakes import START
from tests.fixtures.stripe.shapes import shape

NAMES = {"prod_Pro": "Pro"}


def _name(product: str, otherwise: str | None) -> str:
    return NAMES.get(product) or otherwise or product


@pytest.mark.parametrize(
    ("product", "nickname", "name"),
    [
        ("prod_Pro", "Pro monthly", "Pro"),
        ("prod_x", "Pro monthly", "Pro monthly"),
        ("prod_x", None, "prod_x"),
    ],
)
def test_a_plan_is_called_what_customers_know_it_by(product: str, nickname: str | None, name: str) -> None:
    """By the product; by the price's own name where nobody knows that."""
    assert price_plan(shape("price", product=product, nickname=nickname), _name).name == name


def test_an_expanded_product_needs_no_question() -> None:
    """It has its name with it."""
    price = shape("price", product=shape("product", name="Team"))
    assert price_plan(price, _name).name == "Team"


def test_a_price_without_a_product_is_called_by_its_id() -> None:
    """If by nothing else."""
    assert price_plan(shape("price", product=None), _name).name == "price_1"


def test_a_subscription_of_nothing_is_refused() -> None:
    """It can't be said what it is, so a person looks."""
    with pytest.raises(BillingRefusedError):
        subscription(shape("subscription"), "ada", _name, START)
