"""The gateway's parts, put together around an application, and started and stopped with the server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from bot.services import mailing
from channels.web.adapter import WebChannel
from gateway.background import repeat
from gateway.inbox import Inbox
from gateway.leases import Leases
from gateway.metrics import Metrics
from gateway.outbox_worker import OutboxWorker
from gateway.pace import Pace
from gateway.rasa import Rasa, RasaClient
from gateway.threads import Threads
from gateway.turns import Turns
from gateway.waiting import Waiting

if TYPE_CHECKING:
    from bot.bootstrap import Application


class Runtime:
    """Everything that a request or a worker of this process may reach."""

    def __init__(self, application: Application, rasa: Rasa | None = None, pace: Pace | None = None) -> None:
        self.application = application
        self.deps = application.deps
        self.settings = application.settings
        self.pace = pace or Pace()
        self.metrics = Metrics()
        self.threads = Threads()
        self.web = WebChannel()
        self.rasa = rasa or RasaClient(self.settings.rasa_url, application.rasa_secret)
        # A name no other process has, and none that was here before and may still be thought to hold a lease.
        owner = f"app-{secrets.token_hex(8)}"
        self.outbox = OutboxWorker(
            self.deps,
            {"mail": partial(mailing.send, self.deps, application.mailer)},
            owner,
            self.threads,
            self.metrics,
            self.pace,
        )
        leases = Leases(self.deps, owner, self.threads, self.pace)
        self.turns = Turns(
            self.deps, self.rasa, leases, self.threads, self.metrics, self.pace, self._announce
        )
        self.inbox = Inbox(self.deps, self.turns, self.threads)
        self.waiting = Waiting(self.deps, self.turns, self.web, self.threads, self.pace)

    def _announce(self, conversation_id: str) -> None:
        self.web.ring(conversation_id)
        self.outbox.wake.set()

    async def drain(self) -> None:
        """Sends those who wait home: what they wait for is accepted, and they will ask again."""
        await self.web.stop()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The life of the background work."""
        pace = self.pace
        tasks = [
            asyncio.create_task(repeat("sweep", pace.sweep, self.turns.sweep)),
            asyncio.create_task(repeat("overdue", pace.overdue, self.turns.resume_overdue)),
            asyncio.create_task(repeat("outbox", pace.jobs, self.outbox.work, self.outbox.wake)),
            # The first guess loads the models: now, while Rasa starts, and not while a customer waits.
            asyncio.create_task(self.threads.run(self.deps.languages.guess, self.deps.company)),
        ]
        try:
            yield
        finally:
            await self.drain()
            await self.turns.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.rasa.close()
            await asyncio.to_thread(self.threads.close)
