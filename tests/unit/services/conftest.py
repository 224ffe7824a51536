from __future__ import annotations

import pytest

from tests.unit.services.script import BASIC, MIDNIGHT, PRO, TEAM
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
