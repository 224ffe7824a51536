from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.deliveries import MAX_TRIES, wait_after

CHANCE = st.floats(0, 1)
LONGEST = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("tries", "seconds"), [(1, 1), (2, 2), (3, 4), (5, 16), (10, 512), (11, 600), (12, 600)]
)
def test_the_wait_doubles_up_to_ten_minutes(tries: int, seconds: int) -> None:
    """A second after the first failure, then twice as long each time; ten minutes from the eleventh on."""
    assert wait_after(tries, 1.0) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("chance", "share"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
@pytest.mark.parametrize("tries", [1, 4, MAX_TRIES])
def test_the_wait_is_spread_by_chance(tries: int, chance: float, share: float) -> None:
    """Between half of it and all of it, evenly."""
    assert wait_after(tries, chance) == wait_after(tries, 1.0) * share


@given(st.integers(1, 10**6), CHANCE)
def test_a_wait_is_never_none_and_never_too_long(tries: int, chance: float) -> None:
    """However often it failed: half a second at least, ten minutes at most."""
    assert timedelta(seconds=0.5) <= wait_after(tries, chance) <= LONGEST


@given(st.integers(1, 1000), CHANCE)
def test_the_same_chance_never_waits_shorter_for_more_tries(tries: int, chance: float) -> None:
    """A platform that is down is asked less and less often."""
    assert wait_after(tries, chance) <= wait_after(tries + 1, chance)


def test_it_is_given_up_after_about_a_day() -> None:
    """With chance as it falls on average, a day; never less than half of one, and never more than two."""
    least, average, most = (
        sum((wait_after(tries, chance) for tries in range(1, MAX_TRIES)), timedelta())
        for chance in (0.0, 0.5, 1.0)
    )
    assert timedelta(hours=23) < average < timedelta(hours=25)
    assert timedelta(hours=12) < least < most < timedelta(hours=48)
