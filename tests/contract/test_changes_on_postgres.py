from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Engine, text

from bot.ports import Heard, Store, Watch
from bot.store.changes import SqlChanges
from bot.store.engine import open_engine
from bot.store.unit_of_work import SqlStore
from tests.contract.test_changes import heard, listening, say
from tests.fixtures import builders
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.stores import empty

pytestmark = pytest.mark.postgres

_LISTENERS = "FROM pg_stat_activity WHERE application_name = 'fairwell listening'"


@pytest.fixture
def store(postgres: Engine) -> Iterator[Store]:
    """With the conversation `c_1`."""
    store = SqlStore(postgres, PlainSealer())
    with store.begin() as work:
        work.conversations.put(builders.conversation())
        work.commit()
    yield store
    empty(postgres)


@pytest.fixture
def watch(postgres: Engine, store: Store) -> Iterator[Watch]:  # noqa: ARG001 - emptied before it
    """A listener that has begun, the only one: that of the test before may still be about to end."""
    until_listeners(postgres, 0)
    with closing(listening(SqlChanges(postgres))) as watch:
        yield watch


def ask(engine: Engine, question: str) -> list[object]:
    """The answers, of this database only: others test on the same server."""
    with engine.connect() as connection:
        return list(connection.scalars(text(f"{question} AND datname = current_database()")))


def until_listeners(engine: Engine, count: int) -> None:
    """Waits until there are so many."""
    while ask(engine, f"SELECT count(*) {_LISTENERS}") != [count]:
        pass  # the server is about to notice; without it the test's own time-out ends this


def test_listens_again_after_the_server_ended_it(postgres: Engine, store: Store, watch: Watch) -> None:
    """The fault comes through; then it connects by itself, says that there was a gap, and hears again."""
    assert ask(postgres, f"SELECT pg_terminate_backend(pid) {_LISTENERS}") == [True]
    say(store, "c_1")

    with pytest.raises(psycopg.OperationalError):
        watch.next(5)
    assert watch.next(5) == Heard(gap=True)
    say(store, "c_1")
    assert heard(watch, "c_1") == {"c_1"}


def test_one_connection_and_none_afterwards(postgres: Engine, watch: Watch) -> None:
    """However often it is asked; closing gives it back."""
    for _ in range(3):
        watch.next(0)
    assert ask(postgres, f"SELECT count(*) {_LISTENERS}") == [1]
    watch.close()
    until_listeners(postgres, 0)


def test_no_transaction_stays_open(postgres: Engine, watch: Watch) -> None:
    """Else the server could clean nothing up for as long as we listen."""
    watch.next(0)
    assert ask(postgres, f"SELECT state {_LISTENERS}") == ["idle"]


def test_what_is_told_names_a_conversation_and_nothing_else(postgres: Engine, store: Store) -> None:
    """Anybody who may connect to the database can listen: no text, nobody's name."""
    url = postgres.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("LISTEN fairwell_messages")
        say(store, "c_1", 3)
        assert [told.payload for told in other.notifies(timeout=5, stop_after=1)] == ["c_1"]


def test_a_server_that_is_not_there() -> None:
    """Raised each time, until it is."""
    engine = open_engine("postgresql://nobody@127.0.0.1:9/nothing")
    watch = SqlChanges(engine).watch()
    for _ in range(2):
        with pytest.raises(psycopg.OperationalError):
            watch.next(0)
    watch.close()
