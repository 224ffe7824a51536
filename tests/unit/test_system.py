from __future__ import annotations

import re
from datetime import UTC, datetime

from bot.domain.text import mask
from bot.ports import Clock, Ids
from bot.system import UNAMBIGUOUS, SystemClock, SystemIds

IDS: Ids = SystemIds()
MANY = 2000


def test_the_clock_tells_utc() -> None:
    """With its zone, and not going backwards within a test."""
    clock: Clock = SystemClock()
    before = datetime.now(UTC)
    assert clock.now().tzinfo is UTC
    assert before <= clock.now()


def test_identifiers_are_128_random_bits() -> None:
    """Unguessable, with a prefix that says of what."""
    made = {IDS.new("c") for _ in range(MANY)}
    assert len(made) == MANY
    assert all(re.fullmatch("c_[0-9a-f]{32}", one) for one in made)


def test_numbers_can_be_read_out() -> None:
    """Nothing in them that is confused when spoken or written by hand."""
    made = {IDS.number("R") for _ in range(MANY)}
    assert len(made) == MANY
    assert all(re.fullmatch(f"R-[{UNAMBIGUOUS}]{{4}}-[{UNAMBIGUOUS}]{{4}}", one) for one in made)
    assert not set("01OIL") & set(UNAMBIGUOUS)
    assert len(set(UNAMBIGUOUS)) == 31


def test_numbers_are_never_taken_for_codes() -> None:
    """A receipt number that a customer quotes stays readable in the transcript."""
    assert all(mask(number).text == number for number in (IDS.number("R") for _ in range(MANY)))


def test_tokens_are_256_random_bits() -> None:
    """Safe in an address and a header."""
    made = {IDS.token() for _ in range(MANY)}
    assert len(made) == MANY
    assert all(re.fullmatch("[A-Za-z0-9_-]{43}", one) for one in made)


def test_codes_are_six_digits_of_every_kind() -> None:
    """Leading zeros included; each digit turns up at each place."""
    made = [IDS.code() for _ in range(MANY)]
    assert all(re.fullmatch("[0-9]{6}", one) for one in made)
    assert all({code[place] for code in made} == set("0123456789") for place in range(6))
