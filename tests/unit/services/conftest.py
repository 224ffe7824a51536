from __future__ import annotations

import pytest

from tests.unit.services.script import BASIC, PRO, TEAM
from tests.unit.services.world import World


@pytest.fixture
def world() -> World:
    """Ada has one plan, Max three, Nil none."""
    world = World()
    world.customer("ada", PRO)
    world.customer("max", BASIC, PRO, TEAM)
    world.customer("nil")
    return world
