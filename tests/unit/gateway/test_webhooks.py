"""Sending webhooks: each endpoint by itself, nothing twice but after a death, and a stop in time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.deliveries import DeliveryState
from bot.domain.webhooks import Endpoint, EventType
from bot.ports.webhooks import Answer, NotDeliveredError
from bot.services import webhook_deliveries, webhook_endpoints
from gateway.metrics import Metrics
from gateway.threads import Threads
from gateway.webhooks import AT_ONCE, WebhookWorker
from tests.fixtures.fakes import FakeClock
from tests.fixtures.webhooks import ScriptedWebhooks, endpoint
from tests.unit.gateway.support import QUICK, World, application, until

DEAD, SENT, WAITING = DeliveryState.DEAD, DeliveryState.SENT, DeliveryState.WAITING


@dataclass
class Office:
    """Workers of processes that share one store, and the endpoints they send to."""

    folder: Path
    sender: ScriptedWebhooks = field(default_factory=ScriptedWebhooks)
    clock: FakeClock = field(default_factory=FakeClock)
    metrics: Metrics = field(default_factory=Metrics)
    threads: Threads = field(default_factory=Threads)

    def __post_init__(self) -> None:
        self.deps = application(self.folder, clock=self.clock).deps

    def worker(self, owner: str = "one", stop: float = 5.0) -> WebhookWorker:
        """Another one."""
        pace = replace(QUICK, stop=stop)
        return WebhookWorker(self.deps, self.sender, owner, self.threads, self.metrics, pace)

    def happens(self, where: Endpoint, times: int = 1) -> None:
        """So many events for an endpoint."""
        for _ in range(times):
            webhook_endpoints.test(self.deps, where.id)

    def states(self, where: Endpoint) -> list[DeliveryState]:
        """How its deliveries stand."""
        return [item.delivery.state for item in webhook_deliveries.of_endpoint(self.deps, where.id)]

    def outcomes(self, where: Endpoint, outcome: str) -> float:
        """What the metrics say."""
        return float(self.metrics.webhooks.labels(where.id, outcome)._value.get())


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """With nobody to tell yet."""
    made = Office(tmp_path)
    yield made
    made.threads.close()


async def settle(worker: WebhookWorker) -> None:
    """Lets a worker send whatever is due now."""
    while True:
        await worker.work()
        if not worker._sending:
            return
        await asyncio.wait(worker._sending)


async def test_everything_due_is_sent_once(office: Office) -> None:
    """By two workers together."""
    where = endpoint(office.deps)
    office.happens(where, 30)
    one, two = office.worker(), office.worker("two")
    await asyncio.gather(settle(one), settle(two))
    assert office.states(where) == [SENT] * 30
    assert len(office.sender.tried) == len(set(office.sender.tried)) == 30
    assert office.outcomes(where, "sent") == 30


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (500, "status 500"),
        (302, "status 302"),
        (404, "status 404"),
        (NotDeliveredError("no answer within 15 seconds"), "no answer within 15 seconds"),
        (RuntimeError("a bug"), "RuntimeError"),
    ],
)
async def test_what_is_not_taken_waits(office: Office, answer: int | Exception, why: str) -> None:
    """Whatever went wrong, a redirect and a mistake of ours among it; and is taken the next time."""
    where = endpoint(office.deps)
    office.happens(where)
    office.sender.scripts[where.id].append(answer)
    worker = office.worker()
    await settle(worker)
    (left,) = webhook_deliveries.of_endpoint(office.deps, where.id)
    assert (left.delivery.state, left.delivery.fault) == (WAITING, why)
    assert office.outcomes(where, "delayed") == 1
    office.clock.advance(seconds=6)
    await settle(worker)
    assert office.states(where) == [SENT]
    assert len({name for _, name in office.sender.tried}) == 1


async def test_an_endpoint_that_asks_to_wait_is_left_alone(office: Office) -> None:
    """As long as it says."""
    where = endpoint(office.deps)
    office.happens(where)
    office.sender.scripts[where.id].append(Answer(429, timedelta(minutes=10)))
    worker = office.worker()
    await settle(worker)
    office.clock.advance(minutes=9)
    await settle(worker)
    assert len(office.sender.tried) == 1
    office.clock.advance(minutes=2)
    await settle(worker)
    assert office.states(where) == [SENT]


async def test_an_endpoint_that_is_gone_is_disabled(office: Office) -> None:
    """And counted as that."""
    where = endpoint(office.deps)
    office.happens(where)
    office.sender.scripts[where.id].append(410)
    await settle(office.worker())
    (listed,) = webhook_endpoints.listed(office.deps)
    assert not listed.endpoint.active
    assert office.states(where) == [DEAD]
    assert office.outcomes(where, "gone") == 1


async def test_a_slow_endpoint_holds_up_itself(office: Office) -> None:
    """Ten that do not answer, and one that does: that one has everything at once."""
    slow = [endpoint(office.deps) for _ in range(10)]
    quick = endpoint(office.deps)
    for where in slow:
        office.sender.gates[where.id] = asyncio.Event()
    for _ in range(20):
        for where in [*slow, quick]:
            office.happens(where)
    worker = office.worker()
    async with asyncio.timeout(20):
        while office.states(quick) != [SENT] * 20:
            await worker.work()
            await asyncio.sleep(0)
    assert all(office.states(where) == [WAITING] * 20 for where in slow)
    busy = Counter(worker._sending.values())
    assert [busy[where.id] for where in slow] == [AT_ONCE] * len(slow)
    for where in slow:
        office.sender.gates[where.id].set()
    await settle(worker)
    assert all(office.states(where) == [SENT] * 20 for where in slow)


async def test_a_stop_lets_arrive_what_is_under_way(office: Office) -> None:
    """And begins nothing new; what does not arrive in time is sent by the next process, under the same id."""
    where = endpoint(office.deps)
    gate = office.sender.gates[where.id] = asyncio.Event()
    office.happens(where, 3)
    worker = office.worker()
    await worker.work()
    asyncio.get_running_loop().call_later(0.05, gate.set)
    await worker.stop()
    await worker.work()
    assert office.states(where) == [SENT, SENT, WAITING]

    gate.clear()
    worker = office.worker("two", stop=0.05)
    await worker.work()
    await worker.stop()
    office.clock.advance(seconds=31)
    gate.set()
    await settle(office.worker("three"))
    assert office.states(where) == [SENT] * 3
    assert len(office.sender.tried) == 4
    assert len({name for _, name in office.sender.tried}) == 3


async def test_what_can_not_be_noted_is_sent_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database goes away between sending and noting: again after the lease, with the same id."""
    where = endpoint(office.deps)
    office.happens(where)
    worker = office.worker()

    def away(*_: object) -> None:
        raise ConnectionError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(webhook_deliveries, "sent", away)
        await settle(worker)
    assert office.states(where) == [WAITING]
    await settle(worker)
    assert len(office.sender.taken) == 1
    office.clock.advance(seconds=31)
    await settle(worker)
    assert office.states(where) == [SENT]
    assert len({event.id for _, event in office.sender.taken}) == 1


