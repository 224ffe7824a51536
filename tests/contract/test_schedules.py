"""Work by the clock, on every store: planned by several replicas at once, done by one of them."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.domain.outbox import Job
from bot.ports import Store
from bot.services import schedules
from bot.services.schedules import REMINDER, RETENTION, Schedule
from gateway.metrics import Metrics
from gateway.outbox_worker import OutboxWorker
from gateway.threads import Threads
from tests.contract.racing import race
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.support import QUICK, application


def test_replicas_that_race_add_each_job_once(store: Store, tmp_path: Path) -> None:
    """For each hour and each day, whoever is first."""
    clock = FakeClock()
    deps = replace(application(tmp_path, clock=clock).deps, store=store)
    hourly = [Schedule(RETENTION)]
    for hours in range(3):
        clock.advance(hours=1)
        added = race(4, lambda _: schedules.plan(deps, hourly))
        assert sorted(added) == [0, 0, 0, 1], hours


async def test_two_replicas_do_each_job_once(store: Store, tmp_path: Path) -> None:
    """Through a day: 24 hours of one kind, one day of the other; also when one dies in the middle."""
    clock = FakeClock()
    deps = replace(application(tmp_path, clock=clock).deps, store=store)
    done: list[str] = []
    lock = threading.Lock()

    def handle(job: Job) -> None:
        with lock:
            done.append(job.dedupe_key)

    threads = Threads()
    handlers = {RETENTION: handle, REMINDER: handle}
    workers = [OutboxWorker(deps, handlers, owner, threads, Metrics(), QUICK) for owner in ("one", "two")]
    begun = clock.now()
    while clock.now() < begun + timedelta(hours=24):
        for worker in workers:
            schedules.plan(deps)
            await worker.work()
        if clock.now() == begun + timedelta(hours=12):
            schedules.plan(deps)
            with store.begin() as work:
                work.outbox.lease("the dead", clock.now(), clock.now() + QUICK.job_lease)
                work.commit()
        clock.advance(minutes=20)
    for worker in workers:
        worker.close()
    threads.close()

    assert len(done) == len(set(done))
    assert (
        sum(key.startswith(f"{RETENTION}:") for key in done) == 25
    )  # from half past nine: parts of 25 hours
    assert [key for key in done if key.startswith(f"{REMINDER}:")] == [
        f"{REMINDER}:2026-03-10", f"{REMINDER}:2026-03-11",
    ]  # fmt: skip
