"""Amounts in currencies with no decimals, two, three and four: from a price list to a sentence, exactly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.csv_fields import Fields, read_plan
from bot.domain.cancellations import quote_cancellation
from bot.domain.currencies import decimals
from bot.domain.money import Money
from bot.domain.periods import Period
from bot.domain.policies import Ending, Ends, Policy, Refund
from bot.domain.subscriptions import Status, Subscription
from bot.wording.formats import Formats

ZONE = ZoneInfo("UTC")
ENGLISH = Formats("en", ZONE)
#: By ISO 4217, written down again: how many digits stand after the point.
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4, "ISK": 0, "TND": 3, "HUF": 2, "AFN": 2, "MGA": 2, "KRW": 0}
ANCHOR = datetime(2028, 2, 1, tzinfo=UTC)
PERIOD = Period(ANCHOR, datetime(2028, 3, 1, tzinfo=UTC))


@given(st.data(), st.sampled_from(sorted(DIGITS)), st.integers(0, 29 * 86400))
def test_a_refund_is_exact_in_every_currency(data: st.DataObject, currency: str, used: int) -> None:
    """A price from a file, part of it in a sentence: the exact fraction, up to the smallest unit there is."""
    smallest = Decimal(1).scaleb(-DIGITS[currency])
    price = data.draw(st.integers(0, 10**9)) * smallest
    texts = {"subscription": "s", "plan": "p", "price": f"{price:f}", "currency": currency}
    plan = read_plan(Fields(texts))
    assert plan is not None
    said = ANCHOR + timedelta(seconds=used)
    subscription = Subscription("s", "c", plan, Status.ACTIVE, ANCHOR, PERIOD)
    policy = Policy(Ending(Ends.AT_ONCE), refund=Refund.UNUSED)
    quote = quote_cancellation(subscription, said, said, ZONE, policy=policy)
    exact = Fraction(price) * Fraction(29 * 86400 - used, 29 * 86400)
    if used == 29 * 86400:
        exact = Fraction(price)  # the next period has just begun
    said_back = Decimal(re.sub(r"[^\d.]", "", ENGLISH.value(quote.refunded)))
    assert 0 <= Fraction(said_back) - exact < Fraction(smallest)
    assert said_back % smallest == 0


@pytest.mark.parametrize(("currency", "digits"), sorted(DIGITS.items()))
def test_a_currency_has_its_digits(currency: str, digits: int) -> None:
    """By ISO 4217, also where fewer are in daily use (HUF, AFN)."""
    assert decimals(currency) == digits


def test_every_currency_is_written_with_its_digits() -> None:
    """All that CLDR knows: as many digits in a sentence as the amount has."""
    for currency in map(str, Locale("en").currencies):
        digits = decimals(currency)
        written = ENGLISH.value(Money(10**digits, currency))
        assert written.endswith("1" if digits == 0 else f"1.{'0' * digits}"), written
