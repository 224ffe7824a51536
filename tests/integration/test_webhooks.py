"""From what a customer does to a company's own server: signed, once, in any order, through every fault."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from ipaddress import ip_network
from pathlib import Path

import pytest
import standardwebhooks.webhooks
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.requests import Request
from starlette.responses import Response

from bot.bootstrap import Application, build
from bot.domain.deliveries import DeliveryState
from bot.domain.webhooks import Endpoint
from bot.services import webhook_deliveries, webhook_endpoints
from bot.settings import Settings
from bot.webhooks.http import HttpWebhookSender
from gateway.metrics import Metrics
from gateway.pace import Pace
from gateway.threads import Threads
from gateway.webhooks import WebhookWorker
from tests.fixtures.fakes import FakeClock
from tests.fixtures.receiver import Receiver, running
from tests.unit.gateway.support import application
from tests.unit.services.script import CANCEL, PRO, UNDO
from tests.unit.services.world import Chat, World

HERE = (ip_network("127.0.0.0/8"),)
SENT, WAITING = DeliveryState.SENT, DeliveryState.WAITING


@dataclass
class Company:
    """An application, workers of it, and the company's own server."""

    application: Application
    clock: FakeClock
    receiver: Receiver
    endpoint: Endpoint
    sender: HttpWebhookSender
    threads: Threads

    def worker(self, owner: str = "one") -> WebhookWorker:
        """Another process's."""
        deps, threads = self.application.deps, self.threads
        return WebhookWorker(deps, self.sender, owner, threads, Metrics(), Pace())

    async def deliver(self, *workers: WebhookWorker) -> None:
        """Has sent whatever is due now."""
        for worker in workers or (self.worker(),):
            await worker.work()
            while worker._sending:
                await asyncio.wait(worker._sending)
                await worker.work()

    def chat(self) -> Chat:
        """A chat with Ada, who has one plan, in the application's own store."""
        world = World(self.application.deps.store, self.clock)
        world.customer("ada", PRO)
        return world.chat("ada")

    def happens(self) -> str:
        """Something does; returns the id of the event."""
        return webhook_endpoints.test(self.application.deps, self.endpoint.id).partition(":")[0]

    @property
    def states(self) -> list[DeliveryState]:
        """How all deliveries stand."""
        found = webhook_deliveries.of_endpoint(self.application.deps, self.endpoint.id)
        return [item.delivery.state for item in found]


@pytest.fixture
async def company(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Company]:
    """With one endpoint for everything; its receiver's library goes by the tests' clock."""
    clock = FakeClock(datetime.now(UTC))

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return clock.now().astimezone(tz)

    monkeypatch.setattr(standardwebhooks.webhooks, "datetime", Clock)
    made = application(tmp_path, clock=clock)
    if getattr(request, "param", "") == "that other processes can open":
        made = build(Settings(home=tmp_path))
        made = replace(made, deps=replace(made.deps, clock=clock))
    threads = Threads()
    async with running(Receiver()) as receiver:
        endpoint, receiver.secret = webhook_endpoints.add(made.deps, receiver.url, (), words=True)
        sender = HttpWebhookSender(HERE, seconds=5.0)
        yield Company(made, clock, receiver, endpoint, sender, threads)
    threads.close()


async def test_what_a_customer_does_arrives(company: Company) -> None:
    """Signed, as JSON, each event once, whichever of two processes sends it."""
    chat = company.chat()
    chat.say("I want to cancel", CANCEL)
    chat.say("undo", UNDO)

    await company.deliver(company.worker("one"), company.worker("two"))
    told = {each["type"]: each["data"] for each in company.receiver.taken}
    assert sorted(told) == ["cancellation.completed", "cancellation.declared", "cancellation.undone"]
    assert told["cancellation.declared"]["words"] == "I want to cancel"
    assert told["cancellation.completed"]["customer"] == "ada"
    assert len(set(company.receiver.ids)) == len(company.receiver.requests) == 3


async def test_a_secret_is_changed_while_it_is_in_use(company: Company) -> None:
    """The receiver changes when it likes within the day; after that the old secret verifies nothing."""
    old = company.receiver.secret
    new = webhook_endpoints.rotate(company.application.deps, company.endpoint.id)
    for secret in (old, new):
        company.receiver.secret = secret
        company.happens()
        await company.deliver()
    assert company.states == [SENT, SENT]
    company.clock.advance(hours=24)
    company.receiver.secret = old
    company.happens()
    await company.deliver()
    assert company.states == [SENT, SENT, WAITING]
    company.receiver.secret = new
    company.clock.advance(seconds=6)
    await company.deliver()
    assert company.states == [SENT] * 3


