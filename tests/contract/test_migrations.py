"""The same on SQLite and PostgreSQL: from nothing to today's tables, by however many replicas."""

from __future__ import annotations

import multiprocessing
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, MetaData, inspect, select

from bot.store.engine import open_engine
from bot.store.migrations import migrate
from bot.store.tables import metadata
from bot.store.unit_of_work import SqlStore
from tests.contract.older import row
from tests.fixtures import builders
from tests.fixtures.fakes import PlainSealer


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """Full-text search is each database's own, with tables that nobody else looks into."""
    return kind != "table" or not str(name).startswith("message_search")


def test_the_migrations_make_the_tables_that_the_code_uses(url: str) -> None:
    """Nothing is left for Alembic to suggest: columns, types, keys, indexes."""
    engine = open_engine(url)
    migrate(engine)
    with engine.connect() as connection:
        theirs = {"compare_type": True, "include_name": _ours}
        context = MigrationContext.configure(connection, opts=theirs)
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
            for table in ("cases", "deliveries", "follow_ups", "inbox", "outbox", "webhook_deliveries")
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
        "ix_webhook_deliveries_waiting": "waiting",
        "ix_webhook_deliveries_dead": "dead",
        "ix_follow_ups_open": "open",
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
        found = {name for name in inspect(connection).get_table_names() if _ours(name, "table", None)}
    assert found == {*metadata.tables, "alembic_version"}
    engine.dispose()


def test_what_an_older_release_wrote_is_read_by_this_one(url: str) -> None:
    """A cancellation recorded before billing could be elsewhere is one that was carried out at once."""
    engine = open_engine(url)
    migrate(engine, "0006")
    older = MetaData()
    older.reflect(engine, only=["conversations", "declarations", "operations"])
    plain: dict[str, object] = {
        "id": "1", "conversation_id": "1", "declaration_id": "1", "inbox_id": "m", "kind": "cancel",
        "state": "confirmed", "currency": "EUR", "channel": "web", "locale": "en",
    }  # fmt: skip
    with engine.begin() as connection:
        for name in ("conversations", "declarations", "operations"):
            table = older.tables[name]
            connection.execute(table.insert().values(row(table, plain)))
    migrate(engine)
    with engine.connect() as connection:
        (declaration,) = connection.execute(select(*_new("declarations", "kind", "number"))).mappings().all()
        (operation,) = (
            connection.execute(select(*_new("operations", "immediately", "attempts", "tell_later")))
            .mappings()
            .all()
        )
    assert (declaration["kind"], declaration["number"]) == ("cancel", None)
    assert (operation["immediately"], operation["attempts"], operation["tell_later"]) == (False, 0, False)
    engine.dispose()


def _new(table: str, *columns: str) -> list[Column[Any]]:
    return [metadata.tables[table].c[name] for name in columns]
