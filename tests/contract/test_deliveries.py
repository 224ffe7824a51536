from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.deliveries import Delivery, DeliveryState
from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)


def delivery(seq: int, conversation_id: str = "c_1", **fields: Any) -> Delivery:
    """A message on its way."""
    return replace(Delivery(conversation_id, seq, "telegram", START), **fields)


def put(store: Store, *deliveries: Delivery) -> None:
    """Puts conversations and what is on its way in them."""
    with store.begin() as work:
        for name in {item.conversation_id for item in deliveries}:
            work.conversations.put(builders.conversation(name))
        for item in deliveries:
            work.deliveries.add(item)
        work.commit()


def leased(store: Store, owner: str = "one", now: datetime = START, limit: int = 10) -> list[tuple[str, int]]:
    """Takes what is due for a minute; says which."""
    with store.begin() as work:
        taken = work.deliveries.lease(owner, now, now + timedelta(minutes=1), limit)
        work.commit()
    return [(item.conversation_id, item.seq) for item in taken]


def test_the_oldest_of_each_conversation_goes_first(store: Store) -> None:
    """One message a conversation at a time, whatever the order they were put in."""
    put(store, delivery(3), delivery(2), delivery(1, "c_2"), delivery(2, "c_2"))
    assert sorted(leased(store)) == [("c_1", 2), ("c_2", 1)]
    assert leased(store, "two") == []


def test_nothing_overtakes_what_waits(store: Store) -> None:
    """A message that is to be tried again later holds back those behind it, and no other conversation."""
    put(store, delivery(1, run_at=SOON), delivery(2), delivery(1, "c_2"))
    assert leased(store) == [("c_2", 1)]
    assert sorted(leased(store, now=SOON)) == [("c_1", 1), ("c_2", 1)]


def test_the_next_one_goes_when_the_first_has_arrived(store: Store) -> None:
    """Sent, dead or doubtful, it is in nobody's way any more."""
    states = (DeliveryState.SENT, DeliveryState.DEAD, DeliveryState.DOUBTFUL)
    put(store, *(delivery(seq) for seq in range(1, 5)))
    for seq, state in enumerate(states, start=1):
        assert leased(store) == [("c_1", seq)]
        with store.begin() as work:
            assert work.deliveries.put(delivery(seq, state=state), "one")
            work.commit()
    assert leased(store) == [("c_1", 4)]


def test_a_lease_that_ran_out_is_taken_over(store: Store) -> None:
    """A dead process's message is sent by another one; the dead one stores nothing any more."""
    put(store, delivery(1))
    assert leased(store) == [("c_1", 1)]
    assert leased(store, "two", SOON) == [("c_1", 1)]
    sent = delivery(1, state=DeliveryState.SENT)
    with store.begin() as work:
        assert not work.deliveries.put(sent, "one")
        assert not work.deliveries.extend(sent, "one", LATER)
        assert work.deliveries.get("c_1", 1) == delivery(1)
        assert work.deliveries.put(sent, "two")
        assert work.deliveries.get("c_1", 1) == sent


def test_a_lease_can_be_kept(store: Store) -> None:
    """Between the parts of a long message: how far it got is stored, and nobody else takes it."""
    put(store, delivery(1))
    leased(store)
    with store.begin() as work:
        assert work.deliveries.extend(delivery(1, parts_sent=1), "one", LATER)
        work.commit()
    assert leased(store, "two", SOON) == []
    assert leased(store, "two", LATER) == [("c_1", 1)]
    with store.begin() as work:
        found = work.deliveries.get("c_1", 1)
    assert found is not None
    assert found.parts_sent == 1


def test_everything_about_it_is_kept(store: Store) -> None:
    """What comes out is what was put in."""
    whole = delivery(1, once=True, begun=True, tries=3, parts_sent=2, fault="flood", run_at=SOON)
    put(store, whole)
    with store.begin() as work:
        assert work.deliveries.get("c_1", 1) == whole
        assert work.deliveries.get("c_1", 2) is None
        assert work.deliveries.count_waiting() == 1


def test_what_was_not_delivered_is_listed(store: Store) -> None:
    """Dead and doubtful, the oldest first, and nothing that waits or has arrived."""
    put(
        store,
        delivery(1, state=DeliveryState.DEAD, run_at=SOON),
        delivery(2, state=DeliveryState.DOUBTFUL),
        delivery(3, state=DeliveryState.SENT),
        delivery(4),
    )
    with store.begin() as work:
        assert [item.seq for item in work.deliveries.undelivered()] == [2, 1]
        assert [item.seq for item in work.deliveries.undelivered(1)] == [2]
        assert work.deliveries.count_waiting() == 1


def test_many_at_once_share_without_doubling(store: Store) -> None:
    """Eight processes ask together: nobody gets what another has, nor the next one of its conversation."""
    put(store, *(delivery(seq, f"c_{number}") for number in range(12) for seq in (1, 2)))
    taken = [item for found in race(8, lambda n: leased(store, f"app {n}", limit=3)) for item in found]
    taken += leased(store, "the last", limit=24)
    assert len(taken) == len(set(taken)) == 12
    assert {seq for _, seq in taken} == {1}
