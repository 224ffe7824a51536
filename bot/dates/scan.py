"""Finds the times in a text and puts one character in the place of each."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.dates.calendar import Calendar
from bot.dates.phrases import GAP, NEXT, TIME, VAGUE, Pattern, Phrases, fold
from bot.domain.wished_end import Days

_FIRST = 0xE000
#: Nobody who means one day names more than this many.
_MOST = 30
_YEAR = r"(?P<year>(?:19|20|21)\d\d|\d\d)"
_ISO = re.compile(
    r"(?<![\w./-])(?P<year>(?:19|20|21)\d\d)[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?![\w/-])"
)
_NUMERIC = (
    re.compile(
        rf"(?<![\w./-])(?P<a>\d{{1,2}})(?P<sign>[./-]) ?(?P<b>\d{{1,2}})(?P=sign) ?{_YEAR}(?!\w|[/.,]\d)"
    ),
    re.compile(r"(?<![\w./-])(?P<a>\d{1,2})\. ?(?P<b>\d{1,2})\.(?!\w)"),
    re.compile(r"(?<![\w./-])(?P<a>\d\d)/(?P<b>\d\d)(?!\w|[/.,]\d)"),
    re.compile(r"^(?P<a>\d{1,2})[./](?P<b>\d{1,2})(?=[.!]?$)"),
)
_CENTURY = 2000
_AHEAD = 5
_AFTER_A_NUMBER = re.compile(
    r"(?<![\w.,])(?P<number>\d{1,2}(?:\.|\w\w)?(?: of)? )(?P<word>[^\W\d_]{4,10})(?!\w)"
)
#: "aprl" is april and "mrach" march, and neither "days" nor "more" is a month.
_ALIKE = 0.75


class Scan:
    """A text in which times are single characters; `days` tells what each of them is, None if nobody can."""

    def __init__(self, text: str, phrases: Phrases, calendar: Calendar) -> None:
        self.text = text
        self._phrases = phrases
        self._calendar = calendar
        self._times: list[Days | None] = []
        self._ignore(phrases.ignored["before"])
        self._mark(NEXT, hashed=False)
        self._mark(VAGUE, hashed=False)
        self._numeric()
        self.text = _AFTER_A_NUMBER.sub(self._respelt, self.text)
        self._shapes()
        for mark in phrases.marks:
            self._mark(mark, hashed=False)
        self._parts()
        self._mark(VAGUE, hashed=True)
        self._ignore(phrases.ignored["after"])
        self._roles()

    def days(self, character: str) -> Days | None:
        """What a character of the text stands for; None for a time that cannot be placed."""
        return self._times[ord(character) - _FIRST]

    @property
    def _full(self) -> bool:
        return len(self._times) >= _MOST

    def _put(self, days: Days | None) -> str:
        self._times.append(days)
        return chr(_FIRST + len(self._times) - 1)

    def _replace(self, pattern: Pattern, find: Callable[[re.Match[str]], Days | None]) -> None:
        def put(match: re.Match[str]) -> str:
            lead = match.groupdict().get("lead") or ""
            return lead + (GAP if self._full else self._put(find(match)))

        self.text = pattern.sub(put, self.text)

    def _ignore(self, patterns: Sequence[Pattern]) -> None:
        for pattern in patterns:
            self.text = pattern.sub(f" {GAP} ", self.text)

    def _mark(self, mark: str, *, hashed: bool) -> None:
        for pattern in self._phrases.marks[mark]:
            if (TIME in pattern.pattern) is hashed:
                self.text = pattern.sub(f" {mark} ", self.text)

    def _respelt(self, match: re.Match[str]) -> str:
        """The month that was meant where one is misspelt after the number of a day: "30 aprl"."""
        known = self._phrases.months
        near = difflib.get_close_matches(fold(match["word"]), known, n=2, cutoff=_ALIKE)
        if fold(match["word"]) in known or not near or len({known[name] for name in near}) > 1:
            return match[0]
        return match["number"] + near[0]

    def _numeric(self) -> None:
        self._replace(
            _ISO, lambda match: self._calendar.day(int(match["day"]), int(match["month"]), int(match["year"]))
        )
        leads = re.compile(
            rf"(?<!\w)(?P<lead>(?:{self._phrases.leads}) )(?P<a>\d{{1,2}})[./](?P<b>\d{{1,2}})(?!\w|[/.,]\d)"
        )
        for pattern in (*_NUMERIC, leads):
            self.text = pattern.sub(self._number, self.text)

    def _number(self, match: re.Match[str]) -> str:
        groups = match.groupdict()
        short = groups.get("year") or ""
        # A year that far ahead is that of a birth, or no year: "12.03.85", "12.03.45".
        if len(short) == 2 and _whole(short) > self._calendar.today.year + _AHEAD:
            return GAP
        if self._full or not all(1 <= int(groups[name]) <= 31 for name in "ab"):
            return match[0]
        return (groups.get("lead") or "") + self._put(
            self._ordered(groups["a"], groups["b"], groups.get("year"))
        )

    def _ordered(self, first: str, second: str, year: str | None) -> Days | None:
        """3/4 in the language's order, and the other way round where that is no date."""
        day, month = int(first), int(second)
        if (not self._phrases.day_first and day <= 12) or month > 12:
            day, month = month, day
        return self._calendar.day(day, month, None if year is None else _whole(year))

    def _shapes(self) -> None:
        words, around, shapes = self._phrases, self._calendar, self._phrases.shapes
        finders: dict[str, Callable[[re.Match[str]], Days | None]] = {
            "date": self._date,
            "day_of_this": lambda match: around.day_in(0, words.ordinal(match["day"])),
            "day_of_next": lambda match: around.day_in(1, words.ordinal(match["day"])),
            "month": lambda match: around.month(words.month(match["month"]), self._year(match)),
            "count": lambda match: around.ahead(_count(words, match), words.unit(match["unit"])),
            "end_of_next": lambda match: _last(around.span(words.unit(match["unit"]), 1)),
            "end_of_this": lambda match: _last(around.span(_unit(words, match), 0)),
            "end_of_month": lambda _: _last(around.span("month", 0)),
            "end_of_year": lambda _: _last(around.span("year", 0)),
            "first_of_next": lambda match: _first(around.span(words.unit(match["unit"]), 1)),
            "after_next": lambda match: around.span(words.unit(match["unit"]), 2),
            "next": lambda match: around.span(words.unit(match["unit"]), 1),
            "this": lambda match: around.span(words.unit(match["unit"]), 0),
            "year": lambda match: around.year(self._year(match) or 0),
            "day": lambda match: around.day_of_month(words.ordinal(match["day"])),
            "weekday": lambda match: around.weekday(match["weekday"]),
        }
        for name, finder in finders.items():
            for pattern in shapes[name]:
                self._replace(pattern, finder)
        for pattern, ahead in words.days:
            self._replace(pattern, lambda _, ahead=ahead: around.span("day", ahead))  # type: ignore[misc]
        for pattern, day in words.yearly:
            self._replace(pattern, lambda _, day=day: around.yearly(day))  # type: ignore[misc]

    def _date(self, match: re.Match[str]) -> Days | None:
        day = self._phrases.ordinal(match["day"])
        month = self._phrases.month(match["month"])
        return self._calendar.day(day, month, self._year(match)) if day is not None else None

    def _year(self, match: re.Match[str]) -> int | None:
        """The year said with a date, in figures or as "next year"."""
        year = match.groupdict().get("year")
        if not year:
            return None
        figures = year.removeprefix("'")
        if figures.isdecimal():
            return _whole(figures)
        return self._calendar.today.year + (1 if self._phrases.next_year.fullmatch(year) else 0)

    def _parts(self) -> None:
        parts = {"end": _last, "start": _first, "middle": _middle}
        for name, part in parts.items():
            for pattern in self._phrases.parts[name]:
                self._replace(pattern, lambda match, part=part: self._part(match, part))  # type: ignore[misc]

    def _roles(self) -> None:
        roles = {"from": _before, "after": _last}
        for name, role in roles.items():
            for pattern in self._phrases.roles[name]:
                self._replace(pattern, lambda match, role=role: self._part(match, role))  # type: ignore[misc]

    def _part(self, match: re.Match[str], part: Callable[[Days], Days]) -> Days | None:
        found = re.search(TIME, match[0])
        days = self.days(found[0]) if found else None
        return part(days) if days is not None else None


def _whole(year: str) -> int:
    """A year of two figures is one of this century."""
    return int(year) + (_CENTURY if len(year) == 2 else 0)


def _count(words: Phrases, match: re.Match[str]) -> int:
    number = match.groupdict().get("number")
    return words.number(number) or 1 if number else 1


def _unit(words: Phrases, match: re.Match[str]) -> str:
    return words.unit(match.groupdict().get("unit") or "")


def _last(days: Days) -> Days:
    return Days.on(days.last)


def _first(days: Days) -> Days:
    return Days.on(days.first)


def _middle(days: Days) -> Days:
    return Days.on(days.first + (days.last - days.first) // 2)


def _before(days: Days) -> Days:
    return Days.on(days.first - timedelta(days=1) if days.first > date.min else days.first)
