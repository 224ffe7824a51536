from __future__ import annotations

import copy
import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import Interval, Unit, shifted

UNITS = st.sampled_from(list(Unit))


@pytest.mark.parametrize(
    ("text", "stored", "count", "unit"),
    [
        ("month", "month", 1, Unit.MONTH),
        ("1 month", "month", 1, Unit.MONTH),
        ("year", "year", 1, Unit.YEAR),
        ("3 months", "3 months", 3, Unit.MONTH),
        ("3 month", "3 months", 3, Unit.MONTH),
        ("2 weeks", "2 weeks", 2, Unit.WEEK),
        ("90 days", "90 days", 90, Unit.DAY),
    ],
)
def test_an_interval_is_its_text(text: str, stored: str, count: int, unit: Unit) -> None:
    """One form of each, which is stored, and which what was stored by older releases already has."""
    interval = Interval(text)
    assert (interval.value, interval.number, interval.unit) == (stored, count, unit)
    assert interval == Interval(interval.value) == Interval.of(count, unit)
    assert type(interval.value) is str


@pytest.mark.parametrize(
    "text",
    ["", "monthly", "fortnight", "0 months", "-1 months", "01 months", "1.5 months", "month ", "3  months",
     "121 months", "11 years", "3654 days", "523 weeks", "٣ months", "months 3"],
)  # fmt: skip
def test_what_is_no_interval_is_refused(text: str) -> None:
    """Other words, nothing, and more than ten years."""
    with pytest.raises(ValueError, match="not a length of time"):
        Interval(text)


def test_months_and_days_are_not_of_a_kind() -> None:
    """What is counted in months has no length in days, and the other way round."""
    assert [Interval(text).months for text in ("month", "3 months", "2 years", "week")] == [1, 3, 24, 0]
    assert [Interval(text).days for text in ("day", "2 weeks", "month")] == [1, 14, 0]


def test_an_interval_survives_copies_and_json() -> None:
    """Subscriptions are kept as JSON, and copied on the way there."""
    interval = Interval("6 months")
    assert copy.deepcopy(interval).months == 6
    assert Interval(json.loads(json.dumps(interval))) == interval


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 40), UNITS, st.integers(-40, 40))
def test_a_day_is_shifted_by_the_calendar(day: date, count: int, unit: Unit, times: int) -> None:
    """To the same day of the month, or the month's last; three times two weeks are six weeks."""
    interval = Interval.of(min(count, 10), unit)
    moved = shifted(day, interval, times)
    if interval.months:
        assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == times * interval.months
        assert moved.day == day.day or (moved.day < day.day and shifted(moved, Interval.DAY).day == 1)
    else:
        assert (moved - day).days == times * interval.days


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 10), UNITS)
def test_a_later_day_never_comes_earlier_when_shifted(day: date, count: int, unit: Unit) -> None:
    """Whoever gives notice later is not out sooner."""
    days = [shifted(day, Interval.DAY, more) for more in range(40)]
    moved = [shifted(later, Interval.of(count, unit)) for later in days]
    assert all(earlier <= later for earlier, later in pairwise(moved))
