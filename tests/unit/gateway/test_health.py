from __future__ import annotations

from contextlib import AbstractContextManager

import pytest

from bot.ports import UnitOfWork
from tests.unit.gateway.support import World, until


async def test_ready(world: World) -> None:
    """Alive and able to answer."""
    assert (await world.client.get("/healthz")).status_code == 200
    assert (await world.client.get("/readyz")).json() == {"status": "ready"}


async def test_rasa_is_away(world: World) -> None:
    """Alive, but not able to answer: says what is missing."""
    world.rasa.up = False

    response = await world.client.get("/readyz")

    assert (await world.client.get("/healthz")).status_code == 200
    assert response.status_code == 503
    assert response.json()["missing"] == ["rasa"]
    assert response.json()["error"]["code"] == "not_ready"


async def test_the_database_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for the database; being alive does not depend on it."""

    def broken(_: object) -> AbstractContextManager[UnitOfWork]:
        raise OSError("gone")

    monkeypatch.setattr(type(world.application.deps.store), "begin", broken)

    response = await world.client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["missing"] == ["database"]
    assert (await world.client.get("/healthz")).status_code == 200


async def test_public_keys(world: World) -> None:
    """Public halves only; anyone may fetch and keep them for a while."""
    response = await world.client.get("/.well-known/jwks.json")

    assert [set(key) & {"d", "k"} for key in response.json()["keys"]] == [set()]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in response.headers["Cache-Control"]


async def test_turns_are_counted(world: World) -> None:
    """By what came of them."""
    session = await world.session("demo-solo")
    await world.say(session, "I want to cancel")

    # Counted by the worker, which may come to it after the reply has left.
    metrics = world.app.state.runtime.metrics
    await until(lambda: b"fairwell_turn_seconds_count 1.0" in metrics.text())
    text = (await world.client.get("/metrics")).text

    assert 'fairwell_turns_total{outcome="answered"} 1.0' in text
    assert "fairwell_rasa_up 1.0" in text
