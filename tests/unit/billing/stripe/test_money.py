from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.stripe.money import stripe_decimals, to_money, to_stripe
from bot.domain.currencies import decimals
from bot.domain.money import Money

_ALIKE = [
    code for code in ("EUR", "USD", "JPY", "KRW", "HUF", "TWD") if decimals(code) == stripe_decimals(code)
]


@pytest.mark.parametrize(
    ("amount", "currency", "money"),
    [
        (1200, "eur", Money(1200, "EUR")),
        (500, "jpy", Money(500, "JPY")),
        (5120, "kwd", Money(5120, "KWD")),
        (500, "isk", Money(5, "ISK")),
        (500, "ugx", Money(5, "UGX")),
        (5, "mga", Money(500, "MGA")),
        (Decimal("0.5"), "usd", Money(1, "USD")),
        (Decimal("1.4"), "usd", Money(1, "USD")),
    ],
)
def test_amounts_are_read_as_stripe_counts_them(amount: int, currency: str, money: Money) -> None:
    """Yen have no minor unit; krona and shilling have one at Stripe only, ariary have one elsewhere only."""
    assert to_money(amount, currency) == money


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money(1, "EUR"), 1),
        (Money(500, "JPY"), 500),
        (Money(5124, "KWD"), 5130),
        (Money(5120, "KWD"), 5120),
        (Money(1, "BHD"), 10),
        (Money(5, "ISK"), 500),
        (Money(101, "MGA"), 2),
    ],
)
def test_what_is_paid_back_is_never_less_than_was_promised(money: Money, amount: int) -> None:
    """Where Stripe takes no such amount exactly, the next one up."""
    assert to_stripe(money) == amount


@given(st.integers(0, 10**12), st.sampled_from(_ALIKE))
def test_amounts_come_back_as_they_went(minor: int, currency: str) -> None:
    """Exactly, in the currencies that both count alike."""
    assert to_money(to_stripe(Money(minor, currency)), currency) == Money(minor, currency)


@given(st.integers(0, 10**12), st.sampled_from(["KWD", "BHD", "ISK", "UGX", "MGA", "TND"]))
def test_rounding_goes_to_the_customer_and_is_less_than_one_step(minor: int, currency: str) -> None:
    """A step is ten of the smallest units, or one that the currency does not have."""
    money = Money(minor, currency)
    step = 10 if stripe_decimals(currency) == 3 else 100
    assert 0 <= to_money(to_stripe(money), currency).minor - minor < step
