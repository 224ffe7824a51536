"""Both listeners on real sockets, in a process of their own kind: served, used, and stopped by a signal."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import websockets
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.bootstrap import Application, build
from bot.settings import Settings
from gateway.server import AddressInUseError, serve
from tests.fixtures.listening import listen_no_more
from tests.fixtures.ports import free_ports
from tests.integration.rasa_stand_in import rasa_stand_in
from tests.unit.gateway.support import until


def free_port() -> int:
    """A port nobody listens on."""
    return free_ports(1)[0]


@dataclass
class Instance:
    """A running app."""

    application: Application
    serving: asyncio.Task[None]
    client: httpx.AsyncClient

    @property
    def actions_url(self) -> str:
        """Where actions are answered."""
        return f"http://{self.application.settings.actions_bind}/webhook"

    async def session(self) -> dict[str, Any]:
        """Opens a session as `demo-solo`."""
        identity = self.application.identity_tokens.issue("demo-solo")
        opened: dict[str, Any] = (
            await self.client.post("/chat/sessions", json={"identity": identity})
        ).json()
        return opened

    async def say(self, session: dict[str, Any], text: str) -> httpx.Response:
        """Says something."""
        return await self.client.post(
            "/chat/messages",
            json={"id": str(uuid.uuid4()), "text": text},
            headers={"Authorization": f"Bearer {session['session']}"},
        )


@asynccontextmanager
async def rasa(application: Application) -> AsyncIterator[None]:
    """A stand-in for Rasa on its port."""
    settings = application.settings
    app = rasa_stand_in(
        application.rasa_secret, f"http://{settings.actions_bind}/webhook", application.actions_secret
    )
    server = uvicorn.Server(uvicorn.Config(app, port=settings.rasa_port, log_config=None))
    serving = asyncio.create_task(server._serve())
    await until(lambda: server.started)
    yield
    await listen_no_more(server.servers)
    server.should_exit = True
    await serving


async def listens(port: int) -> None:
    """Waits until somebody listens there."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            await writer.wait_closed()
            return


@pytest.fixture
def _logging() -> Iterator[None]:
    """Puts logging back: an app takes it over for its whole process."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
async def instance(_logging: None, tmp_path: Path) -> AsyncIterator[Instance]:
    """The real application on SQLite, on free ports."""
    settings = Settings(
        home=tmp_path,
        port=free_port(),
        rasa_port=free_port(),
        actions_bind=f"127.0.0.1:{free_port()}",
        demo=True,
    )
    application = build(settings)
    application.ensure_demo()
    serving = asyncio.create_task(serve(application))
    await listens(settings.port)
    await listens(settings.actions_port)
    async with httpx.AsyncClient(base_url=settings.public_url, trust_env=False, timeout=30) as client:
        yield Instance(application, serving, client)
    if not serving.done():
        os.kill(os.getpid(), signal.SIGTERM)
    await serving


async def test_one_message_cancels(instance: Instance) -> None:
    """The whole way over sockets: in, to Rasa, to the action, out; and the receipt opens."""
    async with rasa(instance.application):
        session = await instance.session()
        response = await instance.say(session, "I want to cancel")

    assert response.status_code == 200
    replies = response.json()["replies"]
    assert [item["kind"] for item in replies] == ["receipt", "exit_question"]
    receipt = await instance.client.get(replies[0]["receipt"]["url"])
    assert receipt.status_code == 200
    assert "I want to cancel" in receipt.text


async def test_the_action_listener_wants_its_secret(instance: Instance) -> None:
    """401 without it; and the main listener does not answer actions at all."""
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.post(instance.actions_url, json={})).status_code == 401
        wrong = {"X-Fairwell-Secret": instance.application.rasa_secret}
        assert (await client.post(instance.actions_url, json={}, headers=wrong)).status_code == 401

    assert (await instance.client.post("/webhook", json={})).status_code == 404


async def test_rasa_comes_later(instance: Instance) -> None:
    """Not ready, and yet a message is taken in; answered soon after Rasa is there."""
    assert (await instance.client.get("/readyz")).status_code == 503
    session = await instance.session()
    saying = asyncio.create_task(instance.say(session, "I want to cancel"))

    async with rasa(instance.application):
        response = await saying
        assert (await instance.client.get("/readyz")).status_code == 200

    assert response.status_code == 200
    assert response.json()["replies"][-1]["kind"] == "exit_question"


async def test_a_socket(instance: Instance) -> None:
    """What is said over HTTP is pushed over the socket."""
    session = await instance.session()
    url = instance.application.settings.public_url.replace("http", "ws", 1)
    async with rasa(instance.application), websockets.connect(f"{url}/chat/socket", proxy=None) as live:
        await live.send(json.dumps({"token": session["session"]}))
        await instance.say(session, "hello")
        pushed: list[dict[str, Any]] = []
        while len(pushed) < 2:
            pushed += json.loads(await live.recv())["messages"]

    assert [item["text"] for item in pushed] == ["hello", "hello there"]


async def test_a_socket_of_another_site(instance: Instance) -> None:
    """Attack: a page elsewhere opens one. 403 on the wire, before it is a socket."""
    url = instance.application.settings.public_url.replace("http", "ws", 1)
    with pytest.raises(websockets.InvalidStatus) as fault:
        await websockets.connect(
            f"{url}/chat/socket", additional_headers={"Origin": "https://evil.example"}, proxy=None
        )
    assert fault.value.response.status_code == 403
    assert b"origin_not_allowed" in (fault.value.response.body or b"")


async def test_a_stream_that_is_too_large(instance: Instance) -> None:
    """413 on a real connection too, where no length was declared."""

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 4096

    response = await instance.client.post("/chat/sessions", content=stream())

    assert response.status_code == 413


async def test_answers_leave_at_once(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nagle's algorithm is off on accepted connections; else answers wait for acknowledgements."""
    accepted: list[int] = []
    made = HttpToolsProtocol.connection_made

    def connection_made(self: HttpToolsProtocol, transport: asyncio.Transport) -> None:
        connection = transport.get_extra_info("socket")
        accepted.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        made(self, transport)

    monkeypatch.setattr(HttpToolsProtocol, "connection_made", connection_made)
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.get(f"{instance.application.settings.public_url}/healthz")
        await client.get(instance.actions_url.replace("/webhook", "/health"))

    assert accepted == [1, 1]


async def test_stopping(capfd: pytest.CaptureFixture[str], instance: Instance) -> None:
    """SIGTERM ends it cleanly: who waits is answered, sockets are told, and nothing personal was logged."""
    session = await instance.session()
    url = instance.application.settings.public_url.replace("http", "ws", 1)
    async with websockets.connect(f"{url}/chat/socket", proxy=None) as live:
        await live.send(json.dumps({"token": session["session"]}))
        saying = asyncio.create_task(instance.say(session, "I want to cancel"))
        assert json.loads(await live.recv())["messages"][0]["text"] == "I want to cancel"

        os.kill(os.getpid(), signal.SIGTERM)
        response = await saying
        await live.wait_closed()

    await instance.serving
    assert response.status_code == 202
    assert live.close_code == 1012
    written = "".join(capfd.readouterr())
    assert '"stopping"' in written
    assert "want to cancel" not in written
    assert session["session"] not in written


async def test_somebody_else_has_the_port(instance: Instance, tmp_path: Path) -> None:
    """One line that names the setting; nothing has started."""
    taken = instance.application.settings.port
    settings = Settings(home=tmp_path, port=taken, actions_bind=f"127.0.0.1:{free_port()}")

    with pytest.raises(AddressInUseError, match="FAIRWELL_PORT"):
        await serve(build(settings))
