"""The adapter of `ports.LanguageDetector`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.language.guessing import LinguaGuesser
from bot.language.names import LanguageNames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.languages import Guess


class SpokenLanguages:
    """Implements `ports.LanguageDetector` for the languages of the wording, the company's own first."""

    def __init__(self, spoken: Sequence[str]) -> None:
        self.spoken = tuple(spoken)
        self._guesser = LinguaGuesser(self.spoken)
        self._names = LanguageNames(self.spoken)

    def guess(self, text: str) -> Guess | None:
        """See the port. Thread-safe; the first call loads the models."""
        return self._guesser.guess(text)

    def named(self, text: str) -> Sequence[str]:
        """See the port."""
        return self._names.named(text)

    def name(self, language: str, locale: str) -> str:
        """See the port."""
        return self._names.name(language, locale)