async def test_what_was_taken_from_the_wire_can_not_be_used_later(company: Company) -> None:
    """A copy of a request verifies for five minutes only; and a second try has a time of its own."""
    company.receiver.script.append(Response(status_code=500))
    company.happens()
    await company.deliver()
    company.clock.advance(minutes=6)
    await company.deliver()
    (first, body), (second, again) = company.receiver.requests
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    Webhook(company.receiver.secret).verify(again, second)
    with pytest.raises(WebhookVerificationError):
        Webhook(company.receiver.secret).verify(body, first)


async def test_it_arrives_after_every_fault(company: Company) -> None:
    """An error, a silence, a connection that breaks off: again with the same id until it is taken, once."""

    async def silent(_: Request) -> Response:
        await asyncio.sleep(30)
        return Response()

    async def breaks_off(_: Request) -> Response:
        raise ConnectionError("what the server has not foreseen")

    company.sender._seconds = 2.0  # more than an answer takes on a machine that has much to do
    company.receiver.script.extend([Response(status_code=503), silent, breaks_off])
    name = company.happens()
    for hours in (0, 0.1, 1, 3):
        company.clock.advance(hours=hours)
        await company.deliver()
    assert company.states == [SENT]
    assert company.receiver.ids == [name] * 4
    assert len(company.receiver.taken) == 1
    shown = webhook_deliveries.shown(company.application.deps, name, company.endpoint.id)
    assert [(item.status, item.fault) for item in shown.delivery.attempts] == [
        (503, "status 503"),
        (None, "no answer within 2 seconds"),
        (500, "status 500"),
        (204, None),
    ]


async def test_the_order_does_not_matter(company: Company) -> None:
    """What comes late is told from what came first by its generation."""
    chat = company.chat()
    company.receiver.script.extend([Response(status_code=500)] * 2)
    chat.say("cancel", CANCEL)
    await company.deliver()
    chat.say("undo", UNDO)
    await company.deliver()
    company.clock.advance(hours=1)
    await company.deliver()
    changes = [each for each in company.receiver.taken if "generation" in each["data"]]
    assert [each["type"] for each in changes] == ["cancellation.undone", "cancellation.completed"]
    last = max(changes, key=lambda each: int(each["data"]["generation"]))
    assert last["type"] == "cancellation.undone"


async def test_an_endpoint_that_is_gone(company: Company) -> None:
    """Is not asked again, and can be told all of it when it is back."""
    company.receiver.script.append(Response(status_code=410))
    company.happens()
    await company.deliver()
    (listed,) = webhook_endpoints.listed(company.application.deps)
    assert not listed.endpoint.active
    company.clock.advance(days=4)
    await company.deliver()
    assert len(company.receiver.requests) == 1
    webhook_endpoints.enable(company.application.deps, company.endpoint.id)
    webhook_deliveries.send_again(company.application.deps, company.receiver.ids[0], company.endpoint.id)
    await company.deliver()
    assert company.receiver.ids == [company.receiver.ids[0]] * 2


def _deliver_in_a_process(home: Path) -> None:
    made = build(Settings(home=home, webhook_networks=HERE))

    async def deliver() -> None:
        worker = WebhookWorker(made.deps, made.webhooks, "killed", Threads(), Metrics(), Pace())
        await worker.work()
        await asyncio.sleep(60)

    asyncio.run(deliver())


@pytest.mark.parametrize("company", ["that other processes can open"], indirect=True)
async def test_a_kill_between_sending_and_noting(company: Company) -> None:
    """`kill -9` when the request has arrived: it comes once more, with the same id, and never after that."""
    name = company.happens()
    process = multiprocessing.get_context("spawn").Process(
        target=_deliver_in_a_process, args=(company.application.settings.home,)
    )

    async def kills(_: Request) -> Response:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        return Response(status_code=204)

    company.receiver.script.append(kills)
    process.start()
    await asyncio.to_thread(process.join, 60)
    assert process.exitcode == -signal.SIGKILL
    assert company.states == [WAITING]
    await company.deliver()  # whoever looks now leaves it to the one that may still be alive
    assert company.receiver.ids == [name]
    company.clock.time = datetime.now(UTC) + timedelta(seconds=31)
    await company.deliver()
    company.clock.advance(days=5)
    await company.deliver()
    assert (company.receiver.ids, company.states) == ([name, name], [SENT])
