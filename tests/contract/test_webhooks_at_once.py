"""Several processes at the same webhooks: each delivery has one owner, each event one row."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.deliveries import DeliveryState
from bot.ports import Store
from tests.contract.conftest import Backend
from tests.contract.racing import PausingStore, overlap, race
from tests.fixtures.builders import webhook_delivery, webhook_endpoint, webhook_event
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)


def lease(store: Store, owner: str, limit: int) -> list[str]:
    """Takes what is due; says which."""
    with store.begin() as work:
        taken = [item.event_id for item in work.webhooks.lease("W-1", owner, START, SOON, limit)]
        work.commit()
    return taken


def deliveries(store: Store, count: int) -> None:
    """So many events on their way to one endpoint."""
    with store.begin() as work:
        work.webhooks.put_endpoint(webhook_endpoint())
        for number in range(count):
            work.webhooks.add_event(webhook_event(f"e_{number}"))
            work.webhooks.add(webhook_delivery(f"e_{number}"))
        work.commit()


def test_two_owners_never_have_the_same_delivery(store: Store) -> None:
    """Six take from thirty at once: each has one owner, and none is left."""
    deliveries(store, 30)

    def take(number: int) -> list[str]:
        taken: list[str] = []
        while found := lease(store, f"owner {number}", 3):
            taken += found
        return taken

    everything = [name for taken in race(6, take) for name in taken]
    assert len(everything) == len(set(everything)) == 30


def test_the_same_event_from_two_is_one(store: Store) -> None:
    """Ten at once: one adds it."""

    def add(number: int) -> bool:
        with store.begin() as work:
            added = work.webhooks.add_event(webhook_event(f"e_{number}", key="the same"))
            work.commit()
            return added

    assert sum(race(10, add)) == 1


def test_a_removal_holds_up_nobody_who_tells_something(backend: Backend) -> None:
    """What is told in that moment is left over, is sent to nobody, and ends with its time."""
    deliveries(backend.store, 1)
    store = PausingStore(backend.store, backend.blocked)

    def remove() -> None:
        with store.begin() as work:
            work.webhooks.remove_endpoint("W-1")
            work.commit()

    def tell() -> None:
        with store.begin() as work:
            work.webhooks.add_event(webhook_event("e_9"))
            work.webhooks.add(webhook_delivery("e_9"))
            work.commit()

    overlap(store, remove, tell)
    with backend.store.begin() as work:
        assert work.webhooks.endpoints() == []
        assert [item.event_id for item, _, _ in work.webhooks.listed()] == ["e_9"]


def test_two_endpoints_answers_of_410_do_not_wait_for_each_other_for_ever(backend: Backend) -> None:
    """Two processes note that the same endpoint is gone, while each has one of its deliveries."""
    deliveries(backend.store, 6)
    for owner in ("one", "two"):
        assert len(lease(backend.store, owner, 2)) == 2
    store = PausingStore(backend.store, backend.blocked)

    def gone(owner: str, event: str) -> None:
        with store.begin() as work:
            work.webhooks.lock_endpoint("W-1")
            work.webhooks.put(webhook_delivery(event, state=DeliveryState.DEAD), owner)
            work.webhooks.bury("W-1", START, "gone")
            work.commit()

    overlap(store, lambda: gone("one", "e_0"), lambda: gone("two", "e_2"))
    with backend.store.begin() as work:
        assert work.webhooks.standing()["W-1"].dead == 4
