from __future__ import annotations

from bot.ports import Store
from bot.services.billing_setup import settle
from bot.system import SystemIds
from tests.contract.racing import race
from tests.fixtures.fakes import FakeClock


def test_processes_that_start_together_find_one_name(store: Store) -> None:
    """Marks of one database must not look like those of two."""
    clock, ids = FakeClock(), SystemIds()
    assert len(set(race(6, lambda _: settle(store, clock, ids, "stripe", "test")))) == 1
