"""Amounts as Stripe counts them, which is not always as ISO 4217 does: see docs.stripe.com/currencies."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from bot.domain.currencies import decimals
from bot.domain.money import Money

_NONE = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
_THREE = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def stripe_decimals(currency: str) -> int:
    """How many digits after the point Stripe's amounts have.

    ISK and UGX have none any more, and are two for Stripe all the same; MGA has two, and none for Stripe.
    """
    return 0 if currency in _NONE else 3 if currency in _THREE else 2


def to_money(amount: int | Decimal, currency: str) -> Money:
    """Stripe's amount; parts of a minor unit are rounded half up, as Stripe does on invoices."""
    known = currency.upper()
    exact = Decimal(amount).scaleb(decimals(known) - stripe_decimals(known))
    return Money(int(exact.to_integral_value(ROUND_HALF_UP)), known)


def to_stripe(money: Money) -> int:
    """An amount to be paid back, as Stripe takes it: never less than it is.

    In currencies of three decimals the last digit must be 0, so 5.124 KWD are paid back as 5.130.
    """
    exact = Decimal(money.minor).scaleb(stripe_decimals(money.currency) - decimals(money.currency))
    step = 10 if money.currency in _THREE else 1
    return int((exact / step).to_integral_value(ROUND_CEILING)) * step
