"""A tenth of the chaos run for money: fifty cancellations on each database; tests/soak has all of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.fixtures.dying import boundaries, reckoning
from tests.fixtures.dying.run import Chaos
from tests.fixtures.stores import OperationalError, postgres_database

CANCELLATIONS = 50


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """A file that is not there yet."""
    return f"sqlite:///{tmp_path}/fairwell.db"


@pytest.fixture
def postgresql() -> Iterator[str]:
    """An empty database."""
    try:
        with postgres_database() as url:
            yield url
    except OperationalError:
        pytest.skip("no PostgreSQL server")


def live_through(folder: Path, database: str, seed: int, cancellations: int, deaths: int) -> None:
    """One effect and one receipt each, none lost, whatever failed; and everything has failed.

    A process dies at least `deaths` times at each boundary. What happened is printed.
    """
    began = time.monotonic()
    with closing(Chaos(folder, database, seed, sorted(boundaries.names()), deaths)) as chaos:
        chaos.run(cancellations)
        figures = reckoning.figures(chaos, time.monotonic() - began)
        print(json.dumps(figures))  # noqa: T201 - figures are wanted
        assert not list(reckoning.complaints(chaos)), f"seed {seed}"
    assert not chaos.missing
    assert chaos.jumps
    assert figures["receipts"]["cancel"] >= cancellations


@pytest.mark.timeout(1200)
def test_on_sqlite(tmp_path: Path, sqlite: str) -> None:
    """Killed at every boundary, two replicas, every fault of the billing system, clocks that jump."""
    live_through(tmp_path, sqlite, 20261126, CANCELLATIONS, deaths=1)


@pytest.mark.postgres
@pytest.mark.timeout(1200)
def test_on_postgresql(tmp_path: Path, postgresql: str) -> None:
    """The same, where replicas really work at the same time."""
    live_through(tmp_path, postgresql, 20261127, CANCELLATIONS, deaths=1)
