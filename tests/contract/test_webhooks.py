"""Webhooks on every store: endpoints, events, and the deliveries of these to those."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.webhooks import Attempt, EndpointState, EventType, WebhookDelivery
from bot.ports import Store
from bot.ports.webhooks import Standing
from tests.contract.conftest import Backend
from tests.fixtures.builders import webhook_delivery, webhook_endpoint, webhook_event
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)
DEAD, SENT, WAITING = DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.WAITING


def told(store: Store, *deliveries: WebhookDelivery, events: int = 3) -> None:
    """The events `e_1` … and deliveries of them."""
    with store.begin() as work:
        for number in range(1, events + 1):
            at = START + timedelta(hours=number)
            work.webhooks.add_event(webhook_event(f"e_{number}", occurred_at=at))
        for item in deliveries:
            work.webhooks.add(item)
        work.commit()


def test_endpoints_are_kept(store: Store) -> None:
    """With all their secrets and what they want, oldest first; replaced as a whole."""
    first = webhook_endpoint(events=(EventType.UNDONE, EventType.DECLARED), words=True)
    second = webhook_endpoint("W-2", created_at=SOON)
    with store.begin() as work:
        work.webhooks.put_endpoint(second)
        work.webhooks.put_endpoint(first)
        assert list(work.webhooks.endpoints()) == [first, second]
        assert work.webhooks.endpoint("W-2") == work.webhooks.lock_endpoint("W-2") == second
        assert work.webhooks.endpoint("W-3") is work.webhooks.lock_endpoint("W-3") is None
        off = replace(first, state=EndpointState.DISABLED, why="410", secrets=(), url="https://example.org")
        work.webhooks.put_endpoint(off)
        assert work.webhooks.endpoint("W-1") == off


def test_a_removed_endpoint_takes_its_deliveries_along(store: Store) -> None:
    """And no other's."""
    told(store, webhook_delivery(), webhook_delivery(endpoint="W-2"))
    with store.begin() as work:
        work.webhooks.put_endpoint(webhook_endpoint())
        work.webhooks.remove_endpoint("W-1")
        work.webhooks.remove_endpoint("W-1")
        assert list(work.webhooks.endpoints()) == []
        assert work.webhooks.get("e_1", "W-1") is None
        assert work.webhooks.get("e_1", "W-2") is not None


def test_an_event_is_kept_once_for_its_key(store: Store) -> None:
    """The same key again changes nothing."""
    event = webhook_event(words="too expensive")
    with store.begin() as work:
        assert work.webhooks.add_event(event)
        assert not work.webhooks.add_event(webhook_event("e_2", key=event.key))
        assert work.webhooks.event("e_1") == event
        assert work.webhooks.event("e_2") is None


def test_a_delivery_is_of_an_event_that_is_there(backend: Backend) -> None:
    """Its endpoint need not be: who removes one must not fail a turn that tells it something."""
    with pytest.raises(backend.missing_parent), backend.store.begin() as work:
        work.webhooks.add(webhook_delivery())
    told(backend.store, webhook_delivery(endpoint="W-9"))


def test_a_delivery_is_leased_once(store: Store) -> None:
    """To one owner, while its time runs; longest due first, as many as asked for, of one endpoint only."""
    told(
        store,
        webhook_delivery("e_1", run_at=SOON),
        webhook_delivery("e_2"),
        webhook_delivery("e_3", run_at=START - timedelta(minutes=1)),
        webhook_delivery("e_1", "W-2"),
    )
    with store.begin() as work:
        lease = work.webhooks.lease
        assert work.webhooks.due(START - timedelta(seconds=1)) == ["W-1"]
        assert work.webhooks.due(START) == ["W-1", "W-2"]
        assert [item.event_id for item in lease("W-1", "one", START, SOON, 1)] == ["e_3"]
        assert [item.event_id for item in lease("W-1", "two", START, SOON, 9)] == ["e_2"]
        assert list(lease("W-1", "three", START, SOON, 9)) == []
        assert [item.event_id for item in lease("W-1", "four", SOON, LATER, 9)] == ["e_3", "e_2", "e_1"]
        assert [item.id for item in lease("W-2", "one", START, SOON, 9)] == ["e_1:W-2"]
        assert work.webhooks.due(START) == []


