from __future__ import annotations

import pytest

from bot.domain.errors import ConflictError
from bot.services.billing_setup import Addresses, settle
from bot.system import SystemIds
from tests.fixtures import builders
from tests.fixtures.fakes import FakeClock
from tests.fixtures.memory_store import MemoryStore


@pytest.fixture
def store() -> MemoryStore:
    """With `ada` and `bob`, and two customers who share an address."""
    made = MemoryStore()
    with made.begin() as work:
        for ref in ("ada", "bob"):
            work.customers.put(builders.customer(ref))
        for ref in ("max", "moritz"):
            work.customers.put(builders.customer(ref, email="both@example.com"))
        work.commit()
    return made


def test_whose_an_address_is(store: MemoryStore) -> None:
    """And which one somebody has."""
    addresses = Addresses(store)
    assert addresses.ref_of("ada@example.com") == "ada"
    assert addresses.ref_of("nobody@example.com") is None
    assert addresses.email_of("bob") == "bob@example.com"
    assert addresses.email_of("nobody") is None


def test_an_address_of_two_is_not_given_for_both(store: MemoryStore) -> None:
    """It does not tell one from the other, so at most one of them is found by it."""
    addresses = Addresses(store)
    assert [addresses.email_of(ref) for ref in ("max", "moritz")] == ["both@example.com", None]


def test_a_database_has_one_name(store: MemoryStore) -> None:
    """The same at every start, for each billing system; another database has another."""
    clock, ids = FakeClock(), SystemIds()
    name = settle(store, clock, ids, "stripe", "test")
    assert len(name) == 6
    clock.advance(days=400)
    assert settle(store, clock, ids, "stripe", "test") == name
    assert settle(store, clock, ids, "http", "live") != name
    assert settle(MemoryStore(), clock, ids, "stripe", "test") != name


@pytest.mark.parametrize(("first", "then"), [("test", "live"), ("live", "test")])
def test_a_database_stays_with_one_mode(store: MemoryStore, first: str, then: str) -> None:
    """Test customers and real ones must never meet; it goes on as it was."""
    clock, ids = FakeClock(), SystemIds()
    name = settle(store, clock, ids, "stripe", first)
    with pytest.raises(ConflictError, match=f"{first} mode"):
        settle(store, clock, ids, "stripe", then)
    assert settle(store, clock, ids, "stripe", first) == name