async def test_the_app_sends_what_happens(world: World) -> None:
    """Right after the reply; counts what waits for staff; and says both in its metrics."""
    sender = world.application.webhooks
    assert isinstance(sender, ScriptedWebhooks)
    where = endpoint(world.application.deps, EventType.COMPLETED, EventType.CASE_OPENED)
    session = await world.session("demo-solo")
    await world.say(session, "I want to cancel")
    await until(lambda: bool(sender.taken))
    assert [event.kind for _, event in sender.taken] == [EventType.COMPLETED]

    await world.say(session, "human please")
    counted = world.app.state.runtime.metrics.registry.get_sample_value
    sent = {"endpoint": where.id, "outcome": "sent"}
    await until(lambda: counted("fairwell_webhooks_total", sent) == 2)
    assert len(sender.taken) == 2
    world.clock.advance(hours=25)
    await world.app.state.runtime.schedules.work()
    said = (await world.client.get("/metrics")).text
    assert f'fairwell_webhooks_total{{endpoint="{where.id}",outcome="sent"}} 2.0' in said
    assert 'fairwell_overdue{what="cases"} 1.0' in said
    assert 'fairwell_overdue{what="webhooks"} 0.0' in said
    assert "fairwell_webhooks_waiting 0.0" in said


async def test_the_app_does_what_falls_due(world: World) -> None:
    """By the clock: what has ended is forgotten, and staff are reminded."""
    sender = world.application.webhooks
    assert isinstance(sender, ScriptedWebhooks)
    endpoint(world.application.deps, EventType.REMINDER)
    session = await world.session("demo-solo")
    await world.say(session, "human please")
    world.clock.advance(days=31)
    await world.app.state.runtime.schedules.work()
    await until(lambda: bool(sender.taken))
    assert [event.kind for _, event in sender.taken] == [EventType.REMINDER]
    done = world.app.state.runtime.metrics.jobs.labels("retention", "done")._value
    await until(lambda: done.get() == 1)
    answer = await world.client.get(
        "/chat/messages", headers={"Authorization": f"Bearer {session['session']}"}
    )
    assert answer.status_code == 401
