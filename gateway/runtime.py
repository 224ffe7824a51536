"""The gateway's parts, put together around an application, and started and stopped with the server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.outbox import TELL, Job
from bot.ports import Heard
from bot.services import mailing, telling
from channels.contract import Channel, Host
from channels.web.adapter import WebChannel
from gateway.addresses import Addresses
from gateway.answering import Hooks
from gateway.background import repeat
from gateway.channels import HostOf, connected
from gateway.deliveries import DeliveryWorker
from gateway.inbox import Inbox
from gateway.leases import Leases
from gateway.listening import Listening
from gateway.metrics import Metrics
from gateway.outbox_worker import Handler, OutboxWorker
from gateway.pace import Pace
from gateway.platforms import Platforms
from gateway.rasa import Rasa, RasaClient
from gateway.sockets import Sockets
from gateway.threads import Threads
from gateway.turns import Turns
from gateway.vault import SealedVault
from gateway.waiting import Waiting

if TYPE_CHECKING:
    from bot.bootstrap import Application


#: Makes the channels of an installation; tests make others.
ConnectChannels = Callable[["Application", HostOf], Iterable[Channel]]


class Runtime:
    """Everything that a request or a worker of this process may reach."""

    def __init__(
        self,
        application: Application,
        rasa: Rasa | None = None,
        pace: Pace | None = None,
        channels: ConnectChannels = connected,
    ) -> None:
        self.application = application
        self.deps = application.deps
        self.settings = application.settings
        self.pace = pace or Pace()
        self.metrics = Metrics()
        self.threads = Threads()
        self.web = WebChannel()
        self.sockets = Sockets(self.deps, self.web, self.metrics)
        self.listening = Listening(application.changes, self._hear, self.metrics, self.pace)
        self.addresses = Addresses(self.deps, self.threads)
        self.platforms = Platforms(self.deps, self.threads, self.addresses)
        self.rasa = rasa or RasaClient(self.settings.rasa_url, application.rasa_secret)
        # A name no other process has, and none that was here before and may still be thought to hold a lease.
        owner = f"app-{secrets.token_hex(8)}"
        jobs: dict[str, Handler] = {
            "mail": partial(mailing.send, self.deps, application.mailer),
            TELL: self._tell,
        }
        self.outbox = OutboxWorker(self.deps, jobs, owner, self.threads, self.metrics, self.pace)
        self._leases = Leases(self.deps, owner, self.threads, self.pace)
        hooks = Hooks(self.platforms.before_turn, self._announce)
        self.turns = Turns(self.deps, self.rasa, self._leases, self.threads, self.metrics, self.pace, hooks)
        self.inbox = Inbox(self.deps, self.turns, self.threads, self.addresses)
        made = {channel.name: channel for channel in channels(application, self._host)}
        self.platforms.channels = {"web": self.web, **made}
        self.deliveries = DeliveryWorker(
            self.deps, self.platforms.channels, owner, self.threads, self.metrics, self.pace
        )
        self.waiting = Waiting(self.deps, self.turns, self.web, self.threads, self.pace)

    def _hear(self, heard: Heard) -> None:
        """Somebody has written, this process or another one: who is at the website hears of it."""
        if heard.gap:
            self.web.ring_all()
        for conversation_id in heard.conversations:
            self.web.ring(conversation_id)

    def _announce(self, conversation_id: str) -> None:
        self.web.ring(conversation_id)
        self.outbox.wake.set()
        self.deliveries.wake.set()

    def _tell(self, job: Job) -> None:
        telling.tell(self.deps, job)
        # In a thread of its own: the loop is told to look.
        self.deliveries.look_soon()

    def _host(self, name: str) -> Host:
        def words(message: str, locale: str | None) -> str:
            return self.deps.wording.text(message, self.deps.wording.locale(locale), {})

        return Host(
            words=words,
            only_one=self._leases.only_one,
            vault=SealedVault(self.deps, self.threads, name),
            overview=partial(self.platforms.overview, name),
            language=self.deps.wording.locale(None),
        )

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
            asyncio.create_task(
                repeat("deliveries", pace.deliveries, self.deliveries.work, self.deliveries.wake)
            ),
            # The first guess loads the models: now, while Rasa starts, and not while a customer waits.
            asyncio.create_task(self.threads.run(self.deps.languages.guess, self.deps.company)),
        ]
        for channel in self.platforms.channels.values():
            await channel.start(self.inbox.receive)
        self.listening.start()
        try:
            yield
        finally:
            await self.drain()
            await self.turns.stop()
            # What was answered last still goes out; what comes in meanwhile is stored, for the next start.
            await self.deliveries.work()
            await self.deliveries.stop()
            for channel in self.platforms.channels.values():
                await channel.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.listening.stop()
            await self.rasa.close()
            await asyncio.to_thread(self.sockets.threads.close)
            await asyncio.to_thread(self.threads.close)
