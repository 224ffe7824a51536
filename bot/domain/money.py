"""Exact amounts: whole minor units with their currency, never floats."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.errors import CurrencyMismatchError

_ISO_4217 = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents for EUR, yen for JPY) of one ISO 4217 currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not _ISO_4217.fullmatch(self.currency):
            raise ValueError(f"not an ISO 4217 code: {self.currency!r}")

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def times(self, count: int) -> Money:
        """The amount for `count` equal charges."""
        return Money(self.minor * count, self.currency)

    def share(self, part: int, whole: int) -> Money:
        """The share `part / whole`, rounded up to a whole minor unit.

        Used for refunds, where a fraction of a cent goes to the customer. Raises `ValueError` unless
        `0 <= part <= whole` and `whole > 0`.
        """
        if whole <= 0 or not 0 <= part <= whole:
            raise ValueError(f"not a share: {part}/{whole}")
        return Money(-(-self.minor * part // whole), self.currency)

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency} do not add up")
