from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain import periods
from bot.domain.periods import (
    Interval,
    Period,
    boundary,
    last_moment,
    number_at,
    period_containing,
)
from tests.unit.domain.support import INTERVALS

ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kathmandu",
            "Pacific/Apia",
            "Australia/Lord_Howe",
        )
    ]
)
LENGTHS = st.sampled_from(INTERVALS)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
BERLIN = ZoneInfo("Europe/Berlin")


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@given(MOMENTS, LENGTHS, MOMENTS, ZONES)
def test_every_moment_lies_in_exactly_one_period(
    anchor: datetime, interval: Interval, at: datetime, zone: ZoneInfo
) -> None:
    """In its own, neither in the one before nor in the one after; those touch it without gap or overlap."""
    period = period_containing(anchor, interval, at, zone)
    assert max(at, anchor) in period
    following = period_containing(anchor, interval, period.end, zone)
    assert following.start == period.end
    assert max(at, anchor) not in following
    if period.start > anchor:
        before = period_containing(anchor, interval, period.start - timedelta(microseconds=1), zone)
        assert before.end == period.start
    else:
        assert period.start == anchor


@given(MOMENTS, LENGTHS, ZONES)
def test_renewals_only_move_forward(anchor: datetime, interval: Interval, zone: ZoneInfo) -> None:
    """Each later than the one before, through month ends, leap years and skipped or repeated hours."""
    assume(interval.months or zone.key != "Pacific/Apia")
    renewals = [anchor, *(boundary(anchor, interval, count, zone) for count in range(1, 40))]
    assert all(earlier < later for earlier, later in pairwise(renewals))


@given(MOMENTS, LENGTHS, MOMENTS, MOMENTS, ZONES)
def test_a_later_moment_never_lies_in_an_earlier_period(
    anchor: datetime, interval: Interval, one: datetime, other: datetime, zone: ZoneInfo
) -> None:
    """Monotone in time."""
    earlier, later = sorted((one, other))
    first, second = (period_containing(anchor, interval, at, zone) for at in (earlier, later))
    assert first.start <= second.start
    assert first.end <= second.end


@given(MOMENTS, LENGTHS, st.integers(0, 60), ZONES)
def test_a_renewal_begins_the_period_it_is_named_for(
    anchor: datetime, interval: Interval, count: int, zone: ZoneInfo
) -> None:
    """The moment of renewal belongs to the new period, the one before it to the old."""
    assume(interval.months or zone.key != "Pacific/Apia")
    renewal = anchor if count == 0 else boundary(anchor, interval, count, zone)
    assert period_containing(anchor, interval, renewal, zone) == Period(
        renewal, boundary(anchor, interval, count + 1, zone)
    )


@given(MOMENTS, LENGTHS, st.integers(1, 60), ZONES)
def test_periods_are_about_as_long_as_their_interval(
    anchor: datetime, interval: Interval, count: int, zone: ZoneInfo
) -> None:
    """Months by the average one, give or take what February lacks, a clock change, Samoa's lost day."""
    start, end = boundary(anchor, interval, count, zone), boundary(anchor, interval, count + 1, zone)
    usual = timedelta(days=interval.days or interval.months * 365.2425 / 12)
    assert abs(end - start - usual) <= timedelta(days=3.5 if interval.months else 1, hours=1)


def test_a_month_end_stays_a_month_end() -> None:
    """Begun on 31 January: the last day where there is no 31st, and the 31st again where there is."""
    anchor = _utc("2027-01-31T10:00:00+01:00")
    assert [boundary(anchor, Interval.MONTH, count, BERLIN) for count in range(1, 5)] == [
        _utc("2027-02-28T10:00:00+01:00"),
        _utc("2027-03-31T10:00:00+02:00"),
        _utc("2027-04-30T10:00:00+02:00"),
        _utc("2027-05-31T10:00:00+02:00"),
    ]


def test_a_leap_day_comes_back_with_the_leap_year() -> None:
    """Begun on 29 February: the 28th in other years, the 29th four years later."""
    anchor = _utc("2024-02-29T12:00:00+01:00")
    days = [boundary(anchor, Interval.YEAR, count, BERLIN).astimezone(BERLIN).date() for count in range(1, 5)]
    assert [day.isoformat() for day in days] == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]
    assert boundary(_utc("2024-01-30T12:00:00+01:00"), Interval.MONTH, 1, BERLIN) == _utc(
        "2024-02-29T12:00:00+01:00"
    )


def test_the_local_time_of_day_stays_through_clock_changes() -> None:
    """Noon is noon in summer and in winter; in UTC it is not the same hour."""
    anchor = _utc("2026-03-15T12:00:00+01:00")
    renewal = boundary(anchor, Interval.MONTH, 1, BERLIN)
    assert renewal == _utc("2026-04-15T12:00:00+02:00")
    assert renewal.hour != anchor.hour


