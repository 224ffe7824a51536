"""Clients of the chat's socket in the test's own loop, which read or do not, and the app that serves them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from fastapi import FastAPI

from bot.bootstrap import Application
from bot.domain.conversations import Author, Message, ReplyKind
from bot.services import sessions, transcripts
from gateway.app import create_app
from gateway.pace import Pace
from gateway.runtime import Runtime
from tests.fixtures.memory_changes import MemoryChanges, MemoryWatch
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, application


@dataclass
class Live:
    """A running app, without a line to Rasa that matters here."""

    application: Application
    app: FastAPI

    @property
    def runtime(self) -> Runtime:
        """What it is made of."""
        runtime: Runtime = self.app.state.runtime
        return runtime

    @property
    def watch(self) -> MemoryWatch:
        """By which it hears of what others write."""
        changes = self.application.changes
        assert isinstance(changes, MemoryChanges)
        return changes.watches[0]

    def session(self) -> sessions.OpenedSession:
        """A new one."""
        return sessions.open_session(self.application.deps, None, None)

    def connect(self, session: sessions.OpenedSession | None = None, after: int = 0) -> Client:
        """A client that says who it is; without a session, one that says nothing."""
        first = {"token": session.token, "after": after} if session else None
        return Client(self.app, first)

    def counted(self, name: str, **labels: str) -> float:
        """What a metric says."""
        return self.runtime.metrics.registry.get_sample_value(name, labels) or 0.0


def write(live: Live, session: sessions.OpenedSession, text: str) -> None:
    """Staff write in a conversation, from anywhere: nobody in this process is told by us."""
    deps = live.application.deps
    with deps.store.begin() as work:
        conversation = work.conversations.lock(session.conversation_id)
        assert conversation is not None
        now = deps.clock.now()
        said = Message(conversation.id, 0, Author.STAFF, ReplyKind.TEXT, text, now)
        transcripts.say(work, conversation, said)
        work.commit()


@asynccontextmanager
async def living(home: Path, pace: Pace = QUICK) -> AsyncIterator[Live]:
    """The app, for as long as the block runs."""
    made = application(home)
    app = create_app(made, FakeRasa(made.deps), pace)
    async with app.router.lifespan_context(app):
        yield Live(made, app)


class Client:
    """One socket, below any server: what the app sends waits here until it is read.

    `stuck` clients take nothing more, as one whose line is full.
    """

    def __init__(self, app: FastAPI, first: dict[str, Any] | None) -> None:
        self._app = app
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._reads = asyncio.Event()
        self._reads.set()
        self._served: asyncio.Task[None] | None = None
        self._said.put_nowait({"type": "websocket.connect"})
        if first is not None:
            self._said.put_nowait({"type": "websocket.receive", "text": json.dumps(first)})

    async def __aenter__(self) -> Self:
        scope = {
            "type": "websocket",
            "path": "/chat/socket",
            "headers": [(b"host", b"127.0.0.1:8000")],
            "client": ("127.0.0.1", 50000),
            "query_string": b"",
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
        }
        self._served = asyncio.create_task(self._app(scope, self._said.get, self._take))  # type: ignore[arg-type]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()
        self._reads.set()
        with suppress(TimeoutError):
            await self.ended()

    async def _take(self, message: dict[str, Any]) -> None:
        await self._reads.wait()
        self._heard.put_nowait(message)

    def leave(self) -> None:
        """Closes it."""
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1001})

    def chatter(self) -> None:
        """Sends something that means nothing."""
        self._said.put_nowait({"type": "websocket.receive", "text": "typing"})

    def get_stuck(self) -> None:
        """Reads nothing from now on."""
        self._reads.clear()

    async def ended(self) -> None:
        """Waits until the app has let it go."""
        assert self._served is not None
        async with asyncio.timeout(20):
            await asyncio.shield(self._served)

    async def event(self) -> dict[str, Any]:
        """The next thing the app does."""
        async with asyncio.timeout(20):
            return await self._heard.get()

    async def frame(self) -> dict[str, Any]:
        """The next frame, after the handshake's answer if that is still to come."""
        event = await self.event()
        if event["type"] == "websocket.accept":
            event = await self.event()
        assert event["type"] == "websocket.send", event
        frame: dict[str, Any] = json.loads(event["text"])
        return frame

    async def texts(self, count: int) -> list[str]:
        """So many messages, in however many frames they come."""
        found: list[str] = []
        while len(found) < count:
            found += [item["text"] for item in (await self.frame())["messages"]]
        return found

    async def closed(self) -> int:
        """The code it is closed with; frames before that are passed over."""
        while (event := await self.event())["type"] != "websocket.close":
            pass
        return int(event["code"])


async def metrics(app: FastAPI) -> str:
    """What Prometheus is told."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        return (await client.get("/metrics")).text
