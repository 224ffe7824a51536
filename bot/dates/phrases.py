"""The phrases of one language: data/dates, as regular expressions."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from dateparser.languages.loader import default_loader

from bot.domain.errors import FairwellError

#: Times that were found stand in the text as one character each, of a kind no text of ours has any more:
#: `bot.domain.text.normalise` drops it.
TIME = "[\ue000-\uefff]"
NEXT, AT_ONCE, TODAY, VAGUE, LATEST, THEN, GAP = "\uf000\uf001\uf002\uf003\uf004\uf005\uf006"
MARK = "[\ue000-\uf0ff]"

# As dateparser's data calls them.
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Shorter names of weekdays are other words as well: "so", "do", "sat", "sun".
_SHORTEST_WEEKDAY = 5
_SHAPES = (
    *("date", "day_of_this", "day_of_next", "month", "count", "end_of_next", "end_of_this", "end_of_month"),
    *("end_of_year", "first_of_next", "after_next", "next", "this", "year", "day", "weekday"),
)
_MARKS = {"next": NEXT, "at_once": AT_ONCE, "today": TODAY, "vague": VAGUE, "latest": LATEST, "then": THEN}

#: The lists a file may have, by the table they stand in.
_LISTS = {
    "shapes": _SHAPES,
    "parts": ("end", "start", "middle"),
    "roles": ("from", "after"),
    "ignored": ("before", "after"),
    "meanings": tuple(_MARKS),
    "clauses": ("joins", "ends", "fillers", "reports"),
}

Pattern = re.Pattern[str]
T = TypeVar("T")


class PhrasesError(FairwellError):
    """A file of phrases is broken; says which file, and what of it."""


@dataclass(frozen=True)
class Phrases:
    """What `data/dates/LANGUAGE.toml` says, ready to be looked for."""

    language: str
    day_first: bool
    leads: str
    shapes: dict[str, list[Pattern]]
    parts: dict[str, list[Pattern]]
    roles: dict[str, list[Pattern]]
    ignored: dict[str, list[Pattern]]
    marks: dict[str, list[Pattern]]
    next_year: Pattern
    joins: Pattern
    ends: Pattern
    fillers: Pattern
    reports: Pattern
    days: list[tuple[Pattern, int]]
    yearly: list[tuple[Pattern, str]]
    months: dict[str, int]
    numbers: list[tuple[Pattern, int]]
    ordinals: list[tuple[Pattern, int]]
    units: list[tuple[Pattern, str]]

    def number(self, word: str) -> int | None:
        """What "three" or "3" counts."""
        return int(word) if word.isdecimal() else _look_up(self.numbers, word)

    def ordinal(self, word: str) -> int | None:
        """The day of the month that "third" or "3rd" is."""
        digits = re.match(r"\d+", word)
        return int(digits[0]) if digits else _look_up(self.ordinals, word)

    def unit(self, word: str) -> str:
        """`day`, `week`, `month` and so on; a month where no unit is said."""
        return _look_up(self.units, word) or "month"

    def month(self, name: str) -> int:
        """A month's number."""
        return self.months[fold(name)]


