"""What falls due by the clock, planned by every replica and done by one; and how much waits for staff."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog

from bot.domain.outbox import Job
from bot.services import audit, schedules, webhook_deliveries
from bot.services.dependencies import Dependencies
from gateway.metrics import Metrics
from gateway.outbox_worker import Handler
from gateway.threads import Threads

log = structlog.get_logger(__name__)


class Schedules:
    """Plans, and hands the outbox's worker what does the jobs; calls `added` when there is one to do."""

    def __init__(
        self,
        deps: Dependencies,
        remind_after: timedelta,
        threads: Threads,
        metrics: Metrics,
        added: Callable[[], None],
    ) -> None:
        self._deps = deps
        self._remind_after = remind_after
        self._threads = threads
        self._metrics = metrics
        self._added = added
        self.handlers: Mapping[str, Handler] = {
            schedules.RETENTION: self._forget,
            schedules.REMINDER: self._remind,
        }

    async def work(self) -> None:
        """Adds what is due, and counts what waits."""
        if await self._threads.run(schedules.plan, self._deps):
            self._added()
        await self._threads.run(self._count)

    def _count(self) -> None:
        waits = schedules.overdue(self._deps, self._remind_after)
        standing = webhook_deliveries.standing(self._deps).values()
        for what, count in {
            "cases": len(waits.cases),
            "operations": len(waits.operations),
            "webhooks": sum(item.dead for item in standing),
        }.items():
            self._metrics.overdue.labels(what).set(count)
        self._metrics.webhooks_waiting.set(sum(item.waiting for item in standing))

    def _forget(self, _: Job) -> None:
        gone = schedules.forget(self._deps)
        log.info("forgotten", **gone)
        # Each hour, so that a log kept elsewhere shows whether the end of the chain was cut off.
        position, digest = audit.head(self._deps)
        log.info("audit_head", position=position, digest=digest)

    def _remind(self, job: Job) -> None:
        waits = schedules.remind(self._deps, self._remind_after, job)
        if waits:
            log.warning("staff_reminder", cases=len(waits.cases), operations=len(waits.operations))
