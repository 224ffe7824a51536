from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from bot.domain.errors import BillingUnavailableError
from bot.domain.outbox import Job
from bot.services import jobs
from gateway.metrics import Metrics
from gateway.outbox_worker import AT_ONCE, LONGEST_WAIT, OutboxWorker
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


async def test_a_receipt_is_mailed_after_the_reply(world: World) -> None:
    """To the account holder, with the number that the chat shows; the notice of the end waits for it."""
    session = await world.session("demo-solo")
    said = (await world.say(session, "I want to cancel")).json()["replies"]
    number = next(reply["receipt"]["number"] for reply in said if reply.get("receipt"))

    await until(lambda: bool(mailer(world).sent))
    (mail,) = mailer(world).sent
    assert mail.to == "demo-solo@example.com"
    assert mail.letter.stub is not None
    assert mail.letter.stub.number == number

    world.clock.advance(days=40)
    await until(lambda: len(mailer(world).sent) == 2)
    assert mailer(world).sent[1].subject.startswith("mail_ended_subject")


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


async def test_a_mail_that_never_will_be_taken(world: World) -> None:
    """Given up at once, with why, so that staff can see to it; when they say so, it is tried again."""
    mailer(world).refused.add("gone@example.com")
    payload = {"to": "gone@example.com", "locale": "en", "template": "mail_code", "code": "100001"}
    add(world, job(payload=payload))
    dead = world.app.state.runtime.metrics.jobs.labels("mail", "dead")._value

    await until(lambda: dead.get() == 1)

    deps = world.application.deps
    (lost,) = jobs.given_up(deps)
    assert (lost.id, lost.fault) == ("j_1", "the mail server answered RCPT with 550 5.1.1")
    world.clock.advance(hours=2)
    await world.app.state.runtime.outbox.work()
    assert dead.get() == 1
    mailer(world).refused.clear()
    jobs.try_again(deps, "j_1")
    await until(lambda: bool(mailer(world).sent))


async def test_work_that_hangs_holds_up_no_turn(tmp_path: Path) -> None:
    """Jobs have threads of their own, one for each that is done at a time."""
    deps = application(tmp_path).deps
    hang = threading.Barrier(AT_ONCE + 1)
    threads = Threads()

    def slow(_: Job) -> None:
        hang.wait()

    worker = OutboxWorker(deps, {"slow": slow}, "one", threads, Metrics(), QUICK)
    with deps.store.begin() as work:
        for number in range(AT_ONCE):
            work.outbox.add(job(f"j_{number}", kind="slow"))
        work.commit()

    working = asyncio.create_task(worker.work())
    await until(lambda: hang.n_waiting == AT_ONCE)
    assert await threads.run(lambda: "a turn") == "a turn"
    await threads.run(hang.wait)
    await working
    worker.close()
    threads.close()


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
    for worker in workers:
        worker.close()
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


async def test_who_asks_to_be_left_alone_is(tmp_path: Path) -> None:
    """A billing system that says when it may be asked again is not asked sooner."""
    clock = FakeClock()
    deps = application(tmp_path, clock=clock).deps
    asked: list[str] = []

    def handle(item: Job) -> None:
        asked.append(item.id)
        raise BillingUnavailableError("too many requests", 600)

    threads = Threads()
    worker = OutboxWorker(deps, {"work": handle}, "one", threads, Metrics(), QUICK)
    with deps.store.begin() as work:
        work.outbox.add(job("j_1", kind="work"))
        work.commit()
    for seconds, times in ((0, 1), (599, 1), (1, 2)):
        clock.advance(seconds=seconds)
        await worker.work()
        assert len(asked) == times
    worker.close()
    threads.close()
