"""Alerts that are decided on as the gateway's worker does it."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.alerts import ALERT
from bot.services import alerting
from bot.services.dependencies import Dependencies


def decided(deps: Dependencies) -> None:
    """Does the jobs that decide who is told, and leaves all others."""
    now = deps.clock.now()
    with deps.store.begin() as work:
        leased = work.outbox.lease("test", now, now + timedelta(minutes=1), 10_000)
        for job in leased:
            if job.kind != ALERT:
                work.outbox.retry(job.id, job.run_at)
        work.commit()
    for job in leased:
        if job.kind == ALERT:
            alerting.decide(deps, job)
