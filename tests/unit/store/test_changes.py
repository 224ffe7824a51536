from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.ports import Heard, Store, Watch
from bot.store.changes import PAGE, SqlChanges
from bot.store.unit_of_work import SqlStore
from tests.fixtures import builders
from tests.fixtures.fakes import PlainSealer


@pytest.fixture
def store(engine: Engine) -> Store:
    """On SQLite, with two conversations of ten messages each, in turns."""
    store = SqlStore(engine, PlainSealer())
    with store.begin() as work:
        for ref in ("c_1", "c_2"):
            work.conversations.put(builders.conversation(ref))
        for _ in range(10):
            for ref in ("c_1", "c_2"):
                work.messages.add(builders.message(ref))
        work.commit()
    return store


@pytest.fixture
def watch(engine: Engine, store: Store) -> Iterator[Watch]:  # noqa: ARG001 - what is there already
    """A listener that has begun."""
    with closing(SqlChanges(engine).watch()) as watch:
        assert watch.next(0).gap
        yield watch


def say(store: Store, conversation_id: str = "c_1", count: int = 1) -> None:
    """Adds messages, and commits."""
    with store.begin() as work:
        for _ in range(count):
            work.messages.add(builders.message(conversation_id))
        work.commit()


def run(engine: Engine, *statements: str) -> None:
    """What somebody does to the file with SQLite's own tool."""
    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_rows_numbered_anew(engine: Engine, store: Store, watch: Watch) -> None:
    """As VACUUM may, to close the holes that deleted rows have left: who counted on them looks once."""
    run(
        engine,
        "DELETE FROM messages WHERE conversation_id = 'c_2' AND seq < 5",
        "UPDATE messages SET rowid = (SELECT count(*) FROM messages AS m WHERE m.rowid <= messages.rowid)",
    )
    say(store)

    assert watch.next(5) == Heard(gap=True)
    assert watch.next(0) == Heard()
    say(store)
    assert watch.next(5) == Heard(frozenset({"c_1"}))


def test_a_vacuum_that_moves_nothing_is_not_noticed(engine: Engine, store: Store, watch: Watch) -> None:
    """Nothing is lost, and nobody is bothered."""
    run(engine, "VACUUM")
    assert watch.next(0) == Heard()
    say(store)
    assert watch.next(5) == Heard(frozenset({"c_1"}))


def test_the_number_of_a_deleted_row_is_given_out_again(engine: Engine, store: Store, watch: Watch) -> None:
    """A message under the number of the last one seen is not taken for that one."""
    run(engine, "DELETE FROM messages WHERE rowid = (SELECT max(rowid) FROM messages)")
    say(store, "c_1")

    assert watch.next(5) == Heard(gap=True)
    say(store, "c_2")
    assert watch.next(5) == Heard(frozenset({"c_2"}))


def test_everything_deleted(engine: Engine, store: Store, watch: Watch) -> None:
    """An empty table is where it begins anew."""
    run(engine, "DELETE FROM messages")
    assert watch.next(5) == Heard(gap=True)
    say(store, "c_2")
    assert watch.next(5) == Heard(frozenset({"c_2"}))


def test_very_many_at_once(store: Store, watch: Watch) -> None:
    """They are not read one by one: everybody looks, and then it goes on from there."""
    say(store, "c_1", PAGE)
    assert watch.next(5) == Heard(gap=True)
    assert watch.next(0) == Heard()
    say(store, "c_2", PAGE - 2)
    assert watch.next(5) == Heard(frozenset({"c_2"}))


def test_nothing_is_held_between_two_looks(engine: Engine, store: Store, watch: Watch) -> None:
    """An open read would keep the write-ahead log from being folded in, and it would grow."""
    say(store)
    watch.next(5)
    with closing(sqlite3.connect(str(engine.url.database))) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert busy == 0


def test_a_database_that_cannot_be_opened(engine: Engine, tmp_path: Path) -> None:
    """The fault comes through each time; it hears again when the file is back."""
    engine.dispose()
    database = tmp_path / "fairwell.db"
    hidden = database.rename(tmp_path / "hidden")
    database.mkdir()
    with closing(SqlChanges(engine).watch()) as watch:
        for _ in range(2):
            with pytest.raises(sqlite3.OperationalError):
                watch.next(0)
        database.rmdir()
        hidden.rename(database)
        assert watch.next(0) == Heard(gap=True)


def test_a_fault_in_between(engine: Engine, watch: Watch) -> None:
    """A look that fails is told, and the next one begins anew."""
    run(engine, "ALTER TABLE messages RENAME TO elsewhere")
    with pytest.raises(sqlite3.OperationalError):
        watch.next(5)
    run(engine, "ALTER TABLE elsewhere RENAME TO messages")
    assert watch.next(0) == Heard(gap=True)


def test_the_pool_gets_its_place_back(engine: Engine) -> None:
    """Listeners hold connections of their own, so that requests miss none."""
    pool = engine.pool
    before = pool.status()
    with closing(SqlChanges(engine).watch()) as watch:
        watch.next(0)
        assert "Current Checked out connections: 0" in pool.status(), before
