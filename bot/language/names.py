"""What languages are called, by Babel: "German", "Deutsch" and "allemand" are one."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WORD = re.compile(r"[^\W\d_]+")
#: Names are inflected ("auf Englische"), by so many letters; a name shorter than that may begin another word.
_ENDING, _STEM = 2, 5
#: Codes of two letters are the languages people name; the others have names such as "Even" and "Fang".
_CODE = re.compile(r"[a-z]{2}")


class LanguageNames:
    """Looks up names in every spoken language and each language's own."""

    def __init__(self, spoken: Sequence[str]) -> None:
        self._spoken = [Locale.parse(code) for code in spoken]

    def name(self, language: str, locale: str) -> str:
        """What `language` is called in `locale`."""
        return str(Locale.parse(locale).languages.get(language) or language)

    def named(self, text: str) -> Sequence[str]:
        """The codes of the languages that a text names, in order, each once."""
        found = [self._code(word) for word in _WORD.findall(text.casefold())]
        return tuple(dict.fromkeys(code for code in found if code is not None))

    def _code(self, word: str) -> str | None:
        stems = [word[:end] for end in range(len(word) - 1, len(word) - 1 - _ENDING, -1) if end >= _STEM]
        return next((self._codes[stem] for stem in [word, *stems] if stem in self._codes), None)

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        # The spoken languages' names last, so that they win. Reading all the others takes a second, once.
        codes = {name.casefold(): code for code, name in self._own_names()}
        for locale in self._spoken:
            codes |= {name.casefold(): code for code, name in _languages(locale)}
        return codes

    def _own_names(self) -> Iterator[tuple[str, str]]:
        for code in sorted({code for locale in self._spoken for code, _ in _languages(locale)}):
            try:
                yield code, str(Locale.parse(code).get_language_name(code) or code)
            except (ValueError, UnknownLocaleError):
                continue  # Babel has the names of more languages than it has formats of


def _languages(locale: Locale) -> Iterator[tuple[str, str]]:
    return ((str(code), str(name)) for code, name in locale.languages.items() if _CODE.fullmatch(str(code)))
