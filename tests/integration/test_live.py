"""Sockets on real servers: what another replica says, and clients that do not read."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
import websockets
from fastapi import FastAPI
from sqlalchemy import create_engine, make_url, text
from websockets.frames import OP_TEXT, Frame

from bot.bootstrap import Application, build
from bot.domain.conversations import Author, Message, ReplyKind
from bot.services import sessions, transcripts
from bot.settings import Settings
from gateway import server
from gateway.app import create_actions_app, create_app
from gateway.pace import Pace
from tests.fixtures.listening import listen_no_more
from tests.fixtures.stores import OperationalError, postgres_database
from tests.integration.rasa_stand_in import rasa_stand_in
from tests.integration.test_server import free_port
from tests.unit.gateway.support import until

#: Nobody looks by themselves within a test: what comes was rung for.
RUNG = Pace(socket=3600)


@dataclass(frozen=True)
class Replica:
    """One app on a port of its own."""

    application: Application
    served: uvicorn.Server
    url: str

    def write(self, conversation_id: str, said: str) -> None:
        """Staff of this replica say something."""
        deps = self.application.deps
        with deps.store.begin() as work:
            conversation = work.conversations.lock(conversation_id)
            assert conversation is not None
            now = deps.clock.now()
            message = Message(conversation_id, 0, Author.STAFF, ReplyKind.TEXT, said, now)
            transcripts.say(work, conversation, message)
            work.commit()

    def connect(self) -> websockets.connect:
        """A socket here."""
        return websockets.connect(self.url.replace("http", "ws", 1) + "/chat/socket", proxy=None)

    async def metrics(self) -> str:
        """What Prometheus is told."""
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"{self.url}/metrics")).text


@asynccontextmanager
async def serving(app: FastAPI, port: int) -> AsyncIterator[uvicorn.Server]:
    """An ASGI app as the product serves it, on a socket that takes little that nobody reads."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        listener.bind(("127.0.0.1", port))
        served = server._server(app)
        task = asyncio.create_task(served.serve([listener]))
        await until(lambda: served.started)
        yield served
        await listen_no_more(served.servers)
        served.should_exit = True
        await task


