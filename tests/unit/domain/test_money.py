from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import CurrencyMismatchError
from bot.domain.money import Money

MINOR = st.integers(-(10**15), 10**15)
PARTS = st.integers(1, 10**9).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(MINOR, MINOR)
def test_sums_are_exact(one: int, other: int) -> None:
    """To the last minor unit, however large."""
    total = Money(one, "EUR") + Money(other, "EUR")
    assert total == Money(one + other, "EUR")
    assert total - Money(other, "EUR") == Money(one, "EUR")


@given(MINOR, st.integers(0, 1000))
def test_times_is_repeated_addition(minor: int, count: int) -> None:
    """Equal charges add up."""
    assert Money(minor, "EUR").times(count).minor == sum([minor] * count)


@given(MINOR, PARTS)
def test_a_share_is_off_by_less_than_one_minor_unit(minor: int, parts: tuple[int, int]) -> None:
    """Rounded up, never by a whole cent, and without a float in between."""
    part, whole = parts
    exact = Fraction(minor * part, whole)
    share = Money(minor, "EUR").share(part, whole)
    assert type(share.minor) is int
    assert 0 <= share.minor - exact < 1


@given(st.integers(0, 10**12), PARTS)
def test_the_two_shares_of_a_price_cover_it(minor: int, parts: tuple[int, int]) -> None:
    """What is paid back lies between nothing and the price; a lost fraction is never the customer's loss."""
    part, whole = parts
    price = Money(minor, "EUR")
    used, unused = price.share(part, whole), price.share(whole - part, whole)
    assert 0 <= unused.minor <= minor
    assert minor <= (used + unused).minor <= minor + 1
    assert price.share(0, whole) == Money(0, "EUR")
    assert price.share(whole, whole) == price


@pytest.mark.parametrize(("part", "whole"), [(-1, 2), (3, 2), (0, 0), (1, -1)])
def test_what_is_no_share_is_refused(part: int, whole: int) -> None:
    """More than the whole, less than nothing, parts of nothing."""
    with pytest.raises(ValueError, match="not a share"):
        Money(100, "EUR").share(part, whole)


def test_currencies_do_not_mix() -> None:
    """Neither in a sum nor in a difference; nor are equal figures equal amounts."""
    with pytest.raises(CurrencyMismatchError):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(CurrencyMismatchError):
        Money(1, "EUR") - Money(1, "USD")
    assert Money(1, "EUR") != Money(1, "USD")


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€", "ÄÖÜ", "E1", "EU1", "E R"])
def test_a_currency_is_an_iso_code(currency: str) -> None:
    """Three capital letters of ASCII."""
    with pytest.raises(ValueError, match="not an ISO 4217 code"):
        Money(1, currency)


def test_nothing_is_false() -> None:
    """So that "is anything charged?" reads as it should."""
    assert not Money(0, "EUR")
    assert Money(-1, "EUR")
