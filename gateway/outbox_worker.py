"""Carries jobs of the outbox out, after the reply: mail among them. Any replica may take any job."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog

from bot.domain.errors import BillingUnavailableError, HopelessError, MailDelayedError
from bot.domain.outbox import Job
from bot.services.dependencies import Dependencies
from gateway.metrics import Metrics
from gateway.pace import Pace
from gateway.threads import Threads

log = structlog.get_logger(__name__)

#: Does one job; raises `HopelessError` when it never will succeed, and whatever it likes when it may later.
#: Must be safe to repeat.
Handler = Callable[[Job], None]

AT_ONCE = 10
LONGEST_WAIT = 3600.0


class OutboxWorker:
    """Leases due jobs and hands each to the handler of its kind, in a thread.

    A job is tried until it succeeds or says that it never will; then it is kept for staff, with why. Handlers
    have threads of their own: a mail server that does not answer holds up no conversation.
    """

    def __init__(
        self,
        deps: Dependencies,
        handlers: Mapping[str, Handler],
        owner: str,
        threads: Threads,
        metrics: Metrics,
        pace: Pace,
    ) -> None:
        self._deps = deps
        self._handlers = handlers
        self._owner = owner
        self._threads = threads
        self._workshop = Threads(AT_ONCE, "job")
        self._metrics = metrics
        self._pace = pace
        self.wake = asyncio.Event()  # set it when a job may have been added

    async def work(self) -> None:
        """Does what is due, until nothing is."""
        while jobs := await self._threads.run(self._lease):
            await asyncio.gather(*(self._do(job) for job in jobs))

    async def _do(self, job: Job) -> None:
        try:
            await self._workshop.run(self._handlers[job.kind], job)
        except HopelessError as fault:
            log.warning("job_given_up", kind=job.kind, job=job.id, attempts=job.attempts, why=str(fault))
            await self._threads.run(self._give_up, job, str(fault))
            self._metrics.jobs.labels(job.kind, "dead").inc()
        except Exception as fault:
            wait = max(self._wait(job.attempts), _asked_for(fault))
            # What a mailer says of a delay is in words of ours; of other faults the log keeps the kind only.
            why = {"why": str(fault)} if isinstance(fault, MailDelayedError) else {}
            log.warning(
                "job_failed",
                kind=job.kind,
                job=job.id,
                attempts=job.attempts,
                wait=wait,
                exc_info=fault,
                **why,
            )
            await self._threads.run(self._retry, job, wait)
            self._metrics.jobs.labels(job.kind, "failed").inc()
        else:
            await self._threads.run(self._done, job)
            self._metrics.jobs.labels(job.kind, "done").inc()

    def _wait(self, attempts: int) -> float:
        """Seconds: doubled from try to try, and spread: what failed together must not come back together."""
        longest = min(2.0 ** min(attempts, 20), LONGEST_WAIT)
        return longest * (0.5 + self._deps.shuffle.random() / 2)

    def _lease(self) -> list[Job]:
        now = self._deps.clock.now()
        with self._deps.store.begin() as work:
            jobs = list(work.outbox.lease(self._owner, now, now + self._pace.job_lease, AT_ONCE))
            if jobs:
                work.commit()
        return jobs

    def _done(self, job: Job) -> None:
        with self._deps.store.begin() as work:
            work.outbox.done(job.id)
            work.commit()

    def close(self) -> None:
        """Lets what is being done end, and begins nothing more."""
        self._workshop.close()

    def _give_up(self, job: Job, why: str) -> None:
        with self._deps.store.begin() as work:
            work.outbox.give_up(job.id, why)
            work.commit()

    def _retry(self, job: Job, wait: float) -> None:
        with self._deps.store.begin() as work:
            work.outbox.retry(job.id, self._deps.clock.now() + timedelta(seconds=wait))
            work.commit()


def _asked_for(fault: Exception) -> float:
    """Seconds for which the other side wants to be left alone, where it said so."""
    asked = fault.retry_after if isinstance(fault, BillingUnavailableError) else None
    return min(asked or 0.0, LONGEST_WAIT)
