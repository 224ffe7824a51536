from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.domain.errors import ConflictError
from bot.ports import Store
from tests.contract.conftest import Backend
from tests.fixtures import builders


def test_what_is_committed_is_there_for_the_next(store: Store) -> None:
    """A committed change is seen by the next unit of work."""
    with store.begin() as work:
        work.customers.put(builders.customer())
        work.commit()
    with store.begin() as work:
        assert work.customers.get("ada") == builders.customer()


def test_leaving_without_commit_rolls_back(store: Store) -> None:
    """Forgetting to commit changes nothing."""
    with store.begin() as work:
        work.customers.put(builders.customer())
    with store.begin() as work:
        assert work.customers.get("ada") is None


def test_an_exception_rolls_back_and_passes_through(store: Store) -> None:
    """A fault half-way undoes the first half, and the store works on."""

    class FaultError(Exception):
        pass

    def fail() -> None:
        with store.begin() as work:
            work.customers.put(builders.customer())
            raise FaultError

    with pytest.raises(FaultError):
        fail()
    with store.begin() as work:
        assert work.customers.all() == []


def test_nothing_goes_through_it_after_the_commit(store: Store) -> None:
    """A write after the commit is refused loudly; it would be lost silently otherwise."""
    with store.begin() as work:
        work.commit()
        with pytest.raises(Exception, match=r"closed|ended"):
            work.customers.put(builders.customer())
        with pytest.raises(ConflictError):
            work.commit()


def test_a_conflict_leaves_the_unit_of_work_usable(populated: Store) -> None:
    """After a ConflictError everything else of the same transaction still stands and can be committed."""
    with populated.begin() as work:
        work.operations.add(builders.operation())
        with pytest.raises(ConflictError):
            work.operations.add(builders.operation("o_2"))
        work.customers.put(builders.customer("bob"))
        work.commit()
    with populated.begin() as work:
        assert [operation.id for operation in work.operations.of_customer("ada")] == ["o_1"]
        assert work.customers.get("bob") is not None


def test_a_row_needs_what_it_refers_to(backend: Backend) -> None:
    """Orphans are refused: a message in no conversation, a receipt of no operation."""
    with pytest.raises(backend.missing_parent), backend.store.begin() as work:
        work.inbox.add(builders.entry())
    with pytest.raises(backend.missing_parent), backend.store.begin() as work:
        work.receipts.add(builders.receipt())
    with pytest.raises(backend.missing_parent), backend.store.begin() as work:
        work.book.put(builders.subscription())


def test_a_locked_customer_is_acted_for_by_one_at_a_time(populated: Store) -> None:
    """Who locks second waits for the first to commit, and then sees what the first did."""
    locked, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with populated.begin() as work:
            work.customers.lock("ada")
            locked.set()
            assert go_on.wait(5)
            work.customers.put(builders.customer(name="First"))
            work.commit()

    def second() -> str:
        assert locked.wait(5)
        go_on.set()
        with populated.begin() as work:
            customer = work.customers.lock("ada")
            assert customer is not None
            return customer.name

    with ThreadPoolExecutor(2) as pool:
        done = pool.submit(first)
        assert pool.submit(second).result() == "First"
        done.result()


def test_locking_nobody_finds_nobody(store: Store) -> None:
    """An unknown customer can be asked for under lock."""
    with store.begin() as work:
        assert work.customers.lock("nobody") is None
