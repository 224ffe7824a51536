from __future__ import annotations

import threading
from pathlib import Path

from bot.domain.outbox import Job
from gateway.metrics import Metrics
from gateway.outbox_worker import LONGEST_WAIT, OutboxWorker
from gateway.threads import Threads
from tests.fixtures.builders import job
from tests.fixtures.fakes import FakeClock, RecordingMailer
from tests.unit.gateway.support import QUICK, World, application, until


def add(world: World, *jobs: Job) -> None:
    """Puts jobs into the outbox."""
    with world.application.deps.store.begin() as work:
        for item in jobs:
            work.outbox.add(item)
        work.commit()


def mailer(world: World) -> RecordingMailer:
    """Where mail goes."""
    sent = world.application.mailer
    assert isinstance(sent, RecordingMailer)
    return sent


async def test_a_code_is_mailed_after_the_reply(world: World) -> None:
    """Asked for in the chat, sent by the worker, once."""
    session = await world.session()
    await world.say(session, "I want to cancel")

    await world.say(session, "demo-solo@example.com")

    await until(lambda: bool(mailer(world).sent))
    (mail,) = mailer(world).sent
    assert mail.to == "demo-solo@example.com"
    assert mail.subject.startswith("mail_code_subject")
    assert "100001" in mail.text


async def test_no_mail_server(world: World) -> None:
    """The job waits, longer from try to try, and is done when the server is back, once."""
    mailer(world).broken = True
    payload = {"to": "a@example.com", "locale": "en", "template": "mail_code", "code": "100001"}
    add(world, job(payload=payload))
    failed = world.app.state.runtime.metrics.jobs.labels("mail", "failed")._value

    for tries in range(1, 4):
        await until(lambda tries=tries: failed.get() == tries)  # type: ignore[misc]  # a default binds it
        world.clock.advance(seconds=2**tries)
    mailer(world).broken = False
    world.clock.advance(seconds=60)
    await until(lambda: bool(mailer(world).sent))

    world.clock.advance(hours=2)
    await world.app.state.runtime.outbox.work()
    assert len(mailer(world).sent) == 1


async def test_two_workers_take_no_job_twice(tmp_path: Path) -> None:
    """Each job is one worker's, while its lease lives; a dead worker's job is taken over after that."""
    clock = FakeClock()
    deps = application(tmp_path, clock=clock).deps  # of a process that does not run: no third worker
    done: list[str] = []
    lock = threading.Lock()

    def handle(item: Job) -> None:
        with lock:
            done.append(item.id)

    threads = Threads()
    workers = [
        OutboxWorker(deps, {"work": handle}, owner, threads, Metrics(), QUICK) for owner in ("one", "two")
    ]
    with deps.store.begin() as work:
        work.outbox.add(job("j_dead", kind="work"))
        now = clock.now()
        assert work.outbox.lease("the dead", now, now + QUICK.job_lease)
        for number in range(25):
            work.outbox.add(job(f"j_{number}", kind="work"))
        work.commit()

    for worker in workers:
        await worker.work()
    assert sorted(done) == sorted(f"j_{number}" for number in range(25))
    clock.advance(seconds=61)
    await workers[0].work()
    threads.close()

    assert done[-1] == "j_dead"
    assert len(done) == 26


async def test_a_job_of_an_unknown_kind_waits(world: World) -> None:
    """A newer process may know it; it is neither lost nor in the way of others."""
    add(world, job("j_new", kind="of the future"))
    failed = world.app.state.runtime.metrics.jobs.labels("of the future", "failed")._value

    await until(lambda: failed.get() == 1)

    worker = world.app.state.runtime.outbox
    assert worker._wait(1) <= 2
    assert LONGEST_WAIT / 2 <= worker._wait(100) <= LONGEST_WAIT
