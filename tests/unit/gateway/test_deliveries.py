"""The delivery worker beside others, and when something breaks half-way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversations import RenderedReply, ReplyKind
from bot.domain.deliveries import DeliveryState
from bot.ports import UnitOfWork
from bot.services import deliveries
from channels.contract import NotSentError, RefusedError
from gateway import deliveries as worker_module
from gateway.deliveries import AT_ONCE, split
from tests.unit.gateway.support import until
from tests.unit.gateway.workers import Workers, settle

LONG = "a text of eight words in five parts"
PARTS = ["a text of", "eight", "words in", "five parts"]


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    """Of one store."""
    made = Workers(tmp_path)
    yield made
    made.threads.close()


async def test_two_processes_share_the_work(workers: Workers) -> None:
    """Each message is sent once, and in its conversation's order."""
    texts = [f"text {number}" for number in range(6)]
    for address in ("1", "2", "3", "4"):
        workers.say(address, *texts)
    await asyncio.gather(settle(workers.worker("one")), settle(workers.worker("two")))
    await settle(workers.worker("three"))
    for address in ("1", "2", "3", "4"):
        assert workers.channel.texts(address) == texts
    assert workers.outcomes("sent") == 24


async def test_so_many_at_a_time(workers: Workers) -> None:
    """A slow platform is not flooded; as soon as one has arrived the next is sent."""
    addresses = [str(number) for number in range(AT_ONCE + 5)]
    for address in addresses:
        workers.say(address, "text")
        workers.channel.gates[address] = asyncio.Event()
    worker = workers.worker()
    await worker.work()
    await until(lambda: len(workers.channel.tried) == AT_ONCE)
    await worker.work()
    assert len(worker._sending) == AT_ONCE
    assert workers.metrics.deliveries_waiting._value.get() == AT_ONCE + 5
    for gate in workers.channel.gates.values():
        gate.set()
    await settle(worker)
    assert sorted(workers.channel.tried) == sorted(addresses)


async def test_a_slow_conversation_holds_up_no_other(workers: Workers) -> None:
    """Nor does anything overtake within it."""
    workers.channel.gates["1"] = asyncio.Event()
    workers.say("1", "first", "second")
    workers.say("2", "first", "second")
    worker = workers.worker()
    for _ in range(2):
        await worker.work()
        await until(lambda: len(worker._sending) == 1)
    assert workers.channel.texts("2") == ["first", "second"]
    workers.channel.gates["1"].set()
    await settle(worker)
    assert workers.channel.texts("1") == ["first", "second"]


async def test_what_arrived_in_doubt_arrives_twice_but_for_the_question(workers: Workers) -> None:
    """The platform took it, and its answer was lost: a text goes again, the exit question never (P5)."""
    workers.channel.lost["1"] = [TimeoutError(), ConnectionResetError()]
    workers.say("1", "text")
    workers.say("1", "why?", kind=ReplyKind.EXIT_QUESTION)
    worker = workers.worker()
    await settle(worker)
    workers.clock.advance(seconds=1)
    await settle(worker)
    assert workers.channel.texts("1") == ["text", "text"]
    workers.clock.advance(seconds=2)
    await settle(worker)
    workers.channel.lost["1"] = [TimeoutError()]
    workers.clock.advance(days=1)
    await settle(worker)
    assert workers.channel.texts("1").count("why?") == 1
    assert workers.outcomes("in_doubt") == 2


async def test_a_question_in_doubt_is_asked_once(workers: Workers) -> None:
    """It has arrived, its answer was lost; or it has not: it is not asked again (P5)."""
    workers.channel.lost["1"] = [TimeoutError()]
    workers.channel.faults["2"] = [TimeoutError()]
    for address in ("1", "2"):
        workers.say(address, "why?", kind=ReplyKind.EXIT_QUESTION)
        workers.say(address, "text")
    worker = workers.worker()
    await settle(worker)
    workers.clock.advance(days=1)
    await settle(worker)
    assert workers.channel.texts("1") == ["why?", "text"]
    assert workers.channel.texts("2") == ["text"]
    assert [workers.delivery(address).state for address in ("1", "2")] == [DeliveryState.DOUBTFUL] * 2
    assert workers.delivery("1").fault == "TimeoutError"


