"""Delivery workers without the rest of a gateway, so that a test decides when each of them looks."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.domain.conversations import Author, Conversation, Message, ReplyKind
from bot.domain.deliveries import Delivery
from bot.services.transcripts import say
from gateway.deliveries import DeliveryWorker
from gateway.metrics import Metrics
from gateway.threads import Threads
from tests.fixtures.fake_channel import FakeChannel
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.support import QUICK, application


@dataclass
class Workers:
    """Of processes that share one store and one platform."""

    folder: Path
    channel: FakeChannel = field(default_factory=FakeChannel)
    clock: FakeClock = field(default_factory=FakeClock)
    metrics: Metrics = field(default_factory=Metrics)
    threads: Threads = field(default_factory=Threads)

    def __post_init__(self) -> None:
        # Of a process that does not run: nobody looks but the workers made here.
        self.deps = application(self.folder, clock=self.clock).deps

    def worker(self, owner: str = "one", stop: float = 5.0) -> DeliveryWorker:
        """Another one."""
        channels = {"pager": self.channel}
        pace = replace(QUICK, stop=stop)
        return DeliveryWorker(self.deps, channels, owner, self.threads, self.metrics, pace)

    def say(self, address: str, *texts: str, kind: ReplyKind = ReplyKind.TEXT) -> None:
        """Has the bot say something in the conversation `c_ADDRESS`."""
        now = self.clock.now()
        with self.deps.store.begin() as work:
            begun = Conversation(f"c_{address}", "pager", address, "en", now, now)
            conversation = work.conversations.by_address("pager", address) or begun
            work.conversations.put(conversation)
            for text in texts:
                say(work, conversation, Message(conversation.id, 0, Author.BOT, kind, text, now))
            work.commit()

    def delivery(self, address: str, seq: int = 1) -> Delivery:
        """How one stands."""
        with self.deps.store.begin() as work:
            found = work.deliveries.get(f"c_{address}", seq)
        assert found is not None
        return found

    def outcomes(self, outcome: str) -> float:
        """What the metrics say."""
        return float(self.metrics.deliveries.labels("pager", outcome)._value.get())


async def settle(worker: DeliveryWorker) -> None:
    """Lets a worker send whatever is due now, and all that is due after that."""
    while True:
        await worker.work()
        if not worker._sending:
            return
        await asyncio.wait(worker._sending)
