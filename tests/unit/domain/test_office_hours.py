from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.office_hours import (
    MIDNIGHT,
    DaysOff,
    OfficeHours,
    OfficeHoursError,
    Span,
    read_span,
    shown_time,
    still_to_come,
)

BERLIN = ZoneInfo("Europe/Berlin")
DAY = (Span(9 * 60, 17 * 60),)
WEEK = (DAY, DAY, DAY, DAY, DAY, (), ())
#: Clocks jump by an hour, by half an hour, at midnight, over a whole day, never.
ZONES = ("Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kolkata")


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """What clocks there show."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-27T08:59", "2026-11-27T09:00"),  # a Friday
        ("2026-11-27T09:00", "2026-11-27T09:00"),
        ("2026-11-27T16:59:59", "2026-11-27T16:59:59"),
        ("2026-11-27T17:00", "2026-11-30T09:00"),
        ("2026-11-28T12:00", "2026-11-30T09:00"),
        ("2026-12-23T18:00", "2027-01-04T09:00"),
    ],
)
def test_when_somebody_is_back(now: str, opens: str) -> None:
    """The next morning that is no day off; right now, where somebody is there."""
    hours = OfficeHours(BERLIN, WEEK, (DaysOff(date(2026, 12, 24), date(2027, 1, 3), "Christmas"),))
    assert hours.opens_next(at(now)) == at(opens)
    assert hours.open_at(at(now)) == (now == opens)


def test_a_break_at_noon() -> None:
    """A day may have several times."""
    day = (Span(8 * 60, 12 * 60), Span(13 * 60, 17 * 60))
    hours = OfficeHours(BERLIN, (day,) * 7)
    assert not hours.open_at(at("2026-11-27T12:30"))
    assert hours.opens_next(at("2026-11-27T12:30")) == at("2026-11-27T13:00")


def test_always_there() -> None:
    """From midnight to midnight there is no moment between the days."""
    hours = OfficeHours(BERLIN, ((Span(0, MIDNIGHT),),) * 7)
    assert all(hours.open_at(at("2026-11-26T23:59:59") + timedelta(seconds=gone)) for gone in range(3))


def test_waiting_goes_by_the_hours() -> None:
    """What began at half past four on Friday has waited an hour on Monday at half past nine."""
    hours = OfficeHours(BERLIN, WEEK)
    assert hours.after(at("2026-11-27T16:30"), timedelta(hours=1)) == at("2026-11-30T09:30")
    assert hours.after(at("2026-11-28T16:30"), timedelta(minutes=15)) == at("2026-11-30T09:15")
    assert hours.after(at("2026-11-27T09:30"), timedelta(minutes=15)) == at("2026-11-27T09:45")


def test_days_off_without_an_end() -> None:
    """Nobody is promised anybody."""
    hours = OfficeHours(BERLIN, WEEK, (DaysOff(date(2026, 1, 1), date(2126, 1, 1)),))
    assert hours.opens_next(at("2026-11-27T12:00")) is None
    assert hours.after(at("2026-11-27T12:00"), timedelta(minutes=1)) is None


@pytest.mark.parametrize(
    ("opens", "closes", "shown"),
    [
        ("2026-03-29T02:30", "2026-03-29T05:00", ("2026-03-29T01:00", "2026-03-29T03:00")),  # jumped over
        ("2026-03-29T02:15", "2026-03-29T02:45", None),  # wholly so
        ("2026-10-25T02:30", "2026-10-25T05:00", ("2026-10-25T00:30", "2026-10-25T04:00")),  # shown twice
    ],
)
def test_when_clocks_change(opens: str, closes: str, shown: tuple[str, str] | None) -> None:
    """Hours that clocks jump over begin when they jump; what they show twice, the first time."""
    begin, end = datetime.fromisoformat(opens), datetime.fromisoformat(closes)
    span = Span(begin.hour * 60 + begin.minute, end.hour * 60 + end.minute)
    hours = OfficeHours(BERLIN, ((), (), (), (), (), (), (span,)))
    found = hours.opens_next(begin.replace(hour=0, minute=0, tzinfo=BERLIN))
    assert found is not None
    if shown is None:
        assert found.date() > begin.date()
        return
    first, last = (datetime.fromisoformat(item).replace(tzinfo=UTC) for item in shown)
    assert found == first
    assert hours.open_at(last - timedelta(seconds=1))
    assert not hours.open_at(last)


def _spans(cuts: list[int]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False))


days = st.lists(st.integers(0, MIDNIGHT), max_size=4, unique=True).map(sorted).map(_spans)
weeks = st.tuples(*[days] * 7).filter(any)
moments = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive as hypothesis wants them


@given(st.sampled_from(ZONES), weeks, moments)
def test_nobody_is_back_sooner(zone: str, week: tuple[tuple[Span, ...], ...], now: datetime) -> None:
    """When it is said that somebody is back, they are; at no time before that, and clocks show it so."""
    hours = OfficeHours(ZoneInfo(zone), week)
    opens = hours.opens_next(now)
    assert opens is not None
    assert opens >= now
    assert hours.open_at(opens)
    assert hours.open_at(now) == (opens == now)
    for part in range(24):
        assert not hours.open_at(now + (opens - now) * part / 24) or opens == now
    shown = opens.astimezone(ZoneInfo(zone))
    minutes = shown.hour * 60 + shown.minute
    jumped = (opens - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).utcoffset() != shown.utcoffset()
    assert jumped or any(span.opens <= minutes < span.closes for span in week[shown.weekday()]) or shown.fold


@given(st.sampled_from(ZONES), weeks, moments, st.integers(1, 3000))
def test_waiting_adds_up(zone: str, week: tuple[tuple[Span, ...], ...], now: datetime, minutes: int) -> None:
    """In two parts one waits as long as in one; never less than by the clock."""
    hours = OfficeHours(ZoneInfo(zone), week)
    whole = hours.after(now, timedelta(minutes=minutes + 1))
    part = hours.after(now, timedelta(minutes=minutes))
    if whole is None or part is None:
        return
    assert hours.after(part, timedelta(minutes=1)) == whole
    assert whole >= now + timedelta(minutes=minutes + 1)


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("9", "17:00"), ("17:00", "09:00"), ("09:00", ""), ("25:00", "26:00"), ("09:00", "09:00")],
)
def test_hours_nobody_can_keep(opens: str, closes: str) -> None:
    """They are refused."""
    with pytest.raises(OfficeHoursError):
        read_span(opens, closes)


def test_what_forms_bring() -> None:
    """Two empty fields are no hours; midnight is the end of the day."""
    assert read_span("", " ") is None
    assert read_span("9:00", "17:30:00") == Span(540, 1050)
    night = read_span("18:00", "00:00")
    assert night == Span(1080, MIDNIGHT)
    assert (shown_time(1080), shown_time(MIDNIGHT)) == ("18:00", "00:00")


def test_weeks_nobody_can_keep() -> None:
    """Without any hours, with times that overlap, with days off that end before they begin."""
    with pytest.raises(OfficeHoursError):
        OfficeHours(BERLIN, ((),) * 7)
    with pytest.raises(OfficeHoursError):
        OfficeHours(BERLIN, ((Span(60, 120), Span(90, 180)),) * 7)
    with pytest.raises(OfficeHoursError):
        DaysOff(date(2026, 12, 24), date(2026, 12, 23))


def test_days_off_that_are_over_are_left_out() -> None:
    """Those that last until today are not."""
    one, two = DaysOff(date(2026, 5, 1), date(2026, 5, 1)), DaysOff(date(2026, 4, 1), date(2026, 5, 2))
    assert still_to_come([one, two], date(2026, 5, 1)) == (two, one)
    assert still_to_come([one, two], date(2026, 5, 2)) == (two,)
