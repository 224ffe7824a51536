"""Attacks on the chat's socket by pages of other websites: a browser opens sockets to anywhere."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from gateway.app import create_app
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.live import living, write
from tests.unit.gateway.support import QUICK, application, bearer
from tests.unit.gateway.websites import FOREIGN, SHOP

#: What looks like one's own page at http://127.0.0.1:8000, and is not.
LOOK_ALIKES = (
    "http://127.0.0.1:8000.evil.example",
    "http://127.0.0.1.evil.example:8000",
    "http://evil.example/http://127.0.0.1:8000",
    "http://127.0.0.1:8000@evil.example",
    "http://127.0.0.1@evil.example:8000",
    "http://127.0.0.1:8001",
    "http://127.0.0.1",
    "https://127.0.0.1:8443",
    "http://127.0.0.1.:8000",
    "http://127.0.0.1:8000.",
    "http://127.0.0.1:8000/",
    "http://127.0.0.1:08000",
    "http://0x7f.1:8000",
    "http://[::ffff:127.0.0.1]:8000",
    "HTTP://127.0.0.1:8000",
    "http://user:password@127.0.0.1:8000",
    "ws://127.0.0.1:8000",
    " http://127.0.0.1:8000x",
    "http://127.0.0.1:8000\thttp://evil.example",
)


def serve(home: Path, **settings: Any) -> FastAPI:
    """An installation that is no demo; the shop's pages may use its chat."""
    made = application(home, **{"demo": False, "web_origins": SHOP, **settings})
    return create_app(made, FakeRasa(made.deps), QUICK)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of it, at http://127.0.0.1:8000."""
    with TestClient(serve(tmp_path), "http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as made:
        yield made


def opened(client: TestClient) -> dict[str, str]:
    """A session in which something was said."""
    session: dict[str, str] = client.post("/chat/sessions", json={}).json()
    body = {"id": "00000000-0000-4000-8000-000000000001", "text": "hello"}
    client.post("/chat/messages", json=body, headers=bearer(session))
    return session


def refused(client: TestClient, origin: str, url: str = "/chat/socket") -> WebSocketDenialResponse:
    """How a socket of a page there is refused: before it is accepted, or this fails."""
    with (
        pytest.raises(WebSocketDenialResponse) as fault,
        client.websocket_connect(url, headers={"Origin": origin}),
    ):
        pytest.fail("it was accepted")
    return fault.value


@pytest.mark.parametrize("origin", [*FOREIGN, *LOOK_ALIKES])
def test_cross_site_websocket(client: TestClient, origin: str) -> None:
    """Attack: another site's page, or one that looks like ours, opens a socket. 403, not accepted."""
    refusal = refused(client, origin)
    assert refusal.status_code == 403
    assert refusal.json()["error"]["code"] == "origin_not_allowed"
    assert "access-control-allow-origin" not in refusal.headers


def test_nothing_is_read_from_it(client: TestClient) -> None:
    """Attack: the page has a good token as well, in the address. It hears no word of the history."""
    session = opened(client)
    refusal = refused(client, "https://evil.example", f"/chat/socket?token={session['session']}")
    assert refusal.status_code == 403
    assert "hello" not in refusal.text


@pytest.mark.parametrize("origin", [SHOP, "http://127.0.0.1:8000", None])
def test_who_may(client: TestClient, origin: str | None) -> None:
    """A listed site, our own page, and what is no browser."""
    session = opened(client)
    headers = {"Origin": origin} if origin else {}
    with client.websocket_connect("/chat/socket", headers=headers) as socket:
        socket.send_json({"token": session["session"]})
        assert socket.receive_json()["messages"][0]["text"] == "hello"


def test_the_demo_is_for_pages_on_this_machine(tmp_path: Path) -> None:
    """Attack: any website, while somebody has the demo running; their own page at another port may."""
    with TestClient(
        serve(tmp_path, demo=True), "http://127.0.0.1:8000", client=("127.0.0.1", 50000)
    ) as client:
        for origin in ("https://evil.example", "null", *LOOK_ALIKES[:5]):
            assert refused(client, origin).status_code == 403
        session = opened(client)
        with client.websocket_connect("/chat/socket", headers={"Origin": "http://localhost:3000"}) as socket:
            socket.send_json({"token": session["session"]})
            assert socket.receive_json()["messages"]


@pytest.mark.parametrize(
    "where", ["/chat/socket?token={}", "/chat/socket?session={}", "/chat/socket?access_token={}"]
)
def test_a_token_in_the_address(client: TestClient, log: io.StringIO, where: str) -> None:
    """Attack: links and logs give addresses away. A token in one opens nothing, and is not logged."""
    token = opened(client)["session"]
    with client.websocket_connect(where.format(token)) as socket:
        socket.send_json({"after": 0})
        assert socket.receive_json()["error"]["code"] == "invalid"
        with pytest.raises(WebSocketDisconnect) as fault:
            socket.receive_json()
    assert fault.value.code == 4422
    assert token not in log.getvalue()


def test_a_token_in_a_header_or_as_a_protocol(client: TestClient) -> None:
    """Attack, or a habit: the socket takes its token in the first frame only, and there it does not come."""
    token = opened(client)["session"]
    connect = client.websocket_connect(
        "/chat/socket", [f"bearer.{token}"], headers={"Authorization": f"Bearer {token}"}
    )
    with connect as socket:
        assert socket.accepted_subprotocol is None
        assert socket.receive_json()["error"]["code"] == "invalid"


async def test_a_socket_left_open(tmp_path: Path) -> None:
    """Attack: the next one at the same computer finds a tab open after its owner has logged out elsewhere."""
    async with living(tmp_path) as live:
        session = live.session()
        async with live.connect(session) as tab:
            write(live, session, "hello")
            await tab.texts(1)
            transport = httpx.ASGITransport(live.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                headers = {"Authorization": f"Bearer {session.token}"}
                assert (await client.delete("/chat/sessions", headers=headers)).status_code == 204
            assert await tab.closed() == 4401


async def test_a_server_that_cannot_say_why(tmp_path: Path) -> None:
    """Without the extension for refusals it is closed before it is accepted; servers make a 403 of that."""
    sent: list[MutableMapping[str, Any]] = []
    came: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    came.put_nowait({"type": "websocket.connect"})

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1:8000"), (b"origin", b"https://evil.example")]
    scope = {
        "type": "websocket",
        "path": "/chat/socket",
        "headers": headers,
        "query_string": b"",
        "subprotocols": [],
    }
    await serve(tmp_path)(scope, came.get, send)
    assert [message["type"] for message in sent] == ["websocket.close"]
