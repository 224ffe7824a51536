"""The gateway's parts, put together around an application, and started and stopped with the server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.domain.alerts import ALERT, SLACK_ALERT
from bot.domain.outbox import DECLARED_MAIL, END_NOTICE, MAIL, RECEIPT_MAIL, TELL, Job
from bot.ports import Heard
from bot.services import (
    alerting,
    alerts,
    billing_away,
    billing_news,
    carrying_out,
    declared_mail,
    end_notices,
    later,
    mailing,
    reason_notes,
    receipt_mail,
    refunds,
    telling,
)
from bot.services.dependencies import Dependencies
from channels.contract import Channel, Host
from channels.web.adapter import WebChannel
from console.live import EVERYTHING, Live
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
from gateway.schedules import Schedules
from gateway.sockets import Sockets
from gateway.threads import Threads
from gateway.turns import Turns
from gateway.vault import SealedVault
from gateway.waiting import Waiting
from gateway.webhooks import WebhookWorker

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
        # Reading news may mean to ask the billing system; while that is slow, there are threads for people.
        self.hearing = asyncio.Semaphore(4)
        self.web = WebChannel()
        self.live = Live()
        self.sockets = Sockets(self.deps, self.web, self.metrics)
        self.listening = Listening(application.changes, self._hear, self.metrics, self.pace)
        self.addresses = Addresses(self.deps, self.threads)
        self.platforms = Platforms(self.deps, self.threads, self.addresses)
        self.rasa = rasa or RasaClient(self.settings.rasa_url, application.rasa_secret)
        # A name no other process has, and none that was here before and may still be thought to hold a lease.
        owner = f"app-{secrets.token_hex(8)}"
        remind_after = timedelta(hours=self.settings.remind_after)
        self.schedules = Schedules(self.deps, remind_after, self.threads, self.metrics, self._look)
        self.outbox = OutboxWorker(self.deps, self._jobs(), owner, self.threads, self.metrics, self.pace)
        told = application.webhooks
        self.webhooks = WebhookWorker(self.deps, told, owner, self.threads, self.metrics, self.pace)
        self._leases = Leases(self.deps, owner, self.threads, self.pace)
        hooks = Hooks(self.platforms.before_turn, self.announce)
        self.turns = Turns(self.deps, self.rasa, self._leases, self.threads, self.metrics, self.pace, hooks)
        self.inbox = Inbox(self.deps, self.turns, self.threads, self.addresses)
        made = {channel.name: channel for channel in channels(application, self._host)}
        self.platforms.channels = {"web": self.web, **made}
        self.deliveries = DeliveryWorker(
            self.deps, self.platforms.channels, owner, self.threads, self.metrics, self.pace
        )
        self.waiting = Waiting(self.deps, self.turns, self.web, self.threads, self.pace)

    def _jobs(self) -> dict[str, Handler]:
        """What does each kind of job."""
        mailer = self.application.mailer
        return {
            MAIL: partial(mailing.send, self.deps, mailer),
            RECEIPT_MAIL: partial(receipt_mail.send, self.deps, mailer),
            DECLARED_MAIL: partial(declared_mail.send, self.deps, mailer),
            END_NOTICE: partial(end_notices.send, self.deps, mailer),
            ALERT: partial(alerting.decide, self.deps),
            SLACK_ALERT: partial(alerts.send_to_slack, self.deps, self.application.alerts),
            TELL: partial(self._heard, telling.tell),
            carrying_out.CARRY_OUT: partial(self._heard, carrying_out.run),
            carrying_out.TELL_LATER: partial(self._heard, later.tell),
            refunds.SETTLE: partial(refunds.run, self.deps),
            reason_notes.NOTE_REASON: partial(reason_notes.run, self.deps),
            billing_away.GO_ON: partial(self._heard, later.go_on),
            billing_news.VIEW: partial(billing_news.look, self.deps),
            **self.schedules.handlers,
        }

    def _hear(self, heard: Heard) -> None:
        """Somebody has written, this process or another one: who is at the website hears of it."""
        self.live.tell((EVERYTHING,) if heard.gap else heard.conversations)
        if heard.gap:
            self.web.ring_all()
        for conversation_id in heard.conversations:
            self.web.ring(conversation_id)

    def announce(self, conversation_id: str) -> None:
        """Something was said in a conversation, in this process: who listens hears of it, and it is sent."""
        self.web.ring(conversation_id)
        self.live.tell((conversation_id,))
        self._look()

    def _look(self) -> None:
        """Something may have been said, told, or left to be done."""
        self.outbox.wake.set()
        self.deliveries.wake.set()
        self.webhooks.wake.set()

    async def _alert(self) -> None:
        """Who waits for a person too long is told to those who wish to know."""
        late = await self.threads.run(alerts.look, self.deps)
        if await self.threads.run(alerting.end_hours, self.deps) or late:
            self._look()

    def _heard(self, work: Callable[[Dependencies, Job], object], job: Job) -> None:
        """Does a job that may say something in conversations."""
        work(self.deps, job)
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

    def _background(self) -> Iterable[Coroutine[None, None, object]]:
        pace = self.pace
        yield repeat("sweep", pace.sweep, self.turns.sweep)
        yield repeat("overdue", pace.overdue, self.turns.resume_overdue)
        yield repeat("alerts", pace.overdue, self._alert)
        yield repeat("outbox", pace.jobs, self.outbox.work, self.outbox.wake)
        yield repeat("deliveries", pace.deliveries, self.deliveries.work, self.deliveries.wake)
        yield repeat("webhooks", pace.webhooks, self.webhooks.work, self.webhooks.wake)
        yield repeat("schedules", pace.schedules, self.schedules.work, at_once=False)

    async def drain(self) -> None:
        """Sends those who wait home: what they wait for is accepted, and they will ask again."""
        await self.web.stop()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The life of the background work."""
        # The first guess loads the models, and nothing else runs meanwhile: before anybody is let in.
        await self.threads.run(self.deps.languages.guess, self.deps.company)
        tasks = [asyncio.create_task(work) for work in self._background()]
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
            await asyncio.gather(self.deliveries.stop(), self.webhooks.stop())
            for channel in self.platforms.channels.values():
                await channel.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.listening.stop()
            await self.rasa.close()
            await asyncio.to_thread(self.sockets.threads.close)
            await asyncio.to_thread(self.outbox.close)
            await asyncio.to_thread(self.threads.close)
