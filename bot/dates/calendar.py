"""Days, weeks, months and years around a day; dates and names as dateparser reads them."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from dateparser.date import DateDataParser

from bot.domain.wished_end import Days

#: Without its year, a day that has just passed is as likely meant as the one in a year.
_JUST_PASSED = timedelta(days=31)
#: Without its year, nobody means the 29th of February after next.
_COMING = timedelta(days=400)
_MONTHS_IN = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14, "weekend": 7}


class Calendar:
    """The calendar of one language around one day."""

    def __init__(self, language: str, today: date) -> None:
        self.today = today
        # dateparser keeps what it makes of its settings for good: noon makes that one set for each day.
        settings = {
            "RELATIVE_BASE": datetime.combine(today, time(12)),
            "PREFER_DATES_FROM": "future",
            "PREFER_DAY_OF_MONTH": "current",
            "DATE_ORDER": "DMY",
            "PREFER_LOCALE_DATE_ORDER": False,
            "PARSERS": ["relative-time", "absolute-time"],
        }
        self._named = DateDataParser(languages=[language], settings=settings)
        self._counted = DateDataParser(languages=["en"], settings=settings)

    def day(self, day: int, month: int, year: int | None) -> Days | None:
        """A day of the calendar, in this year or the next where none is given; None where there is none."""
        if year is not None:
            found = self._parse(self._named, f"{day:02}/{month:02}/{year}")
            return Days.on(found) if found is not None and found.year == year else None
        return self._coming(self.day(day, month, self.today.year + shift) for shift in (-1, 0, 1, 2))

    def month(self, month: int, year: int | None) -> Days | None:
        """A month by its number."""
        if year is not None:
            return self._months(year, month, 1)
        return self._coming(self._months(self.today.year + shift, month, 1) for shift in (-1, 0, 1))

    def yearly(self, month_and_day: str) -> Days | None:
        """A day such as "12-31"."""
        month, day = (int(part) for part in month_and_day.split("-"))
        return self._coming(Days.on(date(self.today.year + shift, month, day)) for shift in (-1, 0, 1))

    def year(self, year: int) -> Days:
        """All of a year."""
        return Days(date(year, 1, 1), date(year, 12, 31))

    def day_of_month(self, day: int | None) -> Days | None:
        """The next day with this number, today included."""
        # No two months in a row lack the same day.
        days = [self.day_in(ahead, day) for ahead in range(3)]
        return next((found for found in days if found is not None and found.first >= self.today), None)

    def day_in(self, offset: int, day: int | None) -> Days | None:
        """A day of this month, or of the one `offset` later; None where the month is too short."""
        month = self.span("month", offset)
        if day is None or day > month.last.day:
            return None
        return Days.on(month.first.replace(day=day))

    def weekday(self, name: str) -> Days | None:
        """The next day of this name, not today."""
        found = self._parse(self._named, name)
        return Days.on(found) if found is not None else None

    def ahead(self, count: int, unit: str) -> Days | None:
        """So many days, weeks, months or years from today."""
        if unit in {"quarter", "half_year"}:
            count, unit = count * _MONTHS_IN[unit], "month"
        if unit == "weekend":
            unit = "week"
        found = self._parse(self._counted, f"in {count} {unit}s")
        return Days.on(found) if found is not None else None

    def span(self, unit: str, offset: int) -> Days:
        """This week, month, quarter or year, or the one `offset` later."""
        if unit in _MONTHS_IN:
            length = _MONTHS_IN[unit]
            index = self.today.year * 12 + self.today.month - 1
            index = (index // length + offset) * length
            return self._months(index // 12, index % 12 + 1, length)
        start = self.today + timedelta(days=_DAYS_IN[unit] * offset)
        if unit in {"day", "fortnight"}:
            return Days.on(start)
        monday = start - timedelta(days=start.weekday())
        first = monday + timedelta(days=5) if unit == "weekend" else monday
        return Days(first, monday + timedelta(days=6))

    def _coming(self, years: Iterable[Days | None]) -> Days | None:
        known = [days for days in years if days is not None]
        if any(self.today - _JUST_PASSED <= days.last < self.today for days in known):
            return None
        ahead = [days for days in known if days.last >= self.today and days.first <= self.today + _COMING]
        return min(ahead, key=lambda days: days.first, default=None)

    def _months(self, year: int, month: int, length: int) -> Days:
        last = month + length - 1
        return Days(date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1]))

    def _parse(self, parser: DateDataParser, text: str) -> date | None:
        found = parser.get_date_data(text).date_obj
        return found.date() if isinstance(found, datetime) else None