def test_only_who_has_the_lease_says_how_it_stands(store: Store) -> None:
    """And gives it back with that; with all attempts, each as it was."""
    attempts = (Attempt(START, 500, "status 500"), Attempt(SOON, None, "not reached"), Attempt(LATER, 204))
    told(store, webhook_delivery())
    with store.begin() as work:
        (item,) = work.webhooks.lease("W-1", "one", START, SOON, 9)
        waits = replace(item, run_at=LATER, tries=3, fault="not reached", attempts=attempts)
        assert not work.webhooks.put(waits, "two")
        assert work.webhooks.get("e_1", "W-1") == item
        assert work.webhooks.put(waits, "one")
        assert work.webhooks.get("e_1", "W-1") == waits
        assert not work.webhooks.put(item, "one")
        assert list(work.webhooks.lease("W-1", "two", SOON, LATER, 9)) == []
        assert list(work.webhooks.lease("W-1", "two", LATER, LATER, 9)) == [waits]


@pytest.mark.parametrize("state", [DEAD, SENT])
def test_what_is_over_is_not_leased(store: Store, state: DeliveryState) -> None:
    """Until it is put on its way again, from the first try on, with its history."""
    over = webhook_delivery(state=state, tries=10, fault="x", attempts=(Attempt(START, 500, "x"),))
    told(store, over)
    with store.begin() as work:
        assert list(work.webhooks.lease("W-1", "one", LATER, LATER, 9)) == []
        assert work.webhooks.again("e_1", "W-1", SOON)
        anew = replace(over, state=WAITING, tries=0, fault=None, run_at=SOON)
        assert list(work.webhooks.lease("W-1", "one", SOON, LATER, 9)) == [anew]
        assert not work.webhooks.again("e_1", "W-1", SOON)  # somebody is at it
        assert work.webhooks.again("e_1", "W-1", LATER)
        assert not work.webhooks.again("e_9", "W-1", LATER)


def test_all_since_a_time_go_again(store: Store) -> None:
    """Arrived, dead or never told; not what waits, what is older, or what is of another kind."""
    told(
        store,
        webhook_delivery("e_2", state=SENT),
        webhook_delivery("e_3", run_at=LATER, tries=2),
        webhook_delivery("e_4", "W-2", state=DEAD),
        events=5,
    )
    with store.begin() as work:
        other = webhook_event("e_6", kind=EventType.UNDONE, occurred_at=START + timedelta(hours=6))
        work.webhooks.add_event(other)
        since = START + timedelta(hours=2)
        assert work.webhooks.replay("W-1", [EventType.COMPLETED], since, SOON) == 3
        assert work.webhooks.replay("W-1", [EventType.COMPLETED], since, SOON) == 0
        found = {item.event_id: item for item, _, _ in work.webhooks.listed(endpoint_id="W-1")}
        assert found == {
            "e_2": webhook_delivery("e_2", run_at=SOON),
            "e_3": webhook_delivery("e_3", run_at=LATER, tries=2),
            "e_4": webhook_delivery("e_4", run_at=SOON),
            "e_5": webhook_delivery("e_5", run_at=SOON),
        }
        assert work.webhooks.get("e_4", "W-2") == webhook_delivery("e_4", "W-2", state=DEAD)


def test_what_waits_is_buried(store: Store) -> None:
    """Of that endpoint, but for what somebody is at."""
    told(store, *(webhook_delivery(f"e_{number}") for number in (1, 2)), webhook_delivery("e_3", state=SENT))
    with store.begin() as work:
        work.webhooks.add(webhook_delivery("e_1", "W-2"))
        work.webhooks.lease("W-1", "one", START, LATER, 1)
        assert work.webhooks.bury("W-1", SOON, "disabled") == 1
        dead = webhook_delivery("e_2", state=DEAD, run_at=SOON, fault="disabled")
        assert [item for item, _, _ in work.webhooks.listed(state=DEAD)] == [dead]
        assert work.webhooks.standing() == {"W-1": Standing(1, 1), "W-2": Standing(1, 0)}


def test_deliveries_are_listed_as_it_happened(store: Store) -> None:
    """By state, endpoint and time; with what they tell, and when that was."""
    told(
        store,
        webhook_delivery("e_2", "W-2", state=DEAD),
        webhook_delivery("e_2", state=DEAD),
        webhook_delivery("e_1", state=DEAD),
        webhook_delivery("e_3"),
    )
    with store.begin() as work:
        listed = work.webhooks.listed
        assert [item.id for item, _, _ in listed()] == ["e_1:W-1", "e_2:W-1", "e_2:W-2", "e_3:W-1"]
        assert [item.id for item, _, _ in listed(state=DEAD, limit=2)] == ["e_1:W-1", "e_2:W-1"]
        assert [item.id for item, _, _ in listed(endpoint_id="W-2")] == ["e_2:W-2"]
        found = listed(since=START + timedelta(hours=3))
        at = START + timedelta(hours=3)
        assert [(item.id, kind, when) for item, kind, when in found] == [("e_3:W-1", EventType.COMPLETED, at)]
