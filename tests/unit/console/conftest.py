from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from bot.store.unit_of_work import SqlStore
from console import oidc
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.stores import sqlite_engine, sqlite_template
from tests.unit.console.elsewhere import Elsewhere
from tests.unit.console.office import Office


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file."""
    return sqlite_template(tmp_path_factory.mktemp("console"))


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Iterator[SqlStore]:
    """A fresh copy."""
    with sqlite_engine(template, tmp_path) as engine:
        yield SqlStore(engine, PlainSealer())


@pytest.fixture
def office(store: SqlStore, tmp_path: Path) -> Office:
    """With the demo's customers."""
    return Office(tmp_path, store)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """What the console's client reaches."""
    made = Elsewhere()
    calls = partial(httpx.AsyncClient, transport=httpx.MockTransport(made.answer))
    monkeypatch.setattr(httpx, "AsyncClient", calls)
    monkeypatch.setattr(oidc, "AsyncOAuth2Client", made.client)
    return made
