"""The dispatcher: crashes, lost answers, a Rasa that is away, and order."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest

from bot.domain.inbox import InboxState
from bot.services import cases, inbox, turns
from bot.services.inbox import MAX_ATTEMPTS
from gateway.app import create_app
from gateway.rasa import RasaRefusedError, RasaTurnError, RasaUnavailableError
from tests.unit.gateway.support import QUICK, FakeRasa, RasaBugError, World, until

CANCELLED = ["receipt", "exit_question"]


@asynccontextmanager
async def another_process(world: World, rasa: FakeRasa | None = None) -> AsyncIterator[World]:
    """A second gateway on the same store."""
    second = rasa or FakeRasa(world.application.deps)
    app = create_app(world.application, second, QUICK)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50001))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        yield World(world.application, second, app, client, world.clock)


def state(world: World, conversation_id: str) -> InboxState | None:
    """Of the oldest message that is accepted; None when all are answered."""
    with world.application.deps.store.begin() as work:
        entry = work.inbox.next_accepted(conversation_id)
    return entry.state if entry else None


def operations(world: World, customer: str = "demo-solo") -> int:
    """How often something was done at the billing provider."""
    with world.application.deps.store.begin() as work:
        return len(work.operations.of_customer(customer))


async def kinds(world: World, session: dict[str, str]) -> list[str]:
    """The bot's messages, by kind."""
    return [item["kind"] for item in await world.history(session) if item["from"] == "bot"]


async def test_rasa_down_then_up(world: World) -> None:
    """While Rasa is away messages are accepted; when it is back each is answered, in order."""
    session = await world.session("demo-solo")
    world.app.state.runtime.pace = replace(QUICK, answer=0.05)
    world.rasa.up = False

    first = await world.say(session, "hello")
    second = await world.say(session, "I want to cancel")
    assert (first.status_code, second.status_code) == (202, 202)
    assert [item["text"] for item in await world.history(session)] == ["hello"]

    world.rasa.up = True
    await until(lambda: state(world, session["conversation"]) is None)

    assert await kinds(world, session) == ["text", *CANCELLED]


async def test_rasa_away_for_long_is_never_given_up_on(world: World) -> None:
    """Being away is no failed try, however often it is met."""
    session = await world.session("demo-solo")
    world.app.state.runtime.pace = replace(QUICK, answer=0.05)
    world.rasa.faults = [RasaUnavailableError("starting") for _ in range(MAX_ATTEMPTS * 3)]

    await world.say(session, "I want to cancel")
    await until(lambda: state(world, session["conversation"]) is None)

    assert await kinds(world, session) == CANCELLED
    assert not cases.listed(world.application.deps)


async def test_an_empty_answer_is_repeated(world: World) -> None:
    """Silence is a failed turn, not an answer."""
    session = await world.session()
    world.rasa.empty = 2
    same = str(uuid.uuid4())
    waiting = asyncio.create_task(world.say(session, "hello", id=same))

    while world.rasa.empty or state(world, session["conversation"]):
        world.clock.advance(seconds=1)
        await asyncio.sleep(0.02)

    assert [item["text"] for item in (await waiting).json()["replies"]] == ["hello there"]
    assert len(world.rasa.asked) == 3


async def test_the_action_ran_but_the_reply_was_lost(world: World) -> None:
    """What the action stored is the answer, and it acts no second time."""
    session = await world.session("demo-solo")
    world.rasa.lost = [RasaTurnError("timed out")]

    response = await world.say(session, "I want to cancel")

    assert [item["kind"] for item in response.json()["replies"]] == CANCELLED
    assert len(world.rasa.asked) == 1
    assert operations(world) == 1


async def test_rasa_dies_after_the_action_ran(world: World) -> None:
    """Nor does the answer wait for Rasa to be back."""
    session = await world.session("demo-solo")
    world.rasa.lost = [RasaUnavailableError("killed")]

    response = await world.say(session, "I want to cancel")

    assert [item["kind"] for item in response.json()["replies"]] == CANCELLED
    assert operations(world) == 1


async def test_killed_before_completing(world: World) -> None:
    """A process dies with the action done, the answer not written: another answers, once, with one effect."""
    deps = world.application.deps
    session = await world.session("demo-solo")
    conversation = session["conversation"]
    # What a process did until it was killed: accepted, took its lease, prepared, ran the action.
    inbox_id = inbox.accept(deps, inbox.Incoming(conversation, str(uuid.uuid4()), text="I want to cancel"))
    with deps.store.begin() as work:
        now = world.clock.now()
        if work.conversations.take_lease(conversation, "the dead", now + QUICK.lease, now):
            work.commit()
    await world.rasa.ask(inbox_id, turns.prepare(deps, inbox_id))

    await asyncio.sleep(0.1)
    assert state(world, conversation) is InboxState.ACCEPTED  # its lease still lives
    world.clock.advance(seconds=16)
    async with another_process(world):
        await until(lambda: state(world, conversation) is None)

    assert await kinds(world, session) == CANCELLED
    assert operations(world) == 1


async def test_killed_right_after_accepting(world: World) -> None:
    """Accepted and nothing more: found by the sweeper, answered once."""
    deps = world.application.deps
    session = await world.session("demo-solo")

    inbox.accept(deps, inbox.Incoming(session["conversation"], str(uuid.uuid4()), text="I want to cancel"))
    await until(lambda: state(world, session["conversation"]) is None)

    assert await kinds(world, session) == CANCELLED


