"""Renewals in nights in which clocks change, against moments found by trying offsets."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.periods import Interval, boundary, end_of, midnight, number_at, shifted
from tests.unit.domain import money_oracle as oracle
from tests.unit.domain.money_cases import INTERVALS, ZONES

DAY = timedelta(days=1)


@cache
def odd_days(zone: ZoneInfo) -> list[date]:
    """The days of some years that are longer or shorter than others; without any, some day."""
    days = [date(2016, 1, 1) + count * DAY for count in range(366 * 5)]
    noons = [datetime.combine(day, time(12), zone) for day in days]
    odd = [at.date() for at in noons if at.utcoffset() != (at - DAY).utcoffset()]
    return odd or [date(2018, 3, 25)]


@given(st.data(), st.sampled_from(ZONES), st.sampled_from(INTERVALS), st.integers(1, 6))
def test_renewals_in_odd_nights(data: st.DataObject, zone: ZoneInfo, interval: Interval, count: int) -> None:
    """An hour that exists twice is the first one; one that does not exist comes as much later."""
    odd = data.draw(st.sampled_from(odd_days(zone)))
    at = data.draw(st.integers(0, 16).map(lambda quarters: time(quarters // 4, quarters % 4 * 15)))
    anchor = oracle.moment(datetime.combine(shifted(odd, interval, -count), at), zone)
    local = anchor.astimezone(zone)
    expected = oracle.moment(
        datetime.combine(oracle.later(local.date(), interval, count), local.time().replace(fold=0)), zone
    )
    assert boundary(anchor, interval, count, zone) == expected
    assert number_at(anchor, interval, expected, zone) == count
    assert number_at(anchor, interval, expected - oracle.TICK, zone) == count - 1


@given(st.data(), st.sampled_from(ZONES))
def test_odd_days_begin_and_end(data: st.DataObject, zone: ZoneInfo) -> None:
    """Also where midnight is what the clocks leave out."""
    odd = data.draw(st.sampled_from(odd_days(zone)))
    for day in (odd - DAY, odd, odd + DAY):
        assert midnight(day, zone) == oracle.moment(datetime.combine(day, time()), zone)
        assert end_of(day, zone) == oracle.midnight_after(day, zone)
        assert midnight(day, zone).astimezone(zone).date() == day
        assert (end_of(day, zone) - oracle.TICK).astimezone(zone).date() == day
    assert midnight(odd, zone).tzinfo is UTC
