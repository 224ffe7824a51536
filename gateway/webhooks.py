"""Sends webhooks, apart from everything else: a slow endpoint holds up itself. Any replica may."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import structlog

from bot.domain.deliveries import DeliveryState
from bot.ports import WebhookSender
from bot.ports.webhooks import NotDeliveredError
from bot.services import webhook_deliveries
from bot.services.dependencies import Dependencies
from bot.services.webhook_deliveries import GONE, OutgoingEvent
from gateway.metrics import Metrics
from gateway.pace import Pace
from gateway.threads import Threads

log = structlog.get_logger(__name__)

#: So many events are on their way to one endpoint at the same time, from each process.
AT_ONCE = 2


class WebhookWorker:
    """Leases what is due and sends it, in the loop. Set `wake` when something may have happened."""

    def __init__(
        self,
        deps: Dependencies,
        sender: WebhookSender,
        owner: str,
        threads: Threads,
        metrics: Metrics,
        pace: Pace,
    ) -> None:
        self._deps = deps
        self._sender = sender
        self._owner = owner
        self._threads = threads
        self._metrics = metrics
        self._pace = pace
        self._sending: dict[asyncio.Task[None], str] = {}
        # What is leased must be sent by who leased it: a stop waits until that has begun.
        self._leasing = asyncio.Lock()
        self._closing = False
        self.wake = asyncio.Event()

    async def work(self) -> None:
        """Begins to send what is due, as far as each endpoint has room; returns without waiting for it."""
        async with self._leasing:
            while not self._closing:
                busy = Counter(self._sending.values())
                taken = await self._threads.run(
                    webhook_deliveries.lease,
                    self._deps,
                    self._owner,
                    self._pace.webhook_lease,
                    busy,
                    AT_ONCE,
                )
                if not taken:
                    return
                for outgoing in taken:
                    task = asyncio.create_task(self._deliver(outgoing))
                    self._sending[task] = outgoing.endpoint.id
                    task.add_done_callback(self._delivered)

    async def stop(self) -> None:
        """Takes on nothing new, lets what is being sent arrive, and cuts short what does not.

        That is sent again by whoever leases it next, under the same id.
        """
        self._closing = True
        async with self._leasing:
            pass
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=self._pace.stop)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _delivered(self, task: asyncio.Task[None]) -> None:
        del self._sending[task]
        if not task.cancelled() and (fault := task.exception()) is not None:
            # The lease runs out, and then it is tried again.
            log.error("webhook_not_noted", exc_info=fault)
        self.wake.set()

    async def _deliver(self, outgoing: OutgoingEvent) -> None:
        try:
            answer = await self._sender.send(outgoing.endpoint, outgoing.event, self._deps.clock.now())
        except NotDeliveredError as fault:
            await self._failed(outgoing, str(fault))
        except Exception as fault:
            # Ours: it is noted like any other, so that it isn't tried again at once, and for ever.
            log.exception("webhook_failed", endpoint=outgoing.endpoint.id, event_id=outgoing.event.id)
            await self._failed(outgoing, type(fault).__name__)
        else:
            if 200 <= answer.status < 300:
                await self._threads.run(
                    webhook_deliveries.sent, self._deps, outgoing, self._owner, answer.status
                )
                self._count(outgoing, "sent")
            else:
                fault_shown = f"status {answer.status}"
                await self._failed(outgoing, fault_shown, answer.status, answer.retry_after)

    async def _failed(
        self,
        outgoing: OutgoingEvent,
        why: str,
        status: int | None = None,
        asked: timedelta | None = None,
    ) -> None:
        left = await self._threads.run(
            webhook_deliveries.failed, self._deps, outgoing, self._owner, why, status, asked
        )
        outcome = "dead" if left is DeliveryState.DEAD else "delayed"
        name = outgoing.endpoint.id
        log.warning("webhook_not_taken", endpoint=name, event_id=outgoing.event.id, why=why, left=outcome)
        if status == GONE:
            log.error("webhook_endpoint_gone", endpoint=name)
        self._count(outgoing, "gone" if status == GONE else outcome)

    def _count(self, outgoing: OutgoingEvent, outcome: str) -> None:
        self._metrics.webhooks.labels(outgoing.endpoint.id, outcome).inc()