def load(path: Path) -> Phrases:
    """Reads one language's file. Raises `PhrasesError`."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _Builder(path.stem, data).build()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, re.error, KeyError, ValueError) as fault:
        raise PhrasesError(f"{path.name}: {' '.join(str(fault).split())}") from fault


def fold(text: str) -> str:
    """Small letters, and umlauts as the bare vowel: one spelling to compare by."""
    for umlaut, vowel in (("ä", "a"), ("ö", "o"), ("ü", "u"), ("ae", "a"), ("oe", "o"), ("ue", "u")):
        text = text.lower().replace(umlaut, vowel)
    return text.rstrip(".")


def _look_up(table: list[tuple[Pattern, T]], word: str) -> T | None:
    return next((value for pattern, value in table if pattern.fullmatch(word)), None)


class _Builder:
    """Turns the lists of a file into expressions: its placeholders, its umlauts and whole words."""

    def __init__(self, language: str, data: dict[str, Any]) -> None:
        self._language = language
        self._data = data
        names = default_loader.get_locale(language).info
        self._months = {
            fold(name): number
            for number, key in enumerate(_MONTHS, start=1)
            for name in names[key]
            if len(name) > 2
        }
        spellings = {name.lower() for key in _MONTHS for name in names[key] if len(name) > 2}
        days = {name.lower() for key in _WEEKDAYS for name in names[key] if len(name) >= _SHORTEST_WEEKDAY}
        ordinal = "|".join(data["ordinals"])
        suffix = data["ordinal_suffix"]
        numeral = "3[01]|[12][0-9]|0?[1-9]"
        self._parts = {
            "{day}": rf"(?P<day>(?:{numeral})(?:{suffix})?|{ordinal})",
            "{day_suffixed}": rf"(?P<day>(?:{numeral})(?:{suffix}))",
            "{month}": rf"(?P<month>{_longest_first(spellings)})\.?",
            "{weekday}": rf"(?P<weekday>{_longest_first(days)})",
            "{year}": rf"(?P<year>(?:19|20|21)\d\d|{data['next_year']}|{data['this_year']})",
            "{any_year}": rf"(?P<year>(?:19|20|21)\d\d|'?[2-9]\d(?!\w|[:.,]\d)|{data['next_year']})",
            "{number}": rf"(?P<number>\d{{1,3}}|{_longest_first(data['numbers'])})",
            "{unit}": f"(?P<unit>{'|'.join(data['units'].values())})",
        }

    def build(self) -> Phrases:
        data = self._data
        clauses = {name: self._compile("|".join(self._list("clauses", name))) for name in _LISTS["clauses"]}
        return Phrases(
            language=self._language,
            day_first=data["day_first"],
            leads=loosen(data["leads"]),
            shapes=self._table("shapes"),
            parts=self._table("parts"),
            roles=self._table("roles"),
            ignored=self._table("ignored"),
            marks={_MARKS[name]: found for name, found in self._table("meanings").items()},
            next_year=self._compile(data["next_year"]),
            **clauses,
            days=[(self._compile(text), ahead) for text, ahead in data["days"].items()],
            yearly=[(self._compile(text), day) for text, day in data["yearly"].items()],
            months=self._months,
            numbers=[(self._compile(text), value) for text, value in data["numbers"].items()],
            ordinals=[(self._compile(text), value) for text, value in data["ordinals"].items()],
            units=[(self._compile(text), name) for name, text in data["units"].items()],
        )

    def _table(self, name: str) -> dict[str, list[Pattern]]:
        if strange := self._data[name].keys() - set(_LISTS[name]):
            raise ValueError(f"[{name}] has no list {', '.join(sorted(strange))}")
        return {key: [self._compile(text) for text in self._list(name, key)] for key in _LISTS[name]}

    def _list(self, table: str, name: str) -> list[str]:
        # What matches nothing stands for a list that a language has no use for.
        texts = self._data[table].get(name, [])
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"{name} in [{table}] is not a list of texts")
        return texts if texts or table != "clauses" else [r"(?!)"]

    def _compile(self, text: str) -> Pattern:
        for place, expression in self._parts.items():
            text = text.replace(place, expression)
        return re.compile(rf"(?<!\w)(?:{loosen(text)})(?!\w)".replace("#", TIME))


def loosen(text: str) -> str:
    """Lets an umlaut match however it is typed; one in a set of characters stays."""
    for umlaut, vowel in (("ä", "a"), ("ö", "o"), ("ü", "u")):
        text = text.replace(umlaut, f"(?:{umlaut}|{vowel}e?)")
    return text.replace("ß", "(?:ß|ss)")


def _longest_first(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))
