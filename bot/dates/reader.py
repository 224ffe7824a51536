"""Reads a customer's words for when it should end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from bot.dates.calendar import Calendar
from bot.dates.phrases import AT_ONCE, LATEST, MARK, NEXT, THEN, TIME, TODAY, VAGUE, Phrases, load
from bot.dates.scan import Scan
from bot.domain.wished_end import NEXT_POSSIBLE, UNCLEAR_END, Days, EndKind, WishedEnd

#: Beyond this nobody writes about a date any more.
_MOST_CHARACTERS = 4000
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'"})
#: What tells when, apart from "as soon as possible", which is often added to a day.
_SAYS_WHEN = f"{TIME}|[{AT_ONCE}{TODAY}]"
_BREAKS = re.compile(r"[.;:!?,()\n\u2013\u2014]+|(?<= )-(?= )")


class PhraseDateReader:
    """Implements `ports.DateReader`: dateparser for the dates, our phrases for what they are said of."""

    def __init__(self, languages: Mapping[str, Phrases]) -> None:
        self._languages = dict(languages)

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Reads every `LANGUAGE.toml` in `directory`. Raises `PhrasesError` for a broken one."""
        return cls({path.stem: load(path) for path in sorted(directory.glob("*.toml"))})

    @property
    def languages(self) -> frozenset[str]:
        """The languages it reads."""
        return frozenset(self._languages)

    def read(self, text: str, *, at: datetime, language: str, zone: ZoneInfo) -> WishedEnd | None:
        """What a text says about when; `language` is looked at first, the others after it."""
        plain = re.sub(MARK, "", text[:_MOST_CHARACTERS]).translate(_APOSTROPHES).lower()
        today = at.astimezone(zone).date()
        for phrases in sorted(self._languages.values(), key=lambda item: item.language != language):
            calendar = Calendar(phrases.language, today)
            scan = Scan(plain, phrases, calendar)
            found = _read(scan, phrases, today)
            # Who ends something in this language's words has said what there is to say.
            if found is not None or phrases.ends.search(scan.text) or phrases.reports.search(scan.text):
                return found
        return None


def _read(scan: Scan, phrases: Phrases, today: date) -> WishedEnd | None:
    """What is said of the end, in the clauses that speak of it."""
    if not re.search(MARK, scan.text):
        return None
    clauses = [
        part
        for piece in _BREAKS.split(scan.text)
        for part in phrases.joins.split(piece)
        if part and part.strip()
    ]
    said = "".join(clause for clause in clauses if _speaks_of_the_end(clause, phrases))
    if THEN in said and not re.search(TIME, said):
        said = "".join(clauses)
    found = _meant(scan, said, today)
    alone = len(re.findall(_SAYS_WHEN, said)) == len(re.findall(_SAYS_WHEN, scan.text))
    only = "?" not in scan.text and all(_says_nothing_else(clause, phrases) for clause in clauses)
    return replace(found, alone=alone, only=only) if found is not None else None


def _meant(scan: Scan, said: str, today: date) -> WishedEnd | None:
    """What the clauses that speak of the end come to."""
    times = [scan.days(character) for character in re.findall(TIME, said)]
    if not times:
        if VAGUE in said:
            return UNCLEAR_END
        return NEXT_POSSIBLE if re.search(f"[{NEXT}{AT_ONCE}{TODAY}]", said) else None
    if LATEST in said and re.search(f"[{NEXT}{AT_ONCE}{TODAY}]", said):
        return NEXT_POSSIBLE
    if AT_ONCE in said:
        return UNCLEAR_END
    return _one(times, today)


def _speaks_of_the_end(clause: str, phrases: Phrases) -> bool:
    """Whether a clause says that something ends, or nothing but when; no report of the past."""
    if phrases.reports.search(clause):
        return False
    if phrases.ends.search(clause):
        return True
    return _says_nothing_else(clause, phrases)


def _says_nothing_else(clause: str, phrases: Phrases) -> bool:
    return not re.search(r"\w", phrases.fillers.sub(" ", clause))


def _one(times: list[Days | None], today: date) -> WishedEnd:
    """The one time that several namings come to, the narrowest of those that lie within each other."""
    placed = [days for days in times if days is not None]
    if len(placed) < len(times) or any(days.last < today for days in placed):
        return UNCLEAR_END
    narrowest = min(placed, key=lambda days: days.last - days.first)
    if any(narrowest.first not in days or narrowest.last not in days for days in placed):
        return UNCLEAR_END
    if narrowest.last == today:
        return NEXT_POSSIBLE
    return WishedEnd(EndKind.DAYS, Days(max(narrowest.first, today), narrowest.last))
