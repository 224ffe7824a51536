"""The languages customers write: which one a text is in, and which one it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.domain.languages import Guess


class LanguageDetector(Protocol):
    """Tells the spoken languages apart, and knows languages by their names."""

    @property
    def spoken(self) -> Sequence[str]:
        """The languages that the wording speaks, such as `en`; two-letter codes, in a fixed order."""
        ...

    def guess(self, text: str) -> Guess | None:
        """The likeliest spoken language; None where nothing tells, or another one is clearly likelier."""
        ...

    def named(self, text: str) -> Sequence[str]:
        """The languages that a text names, in any spoken language or their own, in order; spoken or not."""
        ...

    def name(self, language: str, locale: str) -> str:
        """What `language` is called in `locale`."""
        ...