async def test_a_platform_that_does_not_answer(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while nobody waits for it any more; whether it arrived is in doubt."""
    monkeypatch.setattr(worker_module, "SEND_SECONDS", 0.01)
    workers.channel.gates["1"] = asyncio.Event()
    workers.say("1", "text")
    await settle(workers.worker())
    assert workers.delivery("1").fault == "TimeoutError"
    assert workers.delivery("1").tries == 1


@pytest.mark.parametrize("fault", [NotSentError("away"), NotSentError("flood", 1), TimeoutError()])
async def test_after_a_fault_in_the_middle_it_goes_on_from_there(workers: Workers, fault: Exception) -> None:
    """Parts that have arrived are not sent again, in this process or, after its death, in another."""
    workers.channel.max_text = 10
    workers.channel.faults["1"] = [None, None, fault]
    workers.say("1", LONG, "next")
    await settle(workers.worker())
    assert workers.channel.texts("1") == PARTS[:2]
    assert workers.delivery("1").parts_sent == 2
    workers.clock.advance(seconds=1)
    await settle(workers.worker("another"))
    assert workers.channel.texts("1") == [*PARTS, "next"]


async def test_who_is_too_slow_with_a_long_text_leaves_it(workers: Workers) -> None:
    """Another process has taken it over: no more of it is sent here, and it is not this one's to note."""
    workers.channel.max_text = 10
    workers.say("1", LONG)
    workers.channel.gates["1"] = asyncio.Event()
    slow = workers.worker("slow")
    await slow.work()
    await until(lambda: workers.channel.tried == ["1"])
    workers.clock.advance(seconds=20)
    gate = workers.channel.gates.pop("1")
    await settle(workers.worker("another"))
    assert workers.channel.texts("1") == PARTS
    gate.set()
    await settle(slow)
    assert workers.channel.texts("1") == [*PARTS, PARTS[0]]
    assert workers.outcomes("lost") == 1
    assert workers.delivery("1").state is DeliveryState.SENT


async def test_a_part_that_is_refused_makes_it_a_dead_letter(workers: Workers) -> None:
    """Sent again it goes on from there."""
    workers.channel.max_text = 10
    workers.channel.faults["1"] = [RefusedError("blocked")]
    workers.say("1", LONG)
    await settle(workers.worker())
    assert (workers.delivery("1").state, workers.delivery("1").fault) == (DeliveryState.DEAD, "blocked")
    deliveries.send_again(workers.deps, "c_1", 1)
    await settle(workers.worker())
    assert workers.channel.texts("1") == PARTS


async def test_arrived_but_not_noted(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is away at that moment: the lease runs out, and then it goes again; others go on."""
    store = type(workers.deps.store)
    begin = store.begin
    broken = threading.Event()

    def flaky(self: object) -> AbstractContextManager[UnitOfWork]:
        if broken.is_set():
            raise OSError("gone")
        return begin(self)  # type: ignore[arg-type]  # the store itself

    monkeypatch.setattr(store, "begin", flaky)
    workers.say("1", "text")
    gate = workers.channel.gates["1"] = asyncio.Event()
    worker = workers.worker()
    await worker.work()
    await until(lambda: workers.channel.tried == ["1"])
    broken.set()
    gate.set()
    await until(lambda: not worker._sending)
    broken.clear()
    assert workers.delivery("1").state is DeliveryState.WAITING
    await settle(worker)
    assert workers.channel.texts("1") == ["text"]
    workers.clock.advance(seconds=20)
    await settle(worker)
    assert workers.channel.texts("1") == ["text", "text"]
    assert workers.delivery("1").state is DeliveryState.SENT


@given(st.text(alphabet=st.sampled_from("ab \n"), max_size=80), st.integers(1, 12))
def test_a_split_text_is_the_same_text(text: str, longest: int) -> None:
    """No part is too long or empty, nothing but blanks is lost, and buttons come with the last one."""
    reply = RenderedReply(ReplyKind.TEXT, text, (("skip", "Skip", "t"),), locale="de")
    parts = split(reply, longest)
    assert all(len(part.text) <= longest for part in parts)
    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())
    if len(parts) > 1:
        assert all(part.text.strip() == part.text != "" for part in parts)
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert {(part.kind, part.locale) for part in parts} == {(ReplyKind.TEXT, "de")}
