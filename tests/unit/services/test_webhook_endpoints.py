"""Endpoints as staff set them up: secrets shown once, rotated with overlap; disabled, tried out, removed."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.webhooks import MOST_ENDPOINTS, EndpointInvalidError, EventType
from bot.ports.webhooks import Standing
from bot.services import webhook_endpoints
from bot.system import SystemIds
from tests.fixtures.webhooks import endpoint, events
from tests.unit.services.script import CANCEL, UNDO
from tests.unit.services.world import World

URL = "https://example.com/hooks"


def states(world: World) -> list[str]:
    """How all deliveries stand."""
    with world.store.begin() as work:
        return [item.state.value for item, _, _ in work.webhooks.listed()]


def test_a_new_endpoint_has_a_secret_of_its_own(world: World) -> None:
    """And what it was made with."""
    one, secret = webhook_endpoints.add(world.deps, URL, (EventType.UNDONE, EventType.UNDONE), words=True)
    _, another = webhook_endpoints.add(world.deps, f"{URL}/2", (), words=False)
    assert (one.events, one.words, one.active) == ((EventType.UNDONE,), True, True)
    assert one.signing(world.clock.now()) == (secret,)
    assert secret != another


def test_real_secrets_are_long_enough(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """At least 24 bytes, at most 64; at least 192 bits of them random."""
    monkeypatch.setattr(type(world.ids), "token", lambda _: SystemIds().token())
    _, secret = webhook_endpoints.add(world.deps, URL, (), words=False)
    prefix, _, key = secret.partition("_")
    assert prefix == "whsec"
    assert 24 <= len(base64.b64decode(key, validate=True)) <= 64


def test_an_address_is_taken_once(world: World) -> None:
    """Else everything would be told twice there."""
    webhook_endpoints.add(world.deps, URL, (), words=False)
    with pytest.raises(ConflictError):
        webhook_endpoints.add(world.deps, URL, (), words=False)


def test_what_is_no_address_is_refused(world: World) -> None:
    """Before anything is stored."""
    with pytest.raises(EndpointInvalidError):
        webhook_endpoints.add(world.deps, "example.com", (), words=False)
    assert webhook_endpoints.listed(world.deps) == []


def test_there_are_not_too_many(world: World) -> None:
    """Each takes room of its own in every app."""
    for _ in range(MOST_ENDPOINTS):
        endpoint(world.deps)
    with pytest.raises(ConflictError):
        endpoint(world.deps)


def test_a_secret_is_changed_without_a_gap(world: World) -> None:
    """Both sign for a day, unless the old one is known to others."""
    made, old = webhook_endpoints.add(world.deps, URL, (), words=False)
    new = webhook_endpoints.rotate(world.deps, made.id)
    now = world.clock.now()
    (listed,) = webhook_endpoints.listed(world.deps)
    assert listed.endpoint.signing(now) == (new, old)
    assert listed.endpoint.signing(now + timedelta(hours=24)) == (new,)
    newest = webhook_endpoints.rotate(world.deps, made.id, timedelta(0))
    (listed,) = webhook_endpoints.listed(world.deps)
    assert listed.endpoint.signing(now) == (newest,)


def test_a_disabled_one_is_told_nothing(world: World) -> None:
    """What waits is dead, and can be sent once it is enabled."""
    made = endpoint(world.deps, EventType.COMPLETED, EventType.UNDONE)
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    assert webhook_endpoints.disable(world.deps, made.id) == 1
    (listed,) = webhook_endpoints.listed(world.deps)
    assert (listed.endpoint.active, listed.endpoint.why) == (False, "by staff")
    assert listed.standing == Standing(waiting=0, dead=1)
    with pytest.raises(ConflictError):
        webhook_endpoints.test(world.deps, made.id)
    webhook_endpoints.enable(world.deps, made.id)
    chat.say("undo", UNDO)
    (listed,) = webhook_endpoints.listed(world.deps)
    assert (listed.endpoint.active, listed.endpoint.why) == (True, None)
    assert listed.standing == Standing(waiting=1, dead=1)


def test_a_removed_one_takes_its_deliveries_along(world: World) -> None:
    """And others keep theirs."""
    gone, stays = endpoint(world.deps), endpoint(world.deps)
    world.chat("ada").say("cancel", CANCEL)
    webhook_endpoints.remove(world.deps, gone.id)
    assert [item.endpoint.id for item in webhook_endpoints.listed(world.deps)] == [stays.id]
    assert states(world) == [DeliveryState.WAITING.value] * 2


def test_a_test_reaches_the_one_it_is_for(world: World) -> None:
    """Whatever else that one wants to be told."""
    made = endpoint(world.deps, EventType.UNDONE)
    endpoint(world.deps)
    name = webhook_endpoints.test(world.deps, made.id)
    (event,) = events(world.deps)
    assert name == f"{event.id}:{made.id}"
    assert event.kind is EventType.TEST


@pytest.mark.parametrize("act", ["rotate", "disable", "enable", "remove", "test"])
def test_one_that_is_not_there(world: World, act: str) -> None:
    """Said so, by its name."""
    with pytest.raises(NotFoundError, match="W-0"):
        getattr(webhook_endpoints, act)(world.deps, "W-0")
