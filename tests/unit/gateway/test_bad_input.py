from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import replace

import pytest

from bot.domain.errors import ConflictError
from tests.unit.gateway.support import QUICK, World, bearer, button


@pytest.mark.parametrize("token", ["no-such-token", "\x00", "a" * 500, "token of another kind"])
async def test_an_unknown_button(world: World, token: str) -> None:
    """404, whatever was sent for a token."""
    session = await world.session("demo-solo")

    response = await world.say(session, button=token)

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "button_unknown"


async def test_a_button_of_another_conversation(world: World) -> None:
    """404, and nothing is undone by it."""
    one, two = await world.session("demo-solo"), await world.session("demo-multi")
    done = (await world.say(one, "I want to cancel")).json()["replies"][0]

    response = await world.say(two, button=button(done, "undo"))

    assert response.status_code == 404
    assert world.entries(two["conversation"]) == 0


async def test_too_many_messages(world: World) -> None:
    """Above forty in a minute the next is refused with a time to wait; the ones before stay accepted."""
    session = await world.session()
    world.rasa.gate = asyncio.Event()
    world.app.state.runtime.pace = replace(QUICK, answer=0.0)
    for _ in range(40):
        assert (await world.say(session, "hello")).status_code == 202

    refused = await world.say(session, "hello")

    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many_messages"
    assert int(refused.headers["Retry-After"]) > 0
    assert world.entries(session["conversation"]) == 40
    world.rasa.gate.set()


@pytest.mark.parametrize("after", ["-1", "x", "1.5", str(2**63), "99999999999999999999"])
async def test_history_after_nonsense(world: World, after: str) -> None:
    """A clear error in the one shape."""
    session = await world.session()

    response = await world.client.get(f"/chat/messages?after={after}", headers=bearer(session))

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "not a uuid", "text": "hello"},
        {"id": 7, "text": "hello"},
        {"text": "hello"},
        {"id": str(uuid.uuid4())},
        {"id": str(uuid.uuid4()), "text": "hello", "button": "token"},
        {"id": str(uuid.uuid4()), "text": 7},
        {"id": str(uuid.uuid4()), "text": None, "button": None},
        {"id": str(uuid.uuid4()), "button": ["token"]},
        [],
        "hello",
        7,
    ],
)
async def test_bodies_that_do_not_fit(world: World, body: object) -> None:
    """422 in the one shape, and nothing is accepted."""
    session = await world.session()

    response = await world.client.post("/chat/messages", json=body, headers=bearer(session))

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"
    assert world.entries(session["conversation"]) == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 30_000, b'{"id": 1' + b"0" * 5000 + b"}"])
async def test_bodies_that_are_no_json(world: World, raw: bytes) -> None:
    """400 in the one shape."""
    session = await world.session()

    response = await world.client.post("/chat/messages", content=raw, headers=bearer(session))

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid"


async def test_unknown_fields_are_ignored(world: World) -> None:
    """A newer client may say more than we know."""
    session = await world.session()

    response = await world.say(session, "hello", colour="blue")

    assert response.status_code == 200


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\u200b", "😀", "\ud83d", "x" * 10_000, "/cancel", " \u3000/cancel{}", "⁄cancel", "ﷺ" * 3000],
)
async def test_strange_texts_are_answered(world: World, text: str) -> None:
    """Never a crash, never silence: half an emoji neither."""
    session = await world.session("demo-solo")
    # As JSON's escapes, the way browsers send half a character.
    body = json.dumps({"id": str(uuid.uuid4()), "text": text})

    response = await world.client.post(
        "/chat/messages", content=body, headers={**bearer(session), "Content-Type": "application/json"}
    )

    assert response.status_code == 200
    assert response.json()["replies"]
    with world.application.deps.store.begin() as work:
        assert not work.operations.of_customer("demo-solo")


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer unknown", "Basic eDp5", "Bearer " + "a" * 9999]
)
async def test_no_session(world: World, header: str | None) -> None:
    """401, on both routes, before anything else is looked at."""
    headers = {} if header is None else {"Authorization": header}

    said = await world.client.post("/chat/messages", content=b"{", headers=headers)
    read = await world.client.get("/chat/messages", headers=headers)

    for response in (said, read):
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "session_invalid"
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_the_store_is_too_busy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with a time to wait: not the caller's fault, and safe to repeat with the same id."""
    session = await world.session("demo-solo")
    same = str(uuid.uuid4())

    def busy(*_: object) -> str:
        raise ConflictError("another unit of work has held the store for 10 seconds")

    with monkeypatch.context() as patched:
        patched.setattr("bot.services.inbox.accept", busy)
        refused = await world.say(session, "hello", id=same)
    again = await world.say(session, "hello", id=same)

    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "busy"
    assert int(refused.headers["Retry-After"]) > 0
    assert again.status_code == 200
