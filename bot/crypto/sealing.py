"""Encryption at rest for texts in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.domain.errors import FairwellError

if TYPE_CHECKING:
    from collections.abc import Sequence


class SealBrokenError(FairwellError):
    """A sealed text was altered, or sealed with a key we do not hold."""


class FernetSealer:
    """Seals with the first of `keys` (Fernet, newest first) and opens what any of them sealed."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as fault:
            raise SealBrokenError("a sealing key is not a Fernet key") from fault

    def seal(self, text: str) -> str:
        """The encrypted and authenticated form of `text`, ASCII; different each time."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """The text that was sealed. Raises `SealBrokenError`."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except (InvalidToken, ValueError) as fault:
            raise SealBrokenError("a sealed text does not open") from fault
