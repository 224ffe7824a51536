from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot.domain.errors import ConflictError
from bot.store import unit_of_work
from bot.store.unit_of_work import SqlStore
from tests.fixtures import builders
from tests.fixtures.fakes import PlainSealer


def test_a_unit_of_work_inside_another_fails_instead_of_waiting_for_ever(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite there is one writer; whoever nests by mistake is told, and the outer one goes on."""
    monkeypatch.setattr(unit_of_work, "LOCK_SECONDS", 0.01)
    store = SqlStore(engine, PlainSealer())
    with store.begin() as work:
        with pytest.raises(ConflictError, match="has held the database"):
            store.begin().__enter__()
        work.customers.put(builders.customer())
        work.commit()
    with store.begin() as work:
        assert work.customers.get("ada") is not None


def test_a_database_that_cannot_be_opened_holds_up_nobody(engine: Engine, tmp_path: Path) -> None:
    """The fault comes through each time; the next try is not kept waiting by the one before."""
    engine.dispose()
    database = tmp_path / "fairwell.db"
    hidden = database.rename(tmp_path / "hidden")
    database.mkdir()
    store = SqlStore(engine, PlainSealer())
    for _ in range(2):
        with pytest.raises(OperationalError):
            store.begin().__enter__()
    database.rmdir()
    hidden.rename(database)
    with store.begin() as work:
        assert work.customers.all() == []
