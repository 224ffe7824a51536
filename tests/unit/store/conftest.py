from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.fixtures.stores import sqlite_engine, sqlite_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    return sqlite_template(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def engine(template: Path, tmp_path: Path) -> Iterator[Engine]:
    """On a fresh copy of it."""
    with sqlite_engine(template, tmp_path) as engine:
        yield engine
