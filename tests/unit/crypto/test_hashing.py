from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crypto.hashing import HmacHasher

HASHER = HmacHasher(b"k" * 32)


@given(st.text(), st.text())
def test_digests_are_stable_and_match(purpose: str, value: str) -> None:
    """The same purpose and value give the same 256 bits, and those match."""
    digest = HASHER.digest(purpose, value)
    assert digest == HmacHasher(b"k" * 32).digest(purpose, value)
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert HASHER.matches(purpose, value, digest)


@given(st.tuples(st.text(), st.text()), st.tuples(st.text(), st.text()))
def test_purpose_and_value_do_not_run_together(one: tuple[str, str], other: tuple[str, str]) -> None:
    """("a", "bc") and ("ab", "c") are two things."""
    assert (HASHER.digest(*one) == HASHER.digest(*other)) == (one == other)
    assert HASHER.digest("a", "bc") != HASHER.digest("ab", "c")


def test_without_the_key_nothing_matches() -> None:
    """Another key, another digest: a copied database cannot be searched for an address."""
    assert HmacHasher(b"x" * 32).digest("code", "123456") != HASHER.digest("code", "123456")
    assert not HASHER.matches("code", "123456", HmacHasher(b"x" * 32).digest("code", "123456"))


@given(st.text())
def test_other_digests_do_not_match(digest: str) -> None:
    """Not even ones that are no digests at all."""
    assert not HASHER.matches("code", "123456", digest)


def test_a_short_key_is_refused() -> None:
    """HMAC-SHA256 is as strong as its key."""
    with pytest.raises(ValueError, match="256 bits"):
        HmacHasher(b"short")
