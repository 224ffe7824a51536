from __future__ import annotations

import pytest

from tests.unit.services.world import BASIC, PRO, TEAM, World


@pytest.fixture
def world() -> World:
    """Ada has one plan, Max three, Nil none."""
    world = World()
    world.customer("ada", PRO)
    world.customer("max", BASIC, PRO, TEAM)
    world.customer("nil")
    return world
