"""The same on SQLite and PostgreSQL: from nothing to today's tables, by however many replicas."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from bot.store.engine import open_engine
from bot.store.migrations import migrate
from bot.store.tables import metadata
from bot.store.unit_of_work import SqlStore
from tests.fixtures import builders
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.stores import postgres_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/fairwell.db"
    else:
        request.getfixturevalue("postgres")  # skips, or fails, where there is no server
        with postgres_database() as url:
            yield url


def test_the_migrations_make_the_tables_that_the_code_uses(url: str) -> None:
    """Nothing is left for Alembic to suggest: columns, types, keys, indexes."""
    engine = open_engine(url)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_partial_indexes_are_partial(url: str) -> None:
    """Which Alembic does not compare: without the condition a closed case would block the next one."""
    engine = open_engine(url)
    migrate(engine)
    dialect = engine.dialect.name
    with engine.connect() as connection:
        found = {
            index["name"]: index.get("dialect_options", {}).get(f"{dialect}_where")
            for table in ("cases", "deliveries", "inbox", "outbox")
            for index in inspect(connection).get_indexes(table)
        }
    engine.dispose()
    for name, state in {
        "uq_cases_open": "closed",
        "ix_cases_accepted": "accepted",
        "ix_deliveries_waiting": "waiting",
        "ix_deliveries_undelivered": "doubtful",
        "ix_inbox_accepted": "accepted",
        "ix_inbox_held": "held",
        "ix_outbox_open": "open",
    }.items():
        assert f"'{state}'" in str(found[name])


def test_migrating_again_changes_nothing(url: str) -> None:
    """A second start keeps what is stored."""
    engine = open_engine(url)
    migrate(engine)
    store = SqlStore(engine, PlainSealer())
    with store.begin() as work:
        work.customers.put(builders.customer())
        work.commit()
    migrate(engine)
    with store.begin() as work:
        assert work.customers.all() == [builders.customer()]
    engine.dispose()


def test_the_way_back_leaves_nothing(url: str) -> None:
    """Down to before the first revision, and up again."""
    engine = open_engine(url)
    migrate(engine)
    migrate(engine, "base", down=True)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    migrate(engine)
    engine.dispose()


def _migrate(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


def test_replicas_that_start_together_do_not_trip_over_each_other(url: str) -> None:
    """Three processes migrate the same empty database at once; all of them get through."""
    processes = multiprocessing.get_context("spawn")
    with processes.Pool(3) as pool:
        pool.map(_migrate, [url] * 3)
        pool.close()
        pool.join()
    engine = open_engine(url)
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()
