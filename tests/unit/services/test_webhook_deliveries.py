"""Deliveries: each endpoint's by itself, again after growing waits, dead, and sent again by staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.webhooks import MAX_TRIES, Attempt, Endpoint, EventType
from bot.services import webhook_deliveries, webhook_endpoints
from bot.services.webhook_deliveries import OutgoingEvent
from tests.fixtures.webhooks import endpoint, events
from tests.unit.services.script import CANCEL, UNDO
from tests.unit.services.world import World

HOLDS = timedelta(seconds=30)
DEAD, SENT, WAITING = DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.WAITING


def lease(
    world: World, owner: str = "one", busy: Mapping[str, int] | None = None, most: int = 100
) -> Sequence[OutgoingEvent]:
    """Takes what is due."""
    return webhook_deliveries.lease(world.deps, owner, HOLDS, busy or {}, most)


def take(world: World, owner: str = "one") -> OutgoingEvent:
    """Takes the one that is due."""
    (outgoing,) = lease(world, owner)
    return outgoing


def fail(world: World, outgoing: OutgoingEvent, status: int = 500, owner: str = "one") -> DeliveryState:
    """The endpoint does not take it."""
    return webhook_deliveries.failed(world.deps, outgoing, owner, f"status {status}", status)


def cancelled(world: World, *kinds: EventType) -> Endpoint:
    """An endpoint that is to hear that Ada has cancelled."""
    made = endpoint(world.deps, *(kinds or (EventType.COMPLETED,)))
    world.chat("ada").say("cancel", CANCEL)
    return made


def state(world: World, outgoing: OutgoingEvent) -> DeliveryState:
    """How one stands."""
    found = webhook_deliveries.shown(world.deps, outgoing.event.id, outgoing.endpoint.id)
    return found.delivery.state


def test_what_is_sent_is_done(world: World) -> None:
    """With a note of when and what was answered."""
    made = cancelled(world)
    outgoing = take(world)
    assert (outgoing.endpoint, outgoing.event) == (made, events(world.deps)[0])
    assert lease(world, "two") == []
    webhook_deliveries.sent(world.deps, outgoing, "one", 204)
    world.clock.advance(days=10)
    assert lease(world) == []
    (listed,) = webhook_deliveries.of_endpoint(world.deps, made.id)
    assert listed.delivery.attempts == (Attempt(outgoing.delivery.run_at, 204),)
    assert (listed.kind, listed.delivery.state) == (EventType.COMPLETED, SENT)


def test_what_is_not_taken_is_tried_until_it_is_dead(world: World) -> None:
    """Ten times, each noted; always under the same id."""
    cancelled(world)
    tried, left = [], []
    for _ in range(MAX_TRIES):
        outgoing = take(world)
        tried.append(outgoing.event.id)
        left.append(fail(world, outgoing))
        world.clock.advance(days=2)
    assert left == [WAITING] * (MAX_TRIES - 1) + [DEAD]
    assert len(set(tried)) == 1
    assert lease(world) == []
    (listed,) = webhook_deliveries.dead(world.deps)
    assert (listed.delivery.fault, len(listed.delivery.attempts)) == ("status 500", MAX_TRIES)


def test_a_wait_is_waited(world: World) -> None:
    """Nothing before its time, and not before the endpoint's own."""
    cancelled(world)
    webhook_deliveries.failed(world.deps, take(world), "one", "status 503", 503, timedelta(hours=1))
    world.clock.advance(minutes=59)
    assert lease(world) == []
    world.clock.advance(minutes=1)
    assert len(lease(world)) == 1


def test_who_died_is_taken_over(world: World) -> None:
    """After its lease, under the same id; what it says later counts no more."""
    cancelled(world)
    first = take(world, "dead")
    world.clock.advance(seconds=30)
    second = take(world, "alive")
    assert second.event == first.event
    webhook_deliveries.sent(world.deps, first, "dead", 200)
    assert state(world, first) is WAITING
    webhook_deliveries.sent(world.deps, second, "alive", 200)
    assert state(world, first) is SENT
    assert fail(world, first, owner="dead") is WAITING
    assert state(world, first) is SENT


def test_each_endpoint_has_room_of_its_own(world: World) -> None:
    """One that is busy gets nothing more; the others do."""
    slow, quick = endpoint(world.deps, EventType.DECLARED), endpoint(world.deps, EventType.DECLARED)
    for _ in range(4):
        world.chat("ada").say("cancel", CANCEL)
    taken = [item.endpoint.id for item in lease(world, busy={slow.id: 2}, most=3)]
    assert sorted(taken) == sorted([slow.id, *[quick.id] * 3])
    assert [item.endpoint.id for item in lease(world, busy={slow.id: 3, quick.id: 3}, most=3)] == []


