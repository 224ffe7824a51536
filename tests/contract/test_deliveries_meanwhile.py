"""Deliveries, secrets and roles while others are at them, and what becomes of each over time."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import Delivery, DeliveryState
from bot.ports import Store
from tests.contract.conftest import Backend
from tests.contract.racing import PausingStore, overlap, race
from tests.contract.test_deliveries import LATER, SOON, delivery, leased, put
from tests.fixtures.fakes import START

SENT = DeliveryState.SENT


def test_a_delivery_needs_its_conversation(backend: Backend) -> None:
    """Nothing is on its way to nowhere."""
    with backend.store.begin() as work, pytest.raises(backend.missing_parent):
        work.deliveries.add(delivery(1, "nowhere"))


def test_what_is_not_there_is_not_stored(store: Store) -> None:
    """With an owner or without, to give back or to keep: False, and still nothing there."""
    put(store, delivery(1))
    with store.begin() as work:
        assert not work.deliveries.put(delivery(2))
        assert not work.deliveries.put(delivery(2), "one")
        assert not work.deliveries.extend(delivery(2), "one", SOON)
        assert not work.deliveries.extend(delivery(1), "one", SOON)  # nobody has leased it
        assert work.deliveries.get("c_1", 2) is None


def test_the_longest_due_goes_first(store: Store) -> None:
    """By when it fell due, as many as asked for; the rest is left for the next one."""
    due = {"c_1": 1, "c_2": 3, "c_3": 2}
    put(store, *(delivery(1, name, run_at=START - timedelta(minutes=ago)) for name, ago in due.items()))
    assert leased(store, limit=2) == [("c_2", 1), ("c_3", 1)]
    assert leased(store, limit=2) == [("c_1", 1)]


def test_a_failed_try_gives_the_lease_back(store: Store) -> None:
    """Whoever comes by at its time has it, and who gave it back stores nothing more."""
    put(store, delivery(1), delivery(2))
    leased(store)
    failed = delivery(1, tries=1, run_at=START + timedelta(seconds=1), fault="flood")
    with store.begin() as work:
        assert work.deliveries.put(failed, "one")
        assert not work.deliveries.put(replace(failed, state=SENT), "one")
        assert work.deliveries.get("c_1", 1) == failed
        work.commit()
    assert leased(store, "two") == []
    assert leased(store, "two", failed.run_at) == [("c_1", 1)]


def test_without_an_owner_it_is_stored_whoever_has_it(store: Store) -> None:
    """Staff who send it again: the lease is over, and who had it stores nothing more."""
    put(store, delivery(1))
    leased(store)
    with store.begin() as work:
        assert work.deliveries.put(delivery(1, fault="again"))
        assert not work.deliveries.put(delivery(1, state=SENT), "one")
        assert work.deliveries.get("c_1", 1) == delivery(1, fault="again")
        work.commit()
    assert leased(store, "two") == [("c_1", 1)]


def test_what_is_sent_again_holds_back_what_is_behind_it(store: Store) -> None:
    """Once it waits again, it is the first of its conversation again."""
    put(store, delivery(1, state=DeliveryState.DEAD), delivery(2))
    with store.begin() as work:
        assert work.deliveries.put(delivery(1))
        work.commit()
    assert leased(store) == [("c_1", 1)]


def test_an_expired_lease_is_its_owners_until_somebody_takes_over(store: Store) -> None:
    """Late, but nobody else has begun: what was done still counts."""
    put(store, delivery(1))
    leased(store)
    with store.begin() as work:
        assert work.deliveries.extend(delivery(1, parts_sent=1), "one", LATER)
        assert work.deliveries.put(delivery(1, state=SENT), "one")
        assert work.deliveries.count_waiting() == 0


def test_what_is_being_leased_is_nobody_elses(backend: Backend) -> None:
    """Before the first one has committed already: the second takes another conversation's, never the next.

    Where units of work go side by side it does not wait for the first one either.
    """
    waited: list[bool] = []

    def blocked() -> bool:
        waited.append(backend.blocked())
        return waited[-1]

    store = PausingStore(backend.store, blocked)
    put(store, delivery(1), delivery(2), delivery(1, "c_2", run_at=START - timedelta(seconds=1)))
    one, two = overlap(store, lambda: leased(store, "one", limit=1), lambda: leased(store, "two"))
    assert (one, two) == ([("c_2", 1)], [("c_1", 1)])
    assert any(waited) is (backend.name != "postgres")


def test_what_is_noted_as_sent_meanwhile_is_not_sent_again(backend: Backend) -> None:
    """A lease ran out, and its owner has sent it after all, a moment before another one takes over (P5)."""
    store = PausingStore(backend.store, backend.blocked)
    put(store, delivery(1))
    leased(store)

    def note() -> bool:
        with store.begin() as work:
            stored = work.deliveries.put(delivery(1, state=SENT), "one")
            work.commit()
            return stored

    assert overlap(store, note, lambda: leased(store, "two", SOON)) == (True, [])


def test_all_arrive_once_and_in_order(store: Store) -> None:
    """Six processes, five conversations of six messages: never two of a conversation at a time."""
    put(store, *(delivery(seq, f"c_{number}") for number in range(5) for seq in range(1, 7)))
    busy: set[str] = set()
    arrived: list[tuple[str, int]] = []
    guard = threading.Lock()

    def send(owner: str, item: Delivery) -> None:
        with guard:
            assert item.conversation_id not in busy
            busy.add(item.conversation_id)
            arrived.append((item.conversation_id, item.seq))
        with guard:
            busy.remove(item.conversation_id)
        with store.begin() as work:
            assert work.deliveries.put(replace(item, state=SENT), owner)
            work.commit()

    def work_off(number: int) -> None:
        while True:
            with store.begin() as work:
                found = work.deliveries.lease(f"app {number}", START, SOON, 2)
                work.commit()
            if not found:
                return
            for item in found:
                send(f"app {number}", item)

    race(6, work_off)
    assert len(arrived) == 30
    for number in range(5):
        assert [seq for name, seq in arrived if name == f"c_{number}"] == list(range(1, 7))


def test_what_has_no_end_is_kept(store: Store) -> None:
    """A workspace's token lives until it is removed; a new value brings its own end, or none."""
    with store.begin() as work:
        work.vault.put("token", "first", SOON)
        work.vault.put("token", "second")
        assert work.vault.get("token", LATER) == "second"
        work.vault.put("token", "third", SOON)
        assert work.vault.get("token", SOON) is None
        work.vault.remove("another")


def test_taking_one_removes_what_has_expired_of_all(store: Store) -> None:
    """States of sign-ins that nobody came back from do not pile up; what lives is left alone."""
    with store.begin() as work:
        for name, end in (("over", SOON), ("live", LATER), ("state", LATER), ("token", None)):
            work.vault.put(name, f"value of {name}", end)
        assert work.vault.take("state", SOON) == "value of state"
        assert work.vault.take("state", SOON) is None
        found = {name: work.vault.get(name, START) for name in ("over", "live", "token")}
        assert found == {"over": None, "live": "value of live", "token": "value of token"}


def test_one_of_many_takes_over_a_role(store: Store) -> None:
    """Its time has run out, and six ask at the same instant: one has it, and the old owner is refused."""
    with store.begin() as work:
        assert work.roles.take("poller", "old", SOON, START)
        work.commit()

    def take(number: int) -> bool:
        with store.begin() as work:
            taken = work.roles.take("poller", f"app {number}", LATER, SOON)
            work.commit()
        return taken

    assert sum(race(6, take)) == 1
    with store.begin() as work:
        work.roles.release("poller", "old")
        assert not work.roles.take("poller", "old", LATER, SOON)
