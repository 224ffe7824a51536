from __future__ import annotations

import pytest

from bot.services import visits
from bot.services.visits import TooManySessionsError
from tests.unit.services.world import World


def admit(world: World, count: int, address: str = "192.0.2.1") -> None:
    """So many sessions from an address."""
    for _ in range(count):
        visits.admit(world.deps, address)


def refused(world: World, address: str = "192.0.2.1") -> int:
    """One that is refused; returns the seconds to wait."""
    with pytest.raises(TooManySessionsError) as fault:
        visits.admit(world.deps, address)
    return fault.value.retry_after


def visited(world: World, visitor: str) -> int:
    """How many visits are kept under this name."""
    with world.store.begin() as work:
        return len(work.visits.lock(visitor, world.clock.now()))


def test_one_more_than_may_be(world: World) -> None:
    """The twenty-first from one address within ten minutes is refused; another address is not concerned."""
    admit(world, 20)
    assert refused(world) == 600
    admit(world, 20, "192.0.2.2")


def test_waiting_helps(world: World) -> None:
    """Whole seconds, rounded up; being refused meanwhile costs nothing."""
    admit(world, 20)
    world.clock.advance(seconds=599.5)
    assert [refused(world) for _ in range(5)] == [1] * 5
    world.clock.advance(seconds=0.5)
    admit(world, 20)
    refused(world)


def test_the_day_has_a_limit_of_its_own(world: World) -> None:
    """A hundred at the most, however patient one is."""
    for _ in range(5):
        admit(world, 20)
        world.clock.advance(minutes=10)
    assert refused(world) == 24 * 3600 - 50 * 60
    world.clock.advance(hours=24)
    admit(world, 1)


def test_the_address_is_not_kept(world: World) -> None:
    """Only a digest that needs our key."""
    admit(world, 1)
    assert visited(world, "192.0.2.1") == 0
    assert visited(world, world.deps.hasher.digest("visitor", "192.0.2.1")) == 1


def test_what_is_too_old_to_count_is_forgotten(world: World) -> None:
    """With the next visitor, a day after the last visit; and of who comes back, what is a day old."""
    one, two = (world.deps.hasher.digest("visitor", f"192.0.2.{number}") for number in (1, 2))
    admit(world, 3)
    admit(world, 1, "192.0.2.2")
    world.clock.advance(hours=12)
    admit(world, 1, "192.0.2.2")
    world.clock.advance(hours=12)
    assert (visited(world, one), visited(world, two)) == (3, 2)
    admit(world, 1, "192.0.2.2")
    assert (visited(world, one), visited(world, two)) == (0, 2)
