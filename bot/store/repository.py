"""What all repositories do alike: run statements, insert or replace a row, seal and open texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Executable,
    Row,
    ScalarSelect,
    Table,
    and_,
    false,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.tables.chat import conversations
from bot.store.types import SealedText, Sealer


class Repository:
    """Works on the connection of one unit of work."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def _one(self, statement: Executable) -> Row[Any] | None:
        return self._connection.execute(statement).first()

    def _all(self, statement: Executable) -> Sequence[Row[Any]]:
        return self._connection.execute(statement).all()

    def _change(self, statement: Executable) -> int:
        """Runs an update or delete; returns how many rows it met."""
        return self._connection.execute(statement).rowcount

    def _insert(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        if self._connection.dialect.name == "postgresql":
            return postgresql.insert(table)
        return sqlite.insert(table)

    def _add(self, table: Table, values: Mapping[str, object]) -> bool:
        """Inserts a row; False, with nothing done, when any unique key of it is taken.

        One statement and no savepoint: a conflict neither aborts the transaction nor slips in between two.
        """
        statement = self._insert(table).values(**values).on_conflict_do_nothing()
        key = next(iter(table.primary_key))
        return self._connection.execute(statement.returning(key)).first() is not None

    def _put(self, table: Table, values: Mapping[str, object], key: Column[Any]) -> None:
        """Inserts a row, or replaces the named values of the row with the same `key`."""
        statement = self._insert(table).values(**values)
        # By name: `statement.excluded` copies the whole table each time, a third of the cost of a put.
        replaced: dict[str, ColumnElement[Any]] = {
            name: literal_column(f"excluded.{name}") for name in values if name != key.name
        }
        self._connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=replaced))

    def _lock_conversation(self, which: str | ScalarSelect[Any]) -> Row[Any] | None:
        """Locks a conversation, by its id or a query for it, and returns its row.

        Everything in a conversation is changed by who has locked it, and it is locked before any customer:
        one order for all, so that no two wait for each other. FOR NO KEY UPDATE lets in who only adds a row
        that refers to it. SQLite has one writer at a time anyway, and the clause is left out there.
        """
        mine = select(conversations).where(conversations.c.id == which)
        return self._one(mine.with_for_update(key_share=True))

    def _seal(self, text: str) -> SealedText:
        return SealedText(self._sealer.seal(text))

    def _seal_maybe(self, text: str | None) -> SealedText | None:
        return None if text is None else self._seal(text)

    def _open(self, sealed: SealedText) -> str:
        return self._sealer.open(sealed.ciphertext)

    def _open_maybe(self, sealed: SealedText | None) -> str | None:
        return None if sealed is None else self._open(sealed)


def known(value: Enum) -> ColumnElement[str]:
    """A constant written into the statement itself: only so can a partial index be used for it."""
    return literal(str(value.value), literal_execute=True)


def among(columns: Sequence[Column[Any]], rows: Iterable[Sequence[object]]) -> ColumnElement[bool]:
    """Whether a row is one of these, by the columns of a key.

    Spelt out: SQLite reads the whole table for `(a, b) IN (VALUES …)`, and finds each of these by the key.
    """
    each = [and_(*(column == value for column, value in zip(columns, row, strict=True))) for row in rows]
    return or_(false(), *each)
