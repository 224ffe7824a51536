"""When the company's people are there: hours of the week, days off, and what that means at a given time."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.errors import FairwellError

#: A day, in minutes: hours that end at midnight end here.
MIDNIGHT = 24 * 60
#: A morning and an afternoon; more days off than any calendar has.
MOST_SPANS, MOST_DAYS_OFF = 2, 200
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")
#: It is looked so far ahead: longer than any holidays.
_AHEAD = 400


class OfficeHoursError(FairwellError):
    """Hours nobody can keep; says which, in words for whoever wrote them."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one time of the day to another, in minutes of the clock on the wall; `closes` is not in it."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MIDNIGHT:
            raise OfficeHoursError("hours end after they begin")


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Nobody is there from the first to the last of these days."""

    first: date
    last: date
    name: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise OfficeHoursError("days off end after they begin")


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Hours by weekday, Monday first, on the company's clocks, and the days off."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    off: tuple[DaysOff, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise OfficeHoursError("at least one day of the week has hours")
        if any(len(day) > MOST_SPANS for day in self.week) or len(self.off) > MOST_DAYS_OFF:
            raise OfficeHoursError(f"there are at most {MOST_SPANS} times a day, {MOST_DAYS_OFF} days off")
        for day in self.week:
            if any(later.opens < earlier.closes for earlier, later in itertools.pairwise(day)):
                raise OfficeHoursError("the times of a day follow each other")

    def open_at(self, now: datetime) -> bool:
        """Whether somebody is there."""
        return any(start <= now < end for start, end in self._times(now, 2))

    def opens_next(self, now: datetime) -> datetime | None:
        """When somebody is there: now, or later (UTC). None where the days off have no end in sight."""
        return next((max(start, now) for start, end in self._times(now) if now < end), None)

    def after(self, start: datetime, wait: timedelta) -> datetime | None:
        """When `wait` of the time in which somebody is there has gone by since `start`; None as above."""
        left = wait
        for opens, closes in self._times(start):
            begins = max(opens, start)
            if begins >= closes:
                continue
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
        return None

    def _times(self, now: datetime, days: int = _AHEAD) -> Iterator[tuple[datetime, datetime]]:
        """The times somebody is there, in order, from the day before now on."""
        first = now.astimezone(self.zone).date() - timedelta(days=1)
        for day in (first + timedelta(days=gone) for gone in range(days + 1)):
            if any(item.first <= day <= item.last for item in self.off):
                continue
            for span in self.week[day.weekday()]:
                start, end = self._instant(day, span.opens), self._instant(day, span.closes)
                # Hours that clocks jump over are none.
                if start < end:
                    yield start, end

    def _instant(self, day: date, minutes: int) -> datetime:
        """When clocks show this, the first time they do; where they jump over it, when they jump."""
        shown = datetime.combine(day, time()) + timedelta(minutes=minutes)
        early, late = (_utc(shown.replace(tzinfo=self.zone, fold=fold)) for fold in (1, 0))
        if early >= late:
            return late
        # Clocks jump over it somewhere between the two.
        while late - early > timedelta(seconds=1):
            middle = early + (late - early) / 2
            if middle.astimezone(self.zone).replace(tzinfo=None) < shown:
                early = middle
            else:
                late = middle
        return late.replace(microsecond=0)


def read_time(text: str) -> int:
    """A time of the day, as people and browsers write it, in minutes. Raises `OfficeHoursError`."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise OfficeHoursError(f"a time is written as 09:00, not {text.strip()[:20]!r}")
    return int(found[1]) * 60 + int(found[2])


def shown_time(minutes: int) -> str:
    """The same the other way round; midnight at the end of a day is 00:00."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def read_span(opens: str, closes: str) -> Span | None:
    """From two fields of a form; None where both are empty. `closes` 00:00 is the midnight after."""
    if not opens.strip() and not closes.strip():
        return None
    if not opens.strip() or not closes.strip():
        raise OfficeHoursError("hours have a beginning and an end")
    return Span(read_time(opens), read_time(closes) or MIDNIGHT)


def still_to_come(off: Iterable[DaysOff], today: date) -> tuple[DaysOff, ...]:
    """Those that are not over yet, in order."""
    return tuple(sorted((item for item in off if item.last >= today), key=lambda item: item.first))


def _utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
