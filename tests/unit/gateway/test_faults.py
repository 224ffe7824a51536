from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog

from tests.unit.gateway.support import World, bearer

TOO_LARGE = b'{"id": "' + b"x" * (64 * 1024) + b'"}'


def shape(response: httpx.Response) -> str:
    """The code of an error, once its shape is right."""
    body: dict[str, Any] = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert body["error"]["message"]
    return str(body["error"]["code"])


async def test_nothing_there(world: World) -> None:
    """404 in the one shape."""
    response = await world.client.get("/no/such/place")

    assert response.status_code == 404
    assert shape(response) == "not_found"


async def test_a_method_that_is_not_taken(world: World) -> None:
    """405 in the one shape, with what is taken."""
    response = await world.client.put("/chat/sessions")

    assert response.status_code == 405
    assert shape(response) == "method_not_allowed"
    assert response.headers["Allow"] == "POST"


async def test_a_body_that_says_it_is_too_large(world: World) -> None:
    """413 before anything is read."""
    response = await world.client.post("/chat/sessions", content=TOO_LARGE)

    assert response.status_code == 413
    assert shape(response) == "too_large"


async def test_a_body_that_streams_too_much(world: World) -> None:
    """413 also where no length was declared."""

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(TOO_LARGE), 4096):
            yield TOO_LARGE[start : start + 4096]

    response = await world.client.post("/chat/sessions", content=stream())

    assert response.status_code == 413
    assert shape(response) == "too_large"


async def test_a_body_of_exactly_the_limit(world: World) -> None:
    """64 KiB are taken."""
    filled = b'{"locale": "en", "x": "' + b"x" * (64 * 1024 - 25) + b'"}'
    assert len(filled) == 64 * 1024

    assert (await world.client.post("/chat/sessions", content=filled)).status_code == 201


async def test_a_fault_of_ours(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 with a number to look for in the log, and nothing of what happened, there or here."""
    session = await world.session()

    def broken(*_: object, **__: object) -> None:
        raise KeyError("I want to cancel, nora@example.com")

    monkeypatch.setattr("bot.services.transcripts.after", broken)

    with structlog.testing.capture_logs() as logged:
        response = await world.client.get("/chat/messages", headers=bearer(session))

    assert response.status_code == 500
    assert shape(response) == "internal"
    assert "nora" not in response.text
    assert response.headers["X-Request-Id"] in response.json()["error"]["message"]
    assert logged[-1]["request"] == response.headers["X-Request-Id"]
    assert logged[-1]["route"] == "/chat/messages"


async def test_careful_headers_everywhere(world: World) -> None:
    """Nothing is cached, guessed at or framed, errors included."""
    for path in ("/no/such/place", "/healthz", "/chat/messages"):
        headers = (await world.client.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def test_no_metric_names_what_was_asked_for(world: World) -> None:
    """Paths count as their pattern: a receipt's number or a stranger's words never become a label."""
    await world.client.get("/receipts/R-4F7K-9M2Q?key=secret")
    await world.client.get("/some/thing/nora@example.com")

    text = (await world.client.get("/metrics")).text

    assert "/receipts/{number}" in text
    assert "R-4F7K" not in text
    assert "nora" not in text
