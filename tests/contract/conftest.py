"""Every test here runs on the in-memory store, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import IntegrityError

from bot.ports import Store
from bot.store.engine import open_engine
from bot.store.migrations import migrate
from bot.store.unit_of_work import SqlStore
from tests.fixtures.builders import populate
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.memory_store import MemoryStore
from tests.fixtures.memory_tables import MissingParentError
from tests.fixtures.stores import (
    POSTGRES,
    OperationalError,
    empty,
    postgres_database,
    sqlite_engine,
    sqlite_template,
)


@dataclass(frozen=True)
class Backend:
    """A store, what it raises for a row that refers to one that is not there, and whether anybody waits.

    `blocked` is asked where a second unit of work has begun while a first one is open. Stores that have one
    at a time make the second one wait at once.
    """

    name: str
    store: Store
    missing_parent: type[Exception]
    blocked: Callable[[], bool] = lambda: True
    engine: Engine | None = None


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    return sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """A migrated database on the PostgreSQL server."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_database())
        except OperationalError as fault:
            reason = f"no PostgreSQL at {make_url(POSTGRES)!r} (FAIRWELL_TEST_POSTGRES_URL)"
            if os.environ.get("CI") == "true":
                raise RuntimeError(reason) from fault
            pytest.skip(reason)
        engine = open_engine(url)
        migrate(engine)
        yield engine
        engine.dispose()


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """Each kind of store in turn, empty."""
    if request.param == "memory":
        yield Backend("memory", MemoryStore(), MissingParentError)
    elif request.param == "sqlite":
        with sqlite_engine(request.getfixturevalue("template"), tmp_path) as engine:
            yield Backend("sqlite", SqlStore(engine, PlainSealer()), IntegrityError, engine=engine)
    else:
        engine = request.getfixturevalue("postgres")
        store = SqlStore(engine, PlainSealer())
        yield Backend("postgres", store, IntegrityError, lambda: _waits(engine), engine)
        empty(engine)


def _waits(engine: Engine) -> bool:
    """Whether any unit of work waits for another one's lock."""
    ours = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with engine.connect() as connection:
        return connection.execute(text(ours)).first() is not None


@pytest.fixture
def store(backend: Backend) -> Store:
    """The same, when the test needs no more of it."""
    return backend.store


@pytest.fixture
def populated(store: Store) -> Store:
    """With customer `ada`, subscription `s_1`, conversation `c_1` and declaration `d_1`."""
    with store.begin() as work:
        populate(work)
        work.commit()
    return store
