"""JSON that somebody else wrote: read field by field, and refused with the place where it is odd."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

_Word = TypeVar("_Word", bound=StrEnum)
_Read = TypeVar("_Read")

#: More than any amount of any currency, in minor units; a database's big integers hold it.
_MOST = 10**15
#: A year outside is a slip, or a way of saying "never", which null says.
_YEARS = range(1970, 3000)
_LONGEST = 200
# RFC 3339, 5.6, with an offset; no other spelling of ISO 8601, of which no two libraries read the same ones.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


class OddError(Exception):
    """What was told is not what the protocol says. Names the place, never what stands there."""


@dataclass(frozen=True, slots=True)
class Told:
    """A value, and where it stands. Fields nobody asks for are never looked at."""

    value: object
    where: str = "the answer"

    def __getitem__(self, name: str) -> Told:
        """A field of an object; one that is missing reads as null."""
        if not isinstance(self.value, dict):
            raise self.odd("an object")
        return Told(self.value.get(name), f"{self.where}.{name}")

    def odd(self, takes: str) -> OddError:
        """What is raised here."""
        return OddError(f"{self.where} takes {takes}")

    def maybe(self, read: Callable[[Told], _Read]) -> _Read | None:
        """What `read` makes of it; None where it is null."""
        return None if self.value is None else read(self)

    def items(self, most: int) -> list[Told]:
        """A list of at most so many."""
        if not isinstance(self.value, list) or len(self.value) > most:
            raise self.odd(f"a list of at most {most}")
        return [Told(item, f"{self.where}[{number}]") for number, item in enumerate(self.value)]

    def ref(self) -> str:
        """An identifier: compared character by character, so nothing may be in it that nobody sees."""
        value = self.value
        if not isinstance(value, str) or not value.isprintable() or not 0 < len(value.strip()) == len(value):
            raise self.odd("an identifier")
        if len(value) > _LONGEST:
            raise self.odd(f"at most {_LONGEST} characters")
        return value

    def name(self) -> str:
        """A name for people, on one line; what shows nothing is left out."""
        if not isinstance(self.value, str) or len(self.value) > 10 * _LONGEST:
            raise self.odd("a name")
        visible = (char for char in self.value if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"})
        spaced = (" " if unicodedata.category(char) == "Cc" else char for char in visible)
        name = " ".join("".join(spaced).split())
        if not 0 < len(name) <= _LONGEST:
            raise self.odd(f"a name of at most {_LONGEST} characters")
        return name

    def matching(self, pattern: re.Pattern[str], takes: str) -> str:
        """A text of one form."""
        if not isinstance(self.value, str) or not pattern.fullmatch(self.value):
            raise self.odd(takes)
        return self.value

    def word(self, words: type[_Word]) -> _Word:
        """One of a few words."""
        for word in words:
            if self.value == word.value:
                return word
        raise self.odd(f"one of {', '.join(words)}")

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.odd("true or false")
        return self.value

    def amount(self) -> int:
        """An amount in minor units: whole, and never negative."""
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
            raise self.odd("a whole number of minor units")
        return value

    def moment(self) -> datetime:
        """A time with its offset, as UTC."""
        text = self.matching(_TIME, "a time with its offset, such as 2026-03-31T12:00:00+02:00")
        try:
            moment = datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.odd("a time that exists") from None
        if moment.year not in _YEARS:
            raise self.odd("a time between 1970 and 2999")
        return moment


def parse(body: bytes, what: str = "the answer") -> Told:
    """The object that `what` is. Raises `OddError`."""
    try:
        value = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise OddError(f"{what} takes JSON") from None
    if not isinstance(value, dict):
        raise OddError(f"{what} takes an object")
    return Told(value, what)


def _refuse(name: str) -> None:
    raise ValueError(f"no JSON: {name}")