def test_an_hour_that_does_not_exist_or_exists_twice() -> None:
    """02:30 on the nights of the clock changes in Berlin: an hour late in spring, the first one in autumn."""
    spring = boundary(_utc("2026-02-28T02:30:00+01:00"), Interval.MONTH, 1, BERLIN)
    assert spring == _utc("2026-03-28T02:30:00+01:00")
    assert boundary(_utc("2026-01-29T02:30:00+01:00"), Interval.MONTH, 2, BERLIN) == _utc(
        "2026-03-29T01:30:00+00:00"
    )
    assert boundary(_utc("2026-09-25T02:30:00+02:00"), Interval.MONTH, 1, BERLIN) == _utc(
        "2026-10-25T02:30:00+02:00"
    )


def test_a_day_that_does_not_exist() -> None:
    """Samoa had no 30 December 2011; the renewal that fell on it still comes, once."""
    apia = ZoneInfo("Pacific/Apia")
    anchor = datetime(2011, 11, 30, 9, 0, tzinfo=apia).astimezone(UTC)
    first, second = (boundary(anchor, Interval.MONTH, count, apia) for count in (1, 2))
    assert anchor < first < second
    assert period_containing(anchor, Interval.MONTH, first, apia).start == first


def test_a_day_that_does_not_exist_is_one_of_a_daily_plans_days() -> None:
    """It has its number and no moment: the day before it ends where the day after it begins."""
    apia = ZoneInfo("Pacific/Apia")
    anchor = datetime(2011, 12, 28, 9, 0, tzinfo=apia).astimezone(UTC)
    at = datetime(2011, 12, 31, 10, 0, tzinfo=apia)
    assert period_containing(anchor, Interval.DAY, at, apia).start == at.replace(hour=9)
    assert number_at(anchor, Interval.DAY, at, apia) == 3
    the_day_before = period_containing(anchor, Interval.DAY, at - timedelta(hours=2), apia)
    assert the_day_before == Period(anchor + timedelta(days=1), anchor + timedelta(days=2))


def test_a_clock_that_goes_back_into_the_day_before() -> None:
    """As in St. John's until 2011, a minute past midnight: what has renewed has renewed."""
    newfoundland = ZoneInfo("America/St_Johns")
    anchor = datetime(2010, 11, 6, 0, 0, 30, tzinfo=newfoundland).astimezone(UTC)
    renewal = boundary(anchor, Interval.DAY, 1, newfoundland)
    at = renewal + timedelta(minutes=30)
    assert (renewal.astimezone(newfoundland).day, at.astimezone(newfoundland).day) == (7, 6)
    assert number_at(anchor, Interval.DAY, at, newfoundland) == 1


@given(MOMENTS, LENGTHS, st.integers(-60, 60), ZONES)
def test_periods_are_numbered_from_the_anchor_both_ways(
    anchor: datetime, interval: Interval, number: int, zone: ZoneInfo
) -> None:
    """The number of a period is that of each of its moments."""
    start, end = (boundary(anchor, interval, number + more, zone) for more in (0, 1))
    assume(start < end)
    assert number_at(anchor, interval, start, zone) == number
    assert number_at(anchor, interval, last_moment(end), zone) == number


def test_a_far_away_period_is_found_as_fast_as_a_near_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A daily plan after ten thousand days: by the calendar, not by going through them."""
    asked: list[int] = []

    def counted(anchor: datetime, interval: Interval, count: int, zone: ZoneInfo) -> datetime:
        asked.append(count)
        return boundary(anchor, interval, count, zone)

    monkeypatch.setattr(periods, "boundary", counted)
    anchor = _utc("2000-01-01T09:00:00+01:00")
    assert periods.number_at(anchor, Interval.DAY, anchor + timedelta(days=10_000), BERLIN) == 10_000
    assert len(asked) <= 4


def test_a_moment_before_the_start_belongs_to_the_first_period() -> None:
    """Nothing can end before it began."""
    anchor = _utc("2026-05-10T08:00:00+00:00")
    period = period_containing(anchor, Interval.YEAR, anchor - timedelta(days=400), BERLIN)
    assert period == Period(anchor, _utc("2027-05-10T08:00:00+00:00"))


def test_a_period_knows_its_bounds() -> None:
    """The start belongs to it, the end does not; length in whole seconds."""
    start = _utc("2026-05-10T08:00:00+00:00")
    period = Period(start, start + timedelta(seconds=90))
    assert start in period
    assert period.end not in period
    assert start - timedelta(microseconds=1) not in period
    assert period.seconds == 90


@given(MOMENTS)
def test_the_last_moment_lies_before_the_end(end: datetime) -> None:
    """And nothing lies between the two; an end at midnight is named by the day before."""
    assert last_moment(end) < end
    assert last_moment(end) + timedelta(microseconds=1) == end
    assert last_moment(_utc("2026-12-01T00:00:00+00:00")).day == 30


def test_what_is_no_period_is_refused() -> None:
    """Times without a zone, an end that is not after the start."""
    start = _utc("2026-05-10T08:00:00+00:00")
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(start, start)
    with pytest.raises(ValueError, match="times with a zone"):
        Period(start.replace(tzinfo=None), start)
    with pytest.raises(ValueError, match="times with a zone"):
        Period(start, (start + timedelta(days=1)).replace(tzinfo=None))
