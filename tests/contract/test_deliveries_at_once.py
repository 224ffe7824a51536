"""Several processes at the same deliveries: what one has, no other gets, whoever comes first."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.deliveries import Delivery, DeliveryState
from bot.ports import Store
from tests.contract.conftest import Backend
from tests.contract.racing import PausingStore, overlap, race
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)


@pytest.fixture
def store(backend: Backend) -> PausingStore:
    """Each kind of store in turn, with three conversations of two messages."""
    with backend.store.begin() as work:
        for name in ("c_1", "c_2", "c_3"):
            work.conversations.put(builders.conversation(name))
            for seq in (1, 2):
                work.deliveries.add(Delivery(name, seq, "telegram", START))
        work.commit()
    return PausingStore(backend.store, backend.blocked)


def leased(store: Store, owner: str, now: datetime = START, limit: int = 10) -> list[tuple[str, int]]:
    """Takes what is due for a minute; says which."""
    with store.begin() as work:
        taken = work.deliveries.lease(owner, now, now + timedelta(minutes=1), limit)
        work.commit()
    return [(item.conversation_id, item.seq) for item in taken]


def sent(store: Store, seq: int, owner: str) -> bool:
    """Notes that a message of the first conversation has arrived."""
    with store.begin() as work:
        stored = work.deliveries.put(Delivery("c_1", seq, "telegram", START, state=DeliveryState.SENT), owner)
        work.commit()
    return stored


def test_who_asks_meanwhile_gets_other_conversations(store: PausingStore) -> None:
    """Not the same message, and not the next one of a conversation that another process is at."""
    first, second = overlap(store, lambda: leased(store, "one", limit=2), lambda: leased(store, "two"))
    assert len(first) == 2
    assert {seq for _, seq in [*first, *second]} == {1}
    assert sorted([*first, *second]) == [("c_1", 1), ("c_2", 1), ("c_3", 1)]


def test_while_an_arrival_is_noted_nothing_goes_twice(store: PausingStore) -> None:
    """Who asks in that moment gets the next message of the conversation, or none of it yet."""
    leased(store, "one")
    stored, next_one = overlap(store, lambda: sent(store, 1, "one"), lambda: leased(store, "two"))
    assert stored
    assert next_one in ([], [("c_1", 2)])
    assert sorted([*next_one, *leased(store, "three")]) == [("c_1", 2)]


def test_a_lease_that_ran_out_goes_to_one(store: PausingStore) -> None:
    """Two who find it run out at once: one takes it over, and the dead one's word counts no more."""
    leased(store, "the dead")
    one, two = overlap(store, lambda: leased(store, "one", SOON), lambda: leased(store, "two", SOON))
    assert sorted([*one, *two]) == [("c_1", 1), ("c_2", 1), ("c_3", 1)]
    assert not sent(store, 1, "the dead")


def test_who_is_late_and_who_takes_over_at_once(store: PausingStore) -> None:
    """Noted just before it was taken over, it is not sent again; taken over first, nothing is noted."""
    leased(store, "late", limit=10)
    noted, taken = overlap(store, lambda: sent(store, 1, "late"), lambda: leased(store, "two", SOON))
    assert noted
    assert ("c_1", 1) not in taken
    taken, noted = overlap(store, lambda: leased(store, "three", LATER), lambda: sent(store, 2, "late"))
    assert ("c_1", 2) in taken
    assert not noted


def test_all_of_it_goes_once_and_in_order(backend: Backend) -> None:
    """Five processes until nothing waits: each message once, one of a conversation at a time."""
    store, names = backend.store, [f"c_{number}" for number in range(6)]
    with store.begin() as work:
        for name in names:
            work.conversations.put(builders.conversation(name))
            for seq in range(1, 5):
                work.deliveries.add(Delivery(name, seq, "telegram", START))
        work.commit()
    arrived: dict[str, list[int]] = defaultdict(list)
    busy: set[str] = set()
    lock = threading.Lock()

    def deliver(number: int) -> list[str]:
        owner = f"app {number}"
        doubled: list[str] = []
        while True:
            with store.begin() as work:
                waiting = work.deliveries.count_waiting()
                taken = work.deliveries.lease(owner, START, SOON, 2)
                work.commit()
            if not waiting:
                return doubled
            with lock:
                doubled += [item.conversation_id for item in taken if item.conversation_id in busy]
                busy.update(item.conversation_id for item in taken)
            for item in taken:
                with lock:
                    arrived[item.conversation_id].append(item.seq)
                    busy.discard(item.conversation_id)
                with store.begin() as work:
                    assert work.deliveries.put(replace(item, state=DeliveryState.SENT), owner)
                    work.commit()

    assert race(5, deliver) == [[]] * 5
    assert arrived == {name: [1, 2, 3, 4] for name in names}
