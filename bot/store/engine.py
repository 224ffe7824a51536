"""Opens the database: how each of the two is set up so that nothing is lost and nobody waits for ever."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

#: How long to wait for somebody else's lock before giving up.
LOCK_SECONDS = 10
#: Calls to the store come from worker threads; each may hold a connection.
THREADS = 40
#: The option of a connection whose transactions only read.
READING = "fairwell_reading"
#: What a reader may keep the database busy for.
_READING_POSTGRES = (
    "SET TRANSACTION READ ONLY",
    "SET LOCAL statement_timeout = '5s'",
    # What is asked for differs too much for one plan to serve all of it.
    "SET LOCAL plan_cache_mode = force_custom_plan",
)


def open_engine(url: str, *, threads: int = THREADS) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql://…`; `threads` is how many may use it at once.

    Raises `ValueError` for any other kind of database. Statements' parameters are kept out of error messages,
    and so out of logs: they are what customers said.
    """
    parsed = make_url(url)
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _sqlite(parsed, threads)
    if kind == "postgresql":
        return _postgresql(parsed, threads)
    raise ValueError(f"not a database Fairwell knows: {kind}; it takes sqlite:///PATH or postgresql://…")


def _sqlite(url: URL, threads: int) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("the database needs a file: sqlite:///PATH")
    path = Path(url.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made by us before SQLite does it, so that only the owner can read it; -wal and -shm take over its mode.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(
        url, hide_parameters=True, pool_size=threads, max_overflow=0, connect_args={"timeout": LOCK_SECONDS}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    # SQLAlchemy's documented way to take transactions over from the driver, which would begin them late and
    # deferred.
    connection.isolation_level = None
    cursor = connection.cursor()
    # Readers and the one writer do not block each other.
    cursor.execute("PRAGMA journal_mode = WAL")
    # In WAL mode NORMAL survives the death of any process: what was committed is with the operating system.
    # Only the machine's own power failure may take the last commits with it, never the database's
    # consistency.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten, not just unlinked.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    if connection.get_execution_options().get(READING):
        connection.exec_driver_sql("BEGIN")
        return
    # Takes the write lock first. A transaction that began by reading could fail at its first write instead,
    # when somebody else has written meanwhile, and no waiting would help it.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql(url: URL, threads: int) -> Engine:
    options = f"-c timezone=utc -c lock_timeout={LOCK_SECONDS}s -c idle_in_transaction_session_timeout=60s"
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=min(threads, 10),
        max_overflow=max(threads - 10, 0),
        # Asks before use whether the connection lives, so that a restart of the database costs no request.
        pool_pre_ping=True,
        connect_args={"options": options},
    )
    event.listen(engine, "begin", _begin_reading)
    return engine


def _begin_reading(connection: Connection) -> None:
    if connection.get_execution_options().get(READING):
        for statement in _READING_POSTGRES:
            connection.exec_driver_sql(statement)
