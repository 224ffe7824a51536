from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.unit_of_work import SqlStore
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.stores import sqlite_engine, sqlite_template
from tests.unit.services.script import BASIC, MIDNIGHT, PRO, TEAM
from tests.unit.services.staffed import Staffed
from tests.unit.services.world import World


@pytest.fixture
def world() -> World:
    """Ada has one plan, Max three, Nil none."""
    world = World()
    world.customer("ada", PRO)
    world.customer("max", BASIC, PRO, TEAM)
    world.customer("nil")
    return world


@pytest.fixture
def months(world: World) -> World:
    """Eve's plan renews at midnight, so that each period is a month of the calendar; it is 10 March."""
    world.customer("eve", PRO, anchor=MIDNIGHT)
    return world


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    return sqlite_template(tmp_path_factory.mktemp("services"))


@pytest.fixture
def staffed(template: Path, tmp_path: Path) -> Iterator[Staffed]:
    """A company whose staff work on a fresh copy of it."""
    with sqlite_engine(template, tmp_path) as engine:
        yield Staffed(World(store=SqlStore(engine, PlainSealer())))
