from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.services import inbox, sessions, turns
from gateway.app import create_actions_app
from tests.unit.gateway.fake_rasa import action_call
from tests.unit.gateway.support import ACTIONS_SECRET, application

KNOWN = {"X-Fairwell-Secret": ACTIONS_SECRET}


@pytest.fixture
async def actions(tmp_path: Path) -> AsyncIterator[tuple[httpx.AsyncClient, str, str]]:
    """A client of the action endpoint, a conversation of a verified customer, and a message waiting in it."""
    made = application(tmp_path)
    identity = made.identity_tokens.issue("demo-solo")
    conversation = sessions.open_session(made.deps, identity, "en").conversation_id
    said = inbox.Incoming(conversation, str(uuid.uuid4()), text="I want to cancel")
    inbox_id = inbox.accept(made.deps, said)
    turns.prepare(made.deps, inbox_id)
    transport = httpx.ASGITransport(create_actions_app(made))
    async with httpx.AsyncClient(transport=transport, base_url="http://actions") as client:
        yield client, conversation, inbox_id


async def test_an_action_runs_once(actions: tuple[httpx.AsyncClient, str, str]) -> None:
    """A second request for the same message gets the same replies."""
    client, conversation, inbox_id = actions
    call = action_call("action_cancel", f"{conversation}.1", inbox_id, "cancel")
    del call["domain"]  # Rasa leaves it out

    first = await client.post("/webhook", json=call, headers=KNOWN)
    second = await client.post("/webhook", json=call, headers=KNOWN)

    assert first.status_code == 200
    assert [reply["text"].partition("(")[0] for reply in first.json()["responses"]] == [
        "cancel_done",
        "exit_question",
    ]
    assert second.json() == first.json()


@pytest.mark.parametrize("secret", [None, "", "wrong", "é", ACTIONS_SECRET.upper()])
async def test_without_the_secret(actions: tuple[httpx.AsyncClient, str, str], secret: str | None) -> None:
    """401, and nothing runs."""
    client, conversation, inbox_id = actions
    headers = [] if secret is None else [(b"X-Fairwell-Secret", secret.encode())]

    response = await client.post(
        "/webhook",
        json=action_call("action_cancel", f"{conversation}.1", inbox_id, "cancel"),
        headers=headers,
    )

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "secret_wrong"


async def test_what_can_not_be_run(actions: tuple[httpx.AsyncClient, str, str]) -> None:
    """An error status each, so that Rasa never takes it for an answer."""
    client, conversation, inbox_id = actions
    good = action_call("action_cancel", f"{conversation}.1", inbox_id, "cancel")
    cases = [
        ({**good, "next_action": "action_unknown"}, 404),
        (action_call("action_cancel", f"{conversation}.1", "m_none", "cancel"), 409),
        (action_call("action_cancel", "c_other.1", inbox_id, "cancel"), 409),
        ({**good, "next_action": ""}, 422),
        ({"next_action": "action_cancel"}, 422),
        ([], 422),
    ]

    for call, status in cases:
        response = await client.post("/webhook", json=call, headers=KNOWN)
        assert response.status_code == status
        assert response.json()["error"]["code"]

    assert (await client.post("/webhook", content=b"{", headers=KNOWN)).status_code == 400
    too_large = b'"' + b"x" * (1024 * 1024) + b'"'
    assert (await client.post("/webhook", content=too_large, headers=KNOWN)).status_code == 413
    larger_than_a_message = {**good, "domain": {"x": "x" * 100_000}}
    assert (await client.post("/webhook", json=larger_than_a_message, headers=KNOWN)).status_code == 200


async def test_health(actions: tuple[httpx.AsyncClient, str, str]) -> None:
    """Open to anybody: it says nothing."""
    client, _, _ = actions

    assert (await client.get("/health")).json() == {"status": "ok"}
