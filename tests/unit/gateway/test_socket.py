from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from bot.services import cases, transcripts
from gateway.app import create_app
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, application, bearer


@dataclass
class Chat:
    """A client of the whole application, and the application."""

    client: TestClient
    rasa: FakeRasa

    def say(self, session: dict[str, str], text: str, number: int) -> None:
        """Says something over HTTP."""
        body = {"id": f"00000000-0000-4000-8000-{number:012d}", "text": text}
        assert self.client.post("/chat/messages", json=body, headers=bearer(session)).status_code == 200


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """Served in a thread of its own, as sockets need it."""
    made = application(tmp_path)
    rasa = FakeRasa(made.deps)
    with TestClient(create_app(made, rasa, QUICK), client=("127.0.0.1", 50000)) as client:
        yield Chat(client, rasa)


def messages(socket: WebSocketTestSession, count: int) -> list[dict[str, Any]]:
    """So many messages, in however many frames they come."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        found += socket.receive_json()["messages"]
    return found


def opened(chat: Chat) -> dict[str, str]:
    """An anonymous session."""
    session: dict[str, str] = chat.client.post("/chat/sessions", json={}).json()
    return session


def test_what_is_said_is_pushed(chat: Chat) -> None:
    """The same messages as the history has, as they are said."""
    session = opened(chat)
    with chat.client.websocket_connect("/chat/socket") as socket:
        socket.send_json({"token": session["session"]})
        chat.say(session, "hello", 1)
        pushed = messages(socket, 2)

    history = chat.client.get("/chat/messages", headers=bearer(session)).json()["messages"]
    assert pushed == history
    assert [item["from"] for item in pushed] == ["customer", "bot"]


def test_resumes_after_a_number(chat: Chat) -> None:
    """Who comes back gets what they missed, and nothing twice."""
    session = opened(chat)
    chat.say(session, "hello", 1)
    chat.say(session, "hello again", 2)

    with chat.client.websocket_connect("/chat/socket") as socket:
        socket.send_json({"token": session["session"], "after": 2})
        missed = messages(socket, 2)
        chat.say(session, "hello once more", 3)
        live = messages(socket, 2)

    assert [item["seq"] for item in missed] == [3, 4]
    assert [item["seq"] for item in live] == [5, 6]


def test_what_another_process_writes_comes_as_well(chat: Chat) -> None:
    """Staff reply from elsewhere: nobody rings a bell, and it is pushed all the same."""
    session = opened(chat)
    chat.say(session, "a human please", 1)
    deps = chat.rasa.deps

    with chat.client.websocket_connect("/chat/socket") as socket:
        socket.send_json({"token": session["session"], "after": 2})
        cases.reply(deps, cases.listed(deps)[0].id, "This is Kim.")
        (reply,) = messages(socket, 1)

    assert (reply["from"], reply["text"]) == ("staff", "This is Kim.")
    assert len(transcripts.after(deps, session["conversation"], 0)) == 3


@pytest.mark.parametrize(
    ("frame", "code", "closed"),
    [
        (json.dumps({"token": "unknown"}), "session_invalid", 4401),
        (json.dumps({"token": "é"}), "session_invalid", 4401),
        (json.dumps({"token": ""}), "session_invalid", 4401),
        (json.dumps({}), "invalid", 4422),
        (json.dumps({"token": "x", "after": -1}), "invalid", 4422),
        (json.dumps({"token": "x", "after": "1"}), "invalid", 4422),
        (json.dumps([]), "invalid", 4422),
        ("not json", "invalid", 4400),
        ("", "invalid", 4400),
    ],
)
def test_first_frames_that_are_none(chat: Chat, frame: str, code: str, closed: int) -> None:
    """An error in the one shape, then the end."""
    with chat.client.websocket_connect("/chat/socket") as socket:
        socket.send_text(frame)
        assert socket.receive_json()["error"]["code"] == code
        with pytest.raises(WebSocketDisconnect) as gone:
            socket.receive_json()
        assert gone.value.code == closed


def test_bytes_are_read_like_text(chat: Chat) -> None:
    """A client that sends binary frames is understood."""
    session = opened(chat)
    with chat.client.websocket_connect("/chat/socket") as socket:
        socket.send_bytes(json.dumps({"token": session["session"]}).encode())
        chat.say(session, "hello", 1)
        assert len(messages(socket, 2)) == 2


def test_nobody_says_who_it_is(chat: Chat) -> None:
    """A socket without a first frame is not kept."""
    with chat.client.websocket_connect("/chat/socket") as socket:
        assert socket.receive_json()["error"]["code"] == "invalid"
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()


def test_leaving_is_noticed(chat: Chat) -> None:
    """Nothing goes on for a client that has left, before or after it said who it is."""
    session = opened(chat)
    with chat.client.websocket_connect("/chat/socket"):
        pass
    with chat.client.websocket_connect("/chat/socket") as socket:
        socket.send_json({"token": session["session"]})
        socket.send_json({"typing": True})

    while "fairwell_sockets 0.0" not in chat.client.get("/metrics").text:
        pass  # the server is about to notice; without it the test's own time-out ends this


def test_the_end_of_the_process_ends_sockets(tmp_path: Path) -> None:
    """With the code that tells clients to come back (1012)."""
    made = application(tmp_path)
    app = create_app(made, FakeRasa(made.deps), QUICK)
    with TestClient(app) as client:
        session = client.post("/chat/sessions", json={}).json()
        with client.websocket_connect("/chat/socket") as socket:
            socket.send_json({"token": session["session"]})
            assert client.portal is not None
            client.portal.call(app.state.runtime.drain)
            with pytest.raises(WebSocketDisconnect) as gone:
                socket.receive_json()
            assert gone.value.code == 1012
