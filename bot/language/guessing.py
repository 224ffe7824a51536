"""Which of the spoken languages a text is in, by lingua."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from lingua import IsoCode639_1, Language, LanguageDetectorBuilder

from bot.domain.languages import Guess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lingua import LanguageDetector as Lingua

#: What customers in Europe and America write most. One of these that is not spoken must not be taken for one
#: that is: among English and German only, Dutch is German and Spanish is English.
_OTHERS = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "tr", "sv")
#: Below, and in shorter texts, the small models that know the others are wrong too often.
_CLEARLY, _WORDS = 0.9, 3
_TWO = 2
#: From here on the small models' word may make the full ones' surer, where they agree.
_LIKELY = 0.6


class LinguaGuesser:
    """The models are loaded by the first guess, which takes about a second; ADR 11 has the figures."""

    def __init__(self, spoken: Sequence[str]) -> None:
        """A language that lingua does not know is never guessed; it can still be asked for."""
        self._spoken = [language for code in spoken if (language := _language(code)) is not None]
        others = [_language(code) for code in _OTHERS]
        self._all = list(dict.fromkeys([*self._spoken, *(item for item in others if item is not None)]))

    def guess(self, text: str) -> Guess | None:
        """None where no spoken language is likelier than the others, and where an unspoken one clearly is."""
        if len(self._spoken) < _TWO:
            return None
        first, second, *_ = self._precise.compute_language_confidence_values(text)
        if first.value <= second.value:
            return None
        confidence = first.value
        if len(text.split()) >= _WORDS:
            widest = self._wide.compute_language_confidence_values(text)[0]
            if widest.value >= _CLEARLY and widest.language not in self._spoken:
                return None
            if widest.language == first.language and first.value >= _LIKELY:
                confidence = max(confidence, widest.value)  # two opinions that agree
        return Guess(first.language.iso_code_639_1.name.lower(), confidence)

    @cached_property
    def _precise(self) -> Lingua:
        return LanguageDetectorBuilder.from_languages(*self._spoken).build()

    @cached_property
    def _wide(self) -> Lingua:
        return LanguageDetectorBuilder.from_languages(*self._all).with_low_accuracy_mode().build()


def _language(code: str) -> Language | None:
    try:
        return Language.from_iso_code_639_1(IsoCode639_1.from_str(code.upper()))
    except ValueError:
        return None
