"""A gateway with a channel that messages are sent to."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.conversations import Author, Message
from channels.contract import Inbound
from gateway.app import create_app
from gateway.runtime import Runtime
from tests.fixtures.fake_channel import FakeChannel
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, application, until


@dataclass
class Pagers:
    """One process of a gateway, running, and the platform it is connected to."""

    runtime: Runtime
    channel: FakeChannel
    rasa: FakeRasa
    clock: FakeClock
    keys: Iterator[int] = field(default_factory=itertools.count)

    async def write(self, text: str | None = None, address: str = "77", key: str = "", **fields: Any) -> str:
        """A message comes in; without a key of its own, each is another one."""
        message = Inbound("pager", address, key or f"message {next(self.keys)}", text, **fields)
        return await self.runtime.inbox.receive(message)

    async def answered(self, address: str = "77") -> list[str]:
        """Waits until nothing is to be answered or sent any more; returns what has arrived."""
        await until(lambda: not self.open(address))
        return self.channel.texts(address)

    def open(self, address: str = "77") -> bool:
        """Whether something is still to be answered or sent."""
        conversation_id = self.conversation(address)
        with self.runtime.deps.store.begin() as work:
            return (
                work.inbox.next_accepted(conversation_id) is not None or work.deliveries.count_waiting() > 0
            )

    def arrived(self, address: str = "77") -> int | None:
        """How many messages have; None while one is on its way."""
        with self.runtime.deps.store.begin() as work:
            return None if work.deliveries.count_waiting() else len(self.channel.texts(address))

    def conversation(self, address: str = "77") -> str:
        """Which one an address has."""
        with self.runtime.deps.store.begin() as work:
            found = work.conversations.by_address("pager", address)
        assert found is not None
        return found.id

    def transcript(self, address: str = "77") -> list[Message]:
        """All of it."""
        conversation_id = self.conversation(address)
        with self.runtime.deps.store.begin() as work:
            return list(work.messages.after(conversation_id, 0))

    def said(self, address: str = "77") -> list[str]:
        """What the bot said."""
        return [item.text for item in self.transcript(address) if item.author is Author.BOT]


@asynccontextmanager
async def connected(folder: Path, channel: FakeChannel | None = None) -> AsyncIterator[Pagers]:
    """Runs it."""
    clock, platform = FakeClock(), channel or FakeChannel()
    made = application(folder, clock=clock)
    rasa = FakeRasa(made.deps)
    app = create_app(made, rasa, QUICK, channels=lambda *_: [platform])
    async with app.router.lifespan_context(app):
        yield Pagers(app.state.runtime, platform, rasa, clock)
