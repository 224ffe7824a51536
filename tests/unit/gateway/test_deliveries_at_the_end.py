"""The delivery worker at its end: what is being sent arrives, and nothing is begun that nobody will end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.domain.conversations import ReplyKind
from bot.domain.deliveries import DeliveryState
from bot.services import deliveries
from tests.unit.gateway.support import until
from tests.unit.gateway.workers import Workers, settle


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    """Of one store."""
    made = Workers(tmp_path)
    yield made
    made.threads.close()


async def test_a_stop_waits_for_what_is_being_sent(workers: Workers) -> None:
    """And takes on nothing new."""
    gate = workers.channel.gates["1"] = asyncio.Event()
    workers.say("1", "first", "second")
    worker = workers.worker()
    await worker.work()
    await until(lambda: workers.channel.tried == ["1"])
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    gate.set()
    await stopping
    assert workers.delivery("1").state is DeliveryState.SENT
    await settle(worker)
    assert workers.channel.texts("1") == ["first"]
    await settle(workers.worker("next"))
    assert workers.channel.texts("1") == ["first", "second"]


async def test_a_stop_cuts_short_what_does_not_arrive(workers: Workers) -> None:
    """Its lease runs out: the text is another process's to send, the exit question nobody's (P5)."""
    for address, kind in (("1", ReplyKind.TEXT), ("2", ReplyKind.EXIT_QUESTION)):
        workers.channel.gates[address] = asyncio.Event()
        workers.say(address, "said", kind=kind)
    worker = workers.worker(stop=0.01)
    await worker.work()
    await until(lambda: len(workers.channel.tried) == 2)
    await worker.stop()
    assert not worker._sending
    workers.channel.gates.clear()
    workers.clock.advance(seconds=20)
    await settle(workers.worker("next"))
    assert workers.channel.texts("1") == ["said"]
    assert workers.channel.texts("2") == []
    assert workers.delivery("2").state is DeliveryState.DOUBTFUL


async def test_a_stop_waits_for_what_is_being_leased(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the store hands out at that moment is sent: an exit question that is marked would be lost."""
    lease, asked, go_on = deliveries.lease, threading.Event(), threading.Event()

    def slow(*arguments: object) -> Sequence[object]:
        taken = lease(*arguments)  # type: ignore[arg-type]  # as it was called
        asked.set()
        assert go_on.wait(10)
        return taken

    monkeypatch.setattr(deliveries, "lease", slow)
    workers.say("1", "why?", kind=ReplyKind.EXIT_QUESTION)
    worker = workers.worker()
    working = asyncio.create_task(worker.work())
    await until(asked.is_set)
    stopping = asyncio.create_task(worker.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    working.cancel()
    assert workers.channel.texts("1") == ["why?"]
    assert workers.delivery("1").state is DeliveryState.SENT
