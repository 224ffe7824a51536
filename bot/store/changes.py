"""Hears of messages that anybody added: by LISTEN on PostgreSQL, and by looking for new rows on SQLite."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot.ports import Heard, Watch

#: What PostgreSQL calls it. The payload is a conversation's id: no more is known about anybody by it.
CHANNEL = "fairwell_messages"
#: How often SQLite is asked, by the whole process, whether anybody has written: some 10 µs each time.
LOOK_SECONDS = 0.1
#: More new rows than these are not told apart: everybody looks.
PAGE = 1000
_SINCE = "SELECT rowid, conversation_id, seq FROM messages WHERE rowid >= ? ORDER BY rowid LIMIT ?"
_NEWEST = "SELECT rowid, conversation_id, seq FROM messages ORDER BY rowid DESC LIMIT 1"
#: A server that is gone without a word is noticed within half a minute, and one that cannot be reached in ten
#: seconds. No other traffic would show it: this connection only listens.
_ALIVE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "application_name": "fairwell listening",
}


class SqlChanges:
    """Implements `ports.Changes` on an engine of `open_engine`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def watch(self) -> Watch:
        if self._engine.dialect.name == "postgresql":
            return _PostgresWatch(self._engine)
        return _SqliteWatch(self._engine)


class _PostgresWatch:
    """Implements `ports.Watch` on a connection of its own; `SqlMessages.add` notifies at commit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: psycopg.Connection[Any] | None = None

    def next(self, seconds: float) -> Heard:
        if self._connection is None:
            self._listen()
            # What was committed before the server knew that we listen was told to nobody.
            return Heard(gap=True)
        try:
            told = self._connection.notifies(timeout=seconds, stop_after=1)
            return Heard(frozenset(one.payload for one in told))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _listen(self) -> None:
        where, options = self._engine.dialect.create_connect_args(self._engine.url)
        connection = psycopg.connect(*where, autocommit=True, **{**_ALIVE, **options})
        try:
            connection.execute(f"LISTEN {CHANNEL}")
        except BaseException:
            connection.close()
            raise
        self._connection = connection


class _SqliteWatch:
    """Implements `ports.Watch` on a connection of its own, by a counter that SQLite keeps of commits.

    One transaction writes at a time, so new rows have the highest row ids, in the order of their commits.
    VACUUM may number them anew, and the id of a deleted last row is given out again; so the last row seen is
    met again each time, and where it is another one, that is a gap.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: DBAPIConnection | None = None
        self._version = -1
        self._last: tuple[int, str, int] | None = None

    def next(self, seconds: float) -> Heard:
        until = time.monotonic() + seconds
        try:
            if self._connection is None:
                return self._begin(self._open())
            while True:
                heard = self._look(self._connection)
                left = until - time.monotonic()
                if heard is not None or left <= 0:
                    return heard or Heard()
                time.sleep(min(left, LOOK_SECONDS))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> DBAPIConnection:
        # Out of the pool's hands: it is ours until we close it, and outside any transaction.
        pooled = self._engine.raw_connection()
        pooled.detach()
        connection = pooled.dbapi_connection
        if connection is None:
            raise sqlite3.OperationalError("no connection")
        self._connection = connection
        return connection

    def _look(self, connection: DBAPIConnection) -> Heard | None:
        """What is new; None where nothing is."""
        # Read first: what is committed in between is looked for once more, and not missed.
        version = int(_rows(connection, "PRAGMA data_version")[0][0])
        if version == self._version:
            return None
        seen = self._last or (0, "", 0)
        found = _rows(connection, _SINCE, (seen[0], PAGE))
        if self._last is not None and (not found or found[0] != self._last):
            return self._begin(connection)
        if len(found) == PAGE:
            return self._begin(connection)
        self._version = version
        new = found if self._last is None else found[1:]
        if not new:
            return None
        self._last = new[-1]
        return Heard(frozenset(conversation_id for _, conversation_id, _ in new))

    def _begin(self, connection: DBAPIConnection) -> Heard:
        """Takes the newest row as the last one seen; what was before it is not known."""
        self._version = int(_rows(connection, "PRAGMA data_version")[0][0])
        newest = _rows(connection, _NEWEST)
        self._last = newest[0] if newest else None
        return Heard(gap=True)


def _rows(connection: DBAPIConnection, statement: str, given: tuple[int, ...] = ()) -> list[Any]:
    """All rows, with nothing left open: an unfinished read would keep the log from being folded in."""
    cursor = connection.cursor()
    try:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
    finally:
        cursor.close()
