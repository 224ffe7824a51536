"""Delivers what stands in transcripts to the platforms, in each conversation in order. Any replica may."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.conversations import RenderedReply
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.errors import ConflictError
from bot.services import deliveries
from bot.services.deliveries import Outgoing
from bot.services.dependencies import Dependencies
from channels.contract import Channel, NotSentError, RefusedError
from gateway.metrics import Metrics
from gateway.pace import Pace
from gateway.threads import Threads

log = structlog.get_logger(__name__)

#: So many conversations are sent to at the same time.
AT_ONCE = 20
#: A platform that takes longer than this has not answered; shorter than the lease.
SEND_SECONDS = 15.0


class DeliveryWorker:
    """Leases what is due and sends it. Set `wake` when something may have been said."""

    def __init__(
        self,
        deps: Dependencies,
        channels: Mapping[str, Channel],
        owner: str,
        threads: Threads,
        metrics: Metrics,
        pace: Pace,
    ) -> None:
        self._deps = deps
        self._channels = channels
        self._owner = owner
        self._threads = threads
        self._metrics = metrics
        self._pace = pace
        self._sending: set[asyncio.Task[None]] = set()
        # What is leased must be sent by who leased it: a stop waits until that has begun.
        self._leasing = asyncio.Lock()
        self._closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self.wake = asyncio.Event()

    async def work(self) -> None:
        """Begins to send what is due, as far as there is room; returns without waiting for it."""
        self._loop = asyncio.get_running_loop()
        self._metrics.deliveries_waiting.set(await self._threads.run(deliveries.waiting, self._deps))
        async with self._leasing:
            while not self._closing and (room := AT_ONCE - len(self._sending)) > 0:
                taken = await self._threads.run(
                    deliveries.lease, self._deps, self._owner, self._pace.delivery_lease, room
                )
                if not taken:
                    return
                for outgoing in taken:
                    task = asyncio.create_task(self._deliver(outgoing))
                    self._sending.add(task)
                    task.add_done_callback(self._delivered)

    def look_soon(self) -> None:
        """Sets `wake`, from whatever thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.wake.set)

    async def stop(self) -> None:
        """Takes on nothing new, lets what is being sent arrive, and cuts short what does not."""
        self._closing = True
        async with self._leasing:
            pass
        if self._sending:
            _, late = await asyncio.wait(self._sending, timeout=self._pace.stop)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _delivered(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            # The lease runs out, and then it is tried again.
            log.error("delivery_failed", exc_info=fault)
        self.wake.set()

    async def _deliver(self, outgoing: Outgoing) -> None:
        sending = _Sending(outgoing)
        delivery, owner = outgoing.delivery, self._owner
        run = self._threads.run
        try:
            await self._send(self._channels.get(delivery.channel), sending)
        except NotSentError as fault:
            left = await run(
                deliveries.not_sent, self._deps, sending.outgoing, owner, str(fault), fault.retry_after
            )
            outcome = _outcome(left, "delayed")
        except RefusedError as fault:
            outcome = "refused"
            await run(deliveries.refused, self._deps, sending.outgoing, owner, str(fault))
        except ConflictError:
            outcome = "lost"
        except Exception as fault:
            log.warning(
                "delivery_in_doubt",
                channel=delivery.channel,
                conversation=delivery.conversation_id,
                seq=delivery.seq,
                exc_info=fault,
            )
            left = await run(deliveries.in_doubt, self._deps, sending.outgoing, owner, type(fault).__name__)
            outcome = _outcome(left, "in_doubt")
        else:
            outcome = "sent"
            await run(deliveries.sent, self._deps, sending.outgoing, owner)
        self._metrics.deliveries.labels(delivery.channel, outcome).inc()

    async def _send(self, channel: Channel | None, sending: _Sending) -> None:
        """Sends what is left of a message, noting each part, so that none is sent again after a fault."""
        if channel is None:
            raise NotSentError("the channel is not connected")
        outgoing = sending.outgoing
        parts = split(outgoing.reply, channel.max_text)
        for part in parts[outgoing.delivery.parts_sent :]:
            async with asyncio.timeout(SEND_SECONDS):
                await channel.send(outgoing.address, part)
            if part is not parts[-1]:
                sending.outgoing = await self._threads.run(
                    deliveries.part_sent,
                    self._deps,
                    sending.outgoing,
                    self._owner,
                    self._pace.delivery_lease,
                )


@dataclass
class _Sending:
    """A message while it is being sent: how far it got is known also after a fault."""

    outgoing: Outgoing


def _outcome(left: Delivery, outcome: str) -> str:
    """The word for the metrics; a last try has one of its own, for staff have to see to it."""
    return "dead" if left.state is DeliveryState.DEAD else outcome


def split(reply: RenderedReply, longest: int) -> Sequence[RenderedReply]:
    """A reply as messages of at most `longest` characters, split at line or word ends where there are any.

    What belongs to the whole, buttons and receipt, goes with the last one.
    """
    if len(reply.text) <= longest:
        return [reply]
    # Stripped, so that no part is empty: platforms refuse those.
    texts, rest = [], reply.text.strip()
    while len(rest) > longest:
        half = longest // 2
        ends = (rest.rfind("\n", half, longest + 1), rest.rfind(" ", half, longest + 1), longest)
        cut = next(end for end in ends if end > 0)
        texts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    first = [RenderedReply(reply.kind, text, locale=reply.locale) for text in texts]
    return [*first, replace(reply, text=rest)]
