"""The dispatcher: has every accepted message answered exactly once, in order (P9).

One worker at a time is at a conversation, in this process or another: the lease sees to that.

Nothing here remembers what has to be done: that is in the inbox. Submitting a conversation only makes it
soon; the sweeper finds whatever was left over, by this process before it died or by another one.
"""

from __future__ import annotations

import asyncio
import time

import structlog

from bot.domain.errors import ConflictError
from bot.domain.inbox import InboxEntry, InboxState
from bot.services import cases, inbox
from bot.services.dependencies import Dependencies
from bot.services.inbox import MAX_ATTEMPTS
from gateway.answering import Answering, Hooks
from gateway.leases import Leases
from gateway.meanings import Meanings
from gateway.metrics import Metrics
from gateway.pace import Pace
from gateway.rasa import (
    Rasa,
    RasaError,
    RasaUnavailableError,
)
from gateway.threads import Threads

log = structlog.get_logger(__name__)


class Turns:
    """Workers, one for each conversation that has something to answer."""

    def __init__(
        self,
        deps: Dependencies,
        rasa: Rasa,
        leases: Leases,
        threads: Threads,
        metrics: Metrics,
        pace: Pace,
        hooks: Hooks,
    ) -> None:
        self._deps = deps
        self._rasa = rasa
        self._leases = leases
        self._threads = threads
        self._metrics = metrics
        self._pace = pace
        self._announce = hooks.announce
        self._meanings = Meanings(deps)
        self._answering = Answering(deps, rasa, leases.owner, threads, metrics, hooks, self._meanings)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._closing = False

    def submit(self, conversation_id: str) -> None:
        """Makes sure that a worker of this process looks at a conversation; returns at once."""
        if self._closing:
            return
        if conversation_id in self._workers:
            self._again.add(conversation_id)
            return
        worker = asyncio.create_task(self._work(conversation_id), name=f"turns {conversation_id}")
        self._workers[conversation_id] = worker
        worker.add_done_callback(lambda _: self._worked(conversation_id))

    def submit_known(self, conversation_id: str, inbox_id: str, intent: str | None) -> None:
        """Submits a message whose meaning is known: it is answered also while Rasa is away.

        None is for a press, which says itself what it means. It goes before those that have to be asked
        about: what is pressed now must not wait behind them.
        """
        self._meanings.note(conversation_id, inbox_id, intent)
        self.submit(conversation_id)

    def working_on(self, conversation_id: str) -> bool:
        """Whether a worker of this process is at it, and so will announce what it does."""
        return conversation_id in self._workers

    async def sweep(self) -> None:
        """Submits conversations whose messages wait with nobody at them; one look at Rasa for all of them."""
        for conversation_id in self._meanings.conversations():
            self.submit(conversation_id)
        if self._answering.rasa_away:
            self._answering.rasa_away = not await self._rasa.healthy()
            self._metrics.rasa_up.set(not self._answering.rasa_away)
            if self._answering.rasa_away:
                return
            log.info("rasa_is_back")
        for conversation_id in await self._threads.run(self._waiting):
            self.submit(conversation_id)

    async def resume_overdue(self) -> None:
        """Takes conversations back from staff who let a customer wait too long (P10)."""
        for conversation_id in await self._threads.run(cases.resume_overdue, self._deps):
            self._announce(conversation_id)
            self.submit(conversation_id)

    async def stop(self) -> None:
        """Takes on nothing new, lets turns under way end, and cuts short those that do not."""
        self._closing = True
        for timer in self._timers.values():
            timer.cancel()
        if self._workers:
            _, late = await asyncio.wait(self._workers.values(), timeout=self._pace.stop)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _waiting(self) -> tuple[str, ...]:
        with self._deps.store.begin() as work:
            return tuple(work.inbox.waiting_conversations(self._deps.clock.now()))

    def _worked(self, conversation_id: str) -> None:
        del self._workers[conversation_id]
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.submit(conversation_id)

    async def _work(self, conversation_id: str) -> None:
        """Answers what waits in one conversation, until nothing does or something is in the way."""
        try:
            async with self._leases.hold(conversation_id) as mine:
                while mine and not self._closing:
                    entry = await self._threads.run(self._next, conversation_id)
                    if entry is None or self._not_due(entry) or not await self._one(entry):
                        break
        except Exception:
            log.exception("worker_failed", conversation=conversation_id)

    def _next(self, conversation_id: str) -> InboxEntry | None:
        with self._deps.store.begin() as work:
            for inbox_id in self._meanings.of(conversation_id):
                known = work.inbox.get(inbox_id)
                if known is not None and known.state is InboxState.ACCEPTED:
                    return known
                self._meanings.forget(inbox_id)
            return work.inbox.next_accepted(conversation_id)

    def _not_due(self, entry: InboxEntry) -> bool:
        """Whether a conversation has to wait with its oldest message; then a timer has it submitted again."""
        wait = (entry.not_before - self._deps.clock.now()).total_seconds() if entry.not_before else 0.0
        if wait <= 0:
            return False
        if (old := self._timers.pop(entry.conversation_id, None)) is not None:
            old.cancel()
        loop = asyncio.get_running_loop()
        self._timers[entry.conversation_id] = loop.call_later(wait, self._due, entry.conversation_id)
        return True

    def _due(self, conversation_id: str) -> None:
        self._timers.pop(conversation_id, None)
        self.submit(conversation_id)

    async def _one(self, entry: InboxEntry) -> bool:
        """One message. Returns whether the next one may be looked at."""
        began = time.perf_counter()
        try:
            outcome = await self._answering.answer(entry)
        except ConflictError:
            log.warning("turn_dropped", conversation=entry.conversation_id, inbox=entry.id)
            return False
        except RasaUnavailableError as fault:
            return await self._rasa_is_away(entry, fault)
        except Exception as fault:  # noqa: BLE001 - whatever it was, the message must not be lost: it is tried again
            return await self._failed(entry, fault)
        self._metrics.turns.labels(outcome).inc()
        self._metrics.turn_seconds.observe(time.perf_counter() - began)
        self._announce(entry.conversation_id)
        return True

    async def _rasa_is_away(self, entry: InboxEntry, fault: RasaUnavailableError) -> bool:
        """Nobody's fault and no try: the sweeper goes on once Rasa is back."""
        if not self._answering.rasa_away:
            log.warning("rasa_is_away", conversation=entry.conversation_id, inbox=entry.id, fault=str(fault))
            self._answering.rasa_away = True
            self._metrics.rasa_up.set(0)
            self._metrics.failures.labels("rasa_unavailable").inc()
        return False

    async def _failed(self, entry: InboxEntry, fault: Exception) -> bool:
        """Notes the failed try; after enough of them a person gets the message. The loop sees to the wait."""
        self._metrics.failures.labels(type(fault).__name__).inc()
        attempts = await self._threads.run(inbox.retry_later, self._deps, entry.id)
        log.warning(
            "turn_failed",
            conversation=entry.conversation_id,
            inbox=entry.id,
            attempts=attempts,
            # Rasa's faults are in our own words; others may quote the customer.
            cause=str(fault) if isinstance(fault, RasaError) else None,
            exc_info=fault,
        )
        if attempts < MAX_ATTEMPTS:
            return True
        await self._threads.run(inbox.give_up, self._deps, entry.id, self._leases.owner)
        self._metrics.turns.labels("given_up").inc()
        self._announce(entry.conversation_id)
        return True