@asynccontextmanager
async def replica(home: Path, database_url: str | None = None, pace: Pace = RUNG) -> AsyncIterator[Replica]:
    """One app, its actions and a stand-in for its Rasa."""
    settings = Settings(
        home=home,
        port=free_port(),
        rasa_port=free_port(),
        actions_bind=f"127.0.0.1:{free_port()}",
        demo=True,
        database_url=database_url or f"sqlite:///{home}/fairwell.db",
    )
    application = build(settings)
    rasa = rasa_stand_in(
        application.rasa_secret, f"http://{settings.actions_bind}/webhook", application.actions_secret
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(serving(rasa, settings.rasa_port))
        await stack.enter_async_context(serving(create_actions_app(application), settings.actions_port))
        app = create_app(application, pace=pace)
        served = await stack.enter_async_context(serving(app, settings.port))
        if database_url is not None:
            counted = app.state.runtime.metrics.registry.get_sample_value
            await until(lambda: counted("fairwell_listening") == 1)
        yield Replica(application, served, f"http://127.0.0.1:{settings.port}")


@pytest.fixture
def database_url() -> Iterator[str]:
    """An empty PostgreSQL database."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_database())
        except OperationalError:
            pytest.skip("postgres: no server at FAIRWELL_TEST_POSTGRES_URL or 127.0.0.1:5432")
        yield url


async def texts(live: websockets.ClientConnection, count: int) -> list[str]:
    """So many messages, in however many frames they come."""
    found: list[str] = []
    async with asyncio.timeout(20):
        while len(found) < count:
            found += [item["text"] for item in json.loads(await live.recv())["messages"]]
    return found


@pytest.mark.postgres
async def test_two_replicas(tmp_path: Path, database_url: str) -> None:
    """A socket at one is told at once what is said at the other: by staff, by the customer, by the bot."""
    async with replica(tmp_path, database_url) as here, replica(tmp_path, database_url) as there:
        session = sessions.open_session(there.application.deps, None, None)
        async with here.connect() as live, httpx.AsyncClient(trust_env=False) as client:
            await live.send(json.dumps({"token": session.token}))
            there.write(session.conversation_id, "This is Kim.")
            assert await texts(live, 1) == ["This is Kim."]
            said = await client.post(
                f"{there.url}/chat/messages",
                json={"id": str(uuid.uuid4()), "text": "hello"},
                headers={"Authorization": f"Bearer {session.token}"},
                timeout=20,
            )
            assert said.status_code == 200
            assert await texts(live, 2) == ["hello", "hello there"]


@pytest.mark.postgres
async def test_the_server_ends_the_listening_connection(tmp_path: Path, database_url: str) -> None:
    """What is said before it listens again is not lost, and no socket is."""
    admin = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    async with replica(tmp_path, database_url) as here, replica(tmp_path, database_url) as there:
        session = sessions.open_session(there.application.deps, None, None)
        async with here.connect() as live:
            await live.send(json.dumps({"token": session.token}))
            there.write(session.conversation_id, "before")
            assert await texts(live, 1) == ["before"]
            ours = "application_name = 'fairwell listening' AND datname = current_database()"
            with admin.begin() as connection:
                ended = connection.scalars(
                    text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")  # noqa: S608
                )
                assert list(ended) == [True, True]
            there.write(session.conversation_id, "meanwhile")
            assert await texts(live, 1) == ["meanwhile"]
            there.write(session.conversation_id, "afterwards")
            assert await texts(live, 1) == ["afterwards"]
    admin.dispose()


async def test_a_command_beside_the_app(tmp_path: Path) -> None:
    """On SQLite, what a process of its own writes, such as `fairwell cases reply`, comes as well."""
    async with replica(tmp_path) as here:
        beside = Replica(build(Settings(home=tmp_path)), here.served, here.url)
        session = sessions.open_session(beside.application.deps, None, None)
        async with here.connect() as live:
            await live.send(json.dumps({"token": session.token}))
            for said in ("This is Kim.", "How can I help?"):
                await asyncio.to_thread(beside.write, session.conversation_id, said)
                assert await texts(live, 1) == [said]


async def test_a_client_that_does_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its connection is cut off, though it stays open there: else each would be kept until it chose to go."""
    monkeypatch.setattr(server, "LINGER_SECONDS", 0.2)
    async with replica(tmp_path, pace=Pace(send=0.2, alive=0.2)) as here:
        session = sessions.open_session(here.application.deps, None, None)
        for _ in range(20):
            here.write(session.conversation_id, "long words " * 2000)
        with socket.socket() as stuck:
            stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stuck.setblocking(False)
            await _upgraded(stuck, here.application.settings.port, session.token)
            async with here.connect() as other:
                await other.send(json.dumps({"token": session.token, "after": 19}))
                assert len(await texts(other, 1)) == 1
                await until(lambda: len(here.served.server_state.connections) == 1)
                found = await here.metrics()
    assert 'fairwell_socket_ends_total{why="slow"} 1.0' in found
    assert "fairwell_sockets 1.0" in found


async def _upgraded(stuck: socket.socket, port: int, token: str) -> None:
    """Connects, says who it is, and reads nothing any more."""
    loop = asyncio.get_running_loop()
    await loop.sock_connect(stuck, ("127.0.0.1", port))
    key = base64.b64encode(bytes(16)).decode()
    head = (
        f"GET /chat/socket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await loop.sock_sendall(stuck, head.encode())
    assert (await loop.sock_recv(stuck, 2048)).startswith(b"HTTP/1.1 101 ")
    first = Frame(OP_TEXT, json.dumps({"token": token}).encode())
    await loop.sock_sendall(stuck, first.serialize(mask=True))
