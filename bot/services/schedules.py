"""Work that falls due by the clock: each hour or day of it is one job of the outbox, whoever adds it.

Every replica plans; a job's key is its hour or day, so that the first one adds it and the outbox gives it to
one. What was missed while nothing ran is done once, not once for each hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.alerts import waits_since
from bot.domain.cancellations import Operation
from bot.domain.cases import MOST_LISTED, Case
from bot.domain.outbox import Job
from bot.services import webhooks
from bot.services.dependencies import Dependencies

#: The kinds of jobs: forgetting what has ended, and reminding staff of what waits.
RETENTION, REMINDER = "retention", "reminder"
#: An operation that is not carried out after so long hangs: the billing system is away, or refuses for now.
HANGS_AFTER = timedelta(hours=1)
#: So many rows of a kind are forgotten in one unit of work, and so often at most: nobody is kept waiting.
_AT_ONCE, _ROUNDS = 500, 200


@dataclass(frozen=True, slots=True)
class Schedule:
    """A kind of job, done every hour, or every day once it is `hour` o'clock where the company is."""

    kind: str
    hour: int | None = None

    def bucket(self, now: datetime, zone: ZoneInfo) -> str | None:
        """The hour (UTC) or the company's day that is to be done now; None where it is too early."""
        if self.hour is None:
            return now.astimezone(UTC).strftime("%Y-%m-%dT%H")
        local = now.astimezone(zone)
        return local.date().isoformat() if local.hour >= self.hour else None


SCHEDULES = (Schedule(RETENTION), Schedule(REMINDER, hour=8))


@dataclass(frozen=True, slots=True)
class Overdue:
    """What waits for staff: cases nobody has taken on, and operations that hang. Oldest first."""

    cases: Sequence[Case]
    operations: Sequence[Operation]

    def __bool__(self) -> bool:
        return bool(self.cases or self.operations)


def plan(deps: Dependencies, schedules: Sequence[Schedule] = SCHEDULES) -> int:
    """Adds what is due now and not there yet; returns how many jobs were added."""
    added = 0
    now = deps.clock.now()
    with deps.store.begin() as work:
        for schedule in schedules:
            bucket = schedule.bucket(now, deps.zone)
            if bucket is not None:
                key = f"{schedule.kind}:{bucket}"
                added += work.outbox.add(Job(deps.ids.new("j"), schedule.kind, key, {"bucket": bucket}, now))
        work.commit()
    return added


def forget(deps: Dependencies) -> Mapping[str, int]:
    """Deletes what was kept for a time only and has ended; returns how many rows of which tables."""
    gone: Counter[str] = Counter()
    for _ in range(_ROUNDS):
        with deps.store.begin() as work:
            found = work.retention.forget(deps.clock.now(), _AT_ONCE)
            work.commit()
        gone.update(found)
        if all(count < _AT_ONCE for count in found.values()):
            break
    return dict(gone)


def overdue(deps: Dependencies, after: timedelta) -> Overdue:
    """The cases that nobody has answered for so long, and the operations that hang."""
    with deps.store.begin() as work:
        now = deps.clock.now()
        waiting = work.cases.waiting(MOST_LISTED)
        cases = [case for case in waiting if (waits_since(case) or now) <= now - after]
        operations = [item for item in work.operations.unfinished() if item.recorded_at <= now - HANGS_AFTER]
    return Overdue(cases, operations)


def remind(deps: Dependencies, after: timedelta, job: Job) -> Overdue:
    """Tells who listens what waits for staff, once for each day; where nothing waits, nothing is told."""
    waits = overdue(deps, after)
    if waits:
        with deps.store.begin() as work:
            day = date.fromisoformat(job.payload["bucket"])
            webhooks.reminder(deps, work, day, waits.cases, waits.operations)
            work.commit()
    return waits
