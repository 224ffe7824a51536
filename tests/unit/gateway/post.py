"""A running gateway with a channel that does what it is told, and a way to have something said."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starlette.routing import BaseRoute

from bot.domain.conversations import Author, Conversation, Message, RenderedReply, ReplyKind
from bot.domain.deliveries import Delivery, DeliveryState
from bot.services.transcripts import say
from channels.contract import Receive
from gateway.app import create_app
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, application


@dataclass
class Scripted:
    """A channel that does what it is told, in order, and takes everything after that."""

    name: str = "telegram"
    max_text: int = 20
    script: deque[Exception | None] = field(default_factory=deque)
    sent: list[tuple[str, RenderedReply]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    tried: int = 0

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """None."""
        return ()

    async def start(self, receive: Receive) -> None:
        """Nothing to fetch."""

    async def stop(self) -> None:
        """Nothing to end."""

    async def send(self, address: str, reply: RenderedReply) -> None:
        """Waits at the gate, then fails as scripted, then takes everything."""
        self.tried += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.script and (fault := self.script.popleft()) is not None:
            raise fault
        self.sent.append((address, reply))

    async def working(self, address: str) -> None:
        """Shows nothing."""

    def link(self, token: str) -> str | None:
        """None."""
        return None

    async def vouch(self, address: str) -> str | None:
        """None."""
        return None

    def texts(self, address: str = "1") -> list[str]:
        """What somebody has got."""
        return [reply.text for to, reply in self.sent if to == address]


class Post:
    """A running gateway, with a way to have something said."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.channel = Scripted()
        made = application(folder, clock=self.clock)
        self.deps = made.deps
        self.app = create_app(made, FakeRasa(made.deps), QUICK, lambda *_: [self.channel])

    def says(self, *said: tuple[ReplyKind, str], address: str = "1", channel: str = "telegram") -> None:
        """Messages of one transaction, in a conversation that is begun with the first."""
        with self.deps.store.begin() as work:
            found = work.conversations.by_address(channel, address)
            now = self.clock.now()
            conversation = found or Conversation(f"c_{address}", channel, address, "de", now, now)
            work.conversations.put(conversation)
            for kind, text in said:
                button = (("skip", "Skip", "t"),)
                say(
                    work,
                    conversation,
                    Message(conversation.id, 0, Author.BOT, kind, text, now, buttons=button),
                )
            work.commit()
        self.app.state.runtime.deliveries.look_soon()

    def delivery(self, seq: int, conversation_id: str = "c_1") -> Delivery:
        """How one stands."""
        with self.deps.store.begin() as work:
            found = work.deliveries.get(conversation_id, seq)
        assert found is not None
        return found

    def states(self, count: int) -> list[DeliveryState]:
        """How the first ones stand."""
        return [self.delivery(seq).state for seq in range(1, count + 1)]

    def outcomes(self, outcome: str) -> float:
        """What the metrics say."""
        counter = self.app.state.runtime.metrics.deliveries
        return float(counter.labels("telegram", outcome)._value.get())
