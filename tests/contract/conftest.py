"""Every test here runs on each store, and those of billing on each provider."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from bot.ports import Store
from bot.store.engine import open_engine
from bot.store.migrations import migrate
from tests.contract.backends import BACKENDS, Backend, opened
from tests.contract.providers import PROVIDERS
from tests.contract.world import World
from tests.fixtures import builders
from tests.fixtures.billing_process import BillingServer
from tests.fixtures.builders import populate
from tests.fixtures.stores import POSTGRES, OperationalError, postgres_database, sqlite_template

__all__ = ["Backend"]


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


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/fairwell.db"
    else:
        request.getfixturevalue("postgres")  # skips, or fails, where there is no server
        with postgres_database() as url:
            yield url


@pytest.fixture(params=[pytest.param(name, marks=marks) for name, marks in BACKENDS.items()])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    """Each kind of store in turn, empty."""
    with opened(request.param, request, tmp_path) as made:
        yield made


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


@pytest.fixture(scope="session")
def billing_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BillingServer]:
    """The example billing system, running."""
    with BillingServer(tmp_path_factory.mktemp("billing")) as server:
        yield server


@pytest.fixture(params=[pytest.param(name, marks=entry.marks) for name, entry in PROVIDERS.items()])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Each billing provider in turn, at which `ada` has one active subscription."""
    with PROVIDERS[request.param].opened(request, tmp_path) as made:
        made.give(builders.subscription())
        yield made


@pytest.fixture(
    params=[pytest.param(name, marks=entry.marks) for name, entry in PROVIDERS.items() if entry.elsewhere]
)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Only those that pay back and note reasons themselves: the book leaves both to what is around it."""
    with PROVIDERS[request.param].opened(request, tmp_path) as made:
        made.give(builders.subscription())
        yield made
