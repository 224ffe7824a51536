"""The outbox: work that any replica may take over, in the database that caused it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, or_, select, update

from bot.domain.outbox import Job
from bot.store.repository import Repository, known
from bot.store.tables.ledger import outbox


class JobState(StrEnum):
    """A job stays, without its payload, once it is done: its key says that it was.

    A dead one keeps its payload, and beside it, sealed as well, why it is dead.
    """

    OPEN = "open"
    DONE = "done"
    DEAD = "dead"


class SqlOutbox(Repository):
    """Implements `ports.Outbox`."""

    def add(self, job: Job) -> bool:
        values = {
            "id": job.id,
            "kind": job.kind,
            "dedupe_key": job.dedupe_key,
            "payload": self._seal(json.dumps(dict(job.payload))),
            "run_at": job.run_at,
            "attempts": job.attempts,
            "state": JobState.OPEN.value,
        }
        return self._add(outbox, values)

    def lease(self, owner: str, now: datetime, until: datetime, limit: int = 10) -> Sequence[Job]:
        free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= now)
        due = (
            select(outbox)
            .where(outbox.c.state == known(JobState.OPEN), outbox.c.run_at <= now, free)
            .order_by(outbox.c.run_at, outbox.c.id)
            .limit(limit)
            # Two statements on purpose: within one UPDATE, PostgreSQL may run this again and lock too many.
            .with_for_update(skip_locked=True)
        )
        jobs = [self._job(row) for row in self._all(due)]
        if jobs:
            taken = update(outbox).where(outbox.c.id.in_([job.id for job in jobs]))
            self._change(taken.values(lease_owner=owner, lease_until=until, attempts=outbox.c.attempts + 1))
        return [replace(job, attempts=job.attempts + 1) for job in jobs]

    def done(self, job_id: str) -> bool:
        this = (outbox.c.id == job_id, outbox.c.state != JobState.DONE.value)
        gone = {"state": JobState.DONE.value, "payload": None, "lease_owner": None, "lease_until": None}
        return self._change(update(outbox).where(*this).values(**gone)) == 1

    def retry(self, job_id: str, run_at: datetime) -> None:
        again = {"run_at": run_at, "lease_owner": None, "lease_until": None}
        self._change(update(outbox).where(outbox.c.id == job_id).values(**again))

    def give_up(self, job_id: str, fault: str) -> None:
        this = (outbox.c.id == job_id, outbox.c.state == JobState.OPEN.value)
        row = self._one(select(outbox).where(*this))
        if row is not None:
            sealed = self._seal(json.dumps({"payload": json.loads(self._open(row.payload)), "fault": fault}))
            dead = {"state": JobState.DEAD.value, "payload": sealed, "lease_owner": None, "lease_until": None}
            self._change(update(outbox).where(*this).values(**dead))

    def open_of(self, kind: str, limit: int = 200) -> Sequence[Job]:
        waiting = select(outbox).where(outbox.c.state == known(JobState.OPEN), outbox.c.kind == kind)
        soonest = waiting.order_by(outbox.c.run_at, outbox.c.id).limit(limit)
        return [self._job(row) for row in self._all(soonest)]

    def given_up(self, limit: int | None = 200) -> Sequence[Job]:
        dead = select(outbox).where(outbox.c.state == JobState.DEAD.value)
        return [self._job(row) for row in self._all(dead.order_by(outbox.c.run_at, outbox.c.id).limit(limit))]

    def revive(self, job_id: str, run_at: datetime) -> bool:
        this = (outbox.c.id == job_id, outbox.c.state == JobState.DEAD.value)
        row = self._one(select(outbox).where(*this))
        if row is None:
            return False
        sealed = self._seal(json.dumps(dict(self._job(row).payload)))
        anew = {"state": JobState.OPEN.value, "payload": sealed, "run_at": run_at, "attempts": 0}
        return self._change(update(outbox).where(*this).values(**anew)) == 1

    def _job(self, row: Row[Any]) -> Job:
        payload, fault = json.loads(self._open(row.payload)), None
        if row.state == JobState.DEAD.value:
            payload, fault = payload["payload"], payload["fault"]
        return Job(row.id, row.kind, row.dedupe_key, payload, row.run_at, row.attempts, fault)
