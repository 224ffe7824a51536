"""The stores that contracts are run on: in memory, SQLite, PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from bot.ports import Store
from bot.store.unit_of_work import SqlStore
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.memory_store import MemoryStore
from tests.fixtures.memory_tables import MissingParentError
from tests.fixtures.stores import empty, sqlite_engine

#: By name, with the marks of its tests.
BACKENDS: dict[str, tuple[pytest.MarkDecorator, ...]] = {
    "memory": (),
    "sqlite": (),
    "postgres": (pytest.mark.postgres,),
}


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


@contextmanager
def opened(name: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Backend]:
    """One of them, empty; `request` has the fixtures `template` and `postgres`."""
    if name == "memory":
        yield Backend("memory", MemoryStore(), MissingParentError)
    elif name == "sqlite":
        with sqlite_engine(request.getfixturevalue("template"), folder) as engine:
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