def test_an_endpoint_that_is_gone_is_told_nothing_any_more(world: World) -> None:
    """410: it is disabled, and what waits for it is dead; what others wait for is not."""
    made, other = endpoint(world.deps), endpoint(world.deps)
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    first = next(item for item in lease(world, most=1) if item.endpoint == made)
    assert fail(world, first, 410) is DEAD
    (gone, still) = webhook_endpoints.listed(world.deps)
    assert (gone.endpoint.active, gone.endpoint.why) == (False, "it answered 410 Gone")
    assert (gone.standing.waiting, gone.standing.dead) == (0, 2)
    assert (still.endpoint, still.standing.waiting) == (other, 2)
    chat.say("undo", UNDO)
    assert {item.endpoint.id for item in lease(world)} == {other.id}


def test_what_was_under_way_when_it_was_disabled(world: World) -> None:
    """If it arrives it has arrived; else it is dead, and nobody tries again."""
    made = cancelled(world, EventType.DECLARED, EventType.COMPLETED)
    first, second = lease(world)
    assert webhook_endpoints.disable(world.deps, made.id) == 0
    webhook_deliveries.sent(world.deps, first, "one", 200)
    assert fail(world, second) is DEAD
    assert (state(world, first), state(world, second)) == (SENT, DEAD)


def test_an_endpoint_that_was_removed_meanwhile(world: World) -> None:
    """Whatever it answered, there is nothing left to note."""
    for status in (500, 410):
        made = cancelled(world, EventType.DECLARED)
        outgoing = take(world)
        webhook_endpoints.remove(world.deps, made.id)
        assert fail(world, outgoing, status) is DEAD
        with pytest.raises(NotFoundError):
            webhook_deliveries.of_endpoint(world.deps, made.id)


def test_one_is_sent_again(world: World) -> None:
    """Dead or arrived, under the same id, with all its tries before it; one that waits is tried now."""
    made = cancelled(world)
    outgoing = take(world)
    name = (outgoing.event.id, made.id)
    with pytest.raises(ConflictError, match="is being sent"):
        webhook_deliveries.send_again(world.deps, *name)
    fail(world, outgoing)
    assert lease(world) == []
    webhook_deliveries.send_again(world.deps, *name)
    again = take(world)
    assert (again.event, again.delivery.tries, len(again.delivery.attempts)) == (outgoing.event, 0, 1)
    webhook_deliveries.sent(world.deps, again, "one", 200)
    webhook_deliveries.send_again(world.deps, *name)
    webhook_deliveries.sent(world.deps, take(world), "one", 200)
    shown = webhook_deliveries.shown(world.deps, *name)
    assert [attempt.status for attempt in shown.delivery.attempts] == [500, 200, 200]


def test_what_can_not_be_sent_again(world: World) -> None:
    """What is not there, and what would go nowhere."""
    made = cancelled(world)
    name = take(world).event.id
    for event_id, endpoint_id in (("e_0", made.id), (name, "W-0")):
        with pytest.raises(NotFoundError):
            webhook_deliveries.send_again(world.deps, event_id, endpoint_id)
    webhook_endpoints.disable(world.deps, made.id)
    with pytest.raises(ConflictError, match="disabled"):
        webhook_deliveries.send_again(world.deps, name, made.id)
    with pytest.raises(ConflictError, match="disabled"):
        webhook_deliveries.replay(world.deps, made.id, world.clock.now())


def test_all_since_a_time_is_sent_again(world: World) -> None:
    """Also to an endpoint that was not there yet: what it wants to be told, and no test of another."""
    first = cancelled(world, EventType.DECLARED, EventType.COMPLETED, EventType.UNDONE)
    webhook_endpoints.test(world.deps, first.id)
    for outgoing in lease(world):
        webhook_deliveries.sent(world.deps, outgoing, "one", 200)
    since = world.clock.advance(hours=1)
    world.chat("ada").say("undo", UNDO)
    late = endpoint(world.deps, EventType.COMPLETED, EventType.UNDONE)
    assert webhook_deliveries.replay(world.deps, late.id, since - timedelta(hours=2)) == 2
    assert webhook_deliveries.replay(world.deps, late.id, since) == 0  # on its way already
    assert webhook_deliveries.replay(world.deps, first.id, since - timedelta(hours=2)) == 2
    kinds = [(item.endpoint.id, item.event.kind) for item in lease(world)]
    told = [EventType.COMPLETED, EventType.UNDONE]
    assert [kind for name, kind in kinds if name == late.id] == told
    assert sorted(kind for name, kind in kinds if name == first.id) == sorted([EventType.DECLARED, *told])
