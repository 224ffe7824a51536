"""Column types that cannot be misused: times are always UTC, and secrets are always sealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator


class Sealer(Protocol):
    """Encrypts what must not lie readable in the database, under a key that is not in it."""

    def seal(self, text: str) -> str:
        """The ciphertext of `text`, as ASCII."""
        ...

    def open(self, sealed: str) -> str:
        """The text that was sealed."""
        ...


@dataclass(frozen=True, slots=True)
class SealedText:
    """Ciphertext; a type of its own, so that no plain text can take its place by mistake."""

    ciphertext: str = field(repr=False)


class Sealed(TypeDecorator[SealedText]):
    """A column of `SealedText`. Binding anything else raises `TypeError`: plain text never gets that far.

    The type holds no key, as tables are shared by all engines of a process and keys are not: repositories
    seal and open.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: SealedText | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, SealedText):
            raise TypeError("a sealed column takes sealed text only")
        return value.ciphertext

    def process_result_value(self, value: str | None, dialect: Dialect) -> SealedText | None:
        return None if value is None else SealedText(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored and returned in UTC. Binding a time without a zone raises `ValueError`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone; what we wrote there was UTC.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: Numbers rows in order of arrival. SQLite counts by itself only in a column declared plain INTEGER.
Position = BigInteger().with_variant(Integer, "sqlite")
