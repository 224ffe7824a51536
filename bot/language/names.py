"""What languages are called, by Babel: "German", "Deutsch" and "allemand" are one."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from babel import Locale

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WORD = re.compile(r"[^\W\d_]+")
#: Names are inflected ("auf Englische"), by so many letters; a name shorter than that may begin another word.
_ENDING, _STEM = 2, 5
#: Codes of two letters are the languages people name; the others have names such as "Even" and "Fang".
_CODE = re.compile(r"[a-z]{2}")
#: Known by their own names too, "français"; Babel keeps about a megabyte for each that is asked for one.
_BY_OWN_NAME = tuple("ar cs da de el en es fa fi fr hi hu it ja ko nb nl pl pt ro ru sv tr uk zh".split())  # noqa: SIM905


class LanguageNames:
    """Looks up names in every spoken language, and for many languages their own."""

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
        # The spoken languages' names last, so that they win.
        codes = {self.name(code, code).casefold(): code for code in _BY_OWN_NAME}
        for locale in self._spoken:
            codes |= {name.casefold(): code for code, name in _languages(locale)}
        return codes


def _languages(locale: Locale) -> Iterator[tuple[str, str]]:
    return ((str(code), str(name)) for code, name in locale.languages.items() if _CODE.fullmatch(str(code)))