async def test_a_lost_lease_writes_nothing(world: World) -> None:
    """A process that was stopped too long finds its conversation taken, and leaves it alone."""
    session = await world.session("demo-solo")
    conversation = session["conversation"]
    world.app.state.runtime.pace = replace(QUICK, answer=0.05)
    world.app.state.runtime.turns._leases._pace = replace(QUICK, renew=3600.0)
    world.rasa.gate = asyncio.Event()
    await world.say(session, "I want to cancel")
    await until(lambda: world.rasa.waiting == 1)

    world.clock.advance(seconds=16)
    async with another_process(world) as other:
        await until(lambda: state(world, conversation) is None)
        answered = await kinds(world, session)
        world.rasa.gate.set()
        await until(lambda: not world.app.state.runtime.turns.working_on(conversation))
        assert len(other.rasa.asked) == 1

    assert answered == CANCELLED
    assert await kinds(world, session) == CANCELLED
    assert operations(world) == 1


async def test_a_lease_is_renewed(world: World) -> None:
    """A turn that takes long is not taken away from who is at it."""
    session = await world.session()
    world.app.state.runtime.pace = replace(QUICK, answer=0.0)
    world.rasa.gate = asyncio.Event()
    await world.say(session, "hello")
    await until(lambda: world.rasa.waiting == 1)

    async with another_process(world) as other:
        for _ in range(6):
            world.clock.advance(seconds=10)
            await asyncio.sleep(0.1)  # several renewals
        assert not other.rasa.asked
        world.rasa.gate.set()
        await until(lambda: state(world, session["conversation"]) is None)

    assert len(world.rasa.asked) == 1


async def test_two_processes_share_the_work(world: World) -> None:
    """One conversation talked to through two processes: one answer each, in order, and both hear of it."""
    session = await world.session()
    async with another_process(world) as other:
        responses = await asyncio.gather(
            *((world if number % 2 else other).say(session, f"hello {number}") for number in range(8))
        )

    assert {response.status_code for response in responses} == {200}
    asked = len(world.rasa.asked) + len(other.rasa.asked)
    assert asked == 8
    assert len(await kinds(world, session)) == 8


async def test_order_holds_within_a_conversation(world: World) -> None:
    """A message that fails holds up the next one; another conversation is not held up."""
    one, two = await world.session(), await world.session()
    world.app.state.runtime.pace = replace(QUICK, answer=0.05)
    world.rasa.faults = [RasaBugError("at the first")]
    await world.say(one, "hello first")
    await world.say(one, "hello second")

    assert (await world.say(two, "hello other")).status_code == 200
    world.clock.advance(seconds=1)
    await until(lambda: state(world, one["conversation"]) is None)

    asked = [text for _, text in world.rasa.asked if text != "hello other"]
    assert asked == ["hello first", "hello first", "hello second"]


async def test_a_message_nothing_answers(world: World) -> None:
    """After enough tries the customer is told and a person gets it; the next message is served as ever."""
    session = await world.session()
    same = str(uuid.uuid4())
    world.rasa.faults = [RasaBugError("poison") for _ in range(MAX_ATTEMPTS)]
    waiting = asyncio.create_task(world.say(session, "hello", id=same))

    while state(world, session["conversation"]) or world.rasa.faults:
        world.clock.advance(seconds=31)
        await asyncio.sleep(0.02)
    response = await waiting

    (reply,) = response.json()["replies"]
    assert reply["kind"] == "notice"
    assert reply["text"].startswith("turn_failed")
    assert [case.subject for case in cases.listed(world.application.deps)] == ["failed"]
    assert (await world.say(session, "hello")).json()["replies"][0]["text"] == "hello there"


async def test_a_text_that_rasa_refuses(world: World) -> None:
    """It is answered with a clarifying question, at once."""
    session = await world.session("demo-solo")
    world.rasa.faults = [RasaRefusedError("payload")]

    response = await world.say(session, "I want to cancel")

    assert response.status_code == 200
    assert [text for _, text in world.rasa.asked] == ["I want to cancel", "nlu_fallback"]
    assert operations(world) == 0


async def test_two_sessions_of_one_customer_at_once(world: World) -> None:
    """Both are told of the one cancellation, with the one receipt."""
    one, two = await world.session("demo-solo"), await world.session("demo-solo")

    first, second = await asyncio.gather(
        world.say(one, "I want to cancel"), world.say(two, "I want to cancel")
    )

    numbers = {response.json()["replies"][0]["receipt"]["number"] for response in (first, second)}
    assert len(numbers) == 1
    assert operations(world) == 1


async def test_stopping_lets_turns_end(world: World) -> None:
    """Told to stop, a process finishes what it is at; who waits is sent home with 202."""
    session = await world.session("demo-solo")
    async with another_process(world) as other:
        other.rasa.gate = asyncio.Event()
        waiting = asyncio.create_task(other.say(session, "I want to cancel"))
        await until(lambda: other.rasa.waiting == 1)
        asyncio.get_running_loop().call_later(0.05, other.rasa.gate.set)

    assert (await waiting).status_code in {200, 202}
    assert await kinds(world, session) == CANCELLED
    assert len(world.rasa.asked) == 0


@pytest.mark.parametrize("text", ["I want to cancel", "hello"])
async def test_the_transcript_says_how_it_was_understood(world: World, text: str) -> None:
    """Intent, confidence, rule and milliseconds stand at the customer's message."""
    session = await world.session("demo-solo")

    await world.say(session, text)

    with world.application.deps.store.begin() as work:
        said = work.messages.after(session["conversation"], 0)[0]
    assert said.understanding.intent == ("cancel" if "cancel" in text else "greet")
    assert said.understanding.confidence == pytest.approx(0.97)
    assert said.understanding.rule == "a rule"
    assert said.understanding.total_ms == 9.0
