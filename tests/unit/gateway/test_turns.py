"""The dispatcher: crashes, lost answers, a Rasa that is away, and order."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace

import pytest

from bot.services import cases
from bot.services.inbox import MAX_ATTEMPTS
from gateway.rasa import RasaRefusedError, RasaUnavailableError
from tests.unit.gateway.fake_rasa import RasaBugError
from tests.unit.gateway.looks import CANCELLED, kinds, operations, state
from tests.unit.gateway.support import QUICK, World, until


async def test_rasa_down_then_up(world: World) -> None:
    """While Rasa is away messages are accepted; when it is back each is answered, in order."""
    session = await world.session("demo-solo")
    world.app.state.runtime.pace = replace(QUICK, answer=0.05)
    world.rasa.up = False

    first = await world.say(session, "hello")
    second = await world.say(session, "I want to cancel")
    assert (first.status_code, second.status_code) == (202, 202)
    while [item["text"] for item in await world.history(session)] != ["hello"]:  # noqa: ASYNC110 - another thread
        await asyncio.sleep(0.01)

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


async def test_order_holds_within_a_conversation(world: World) -> None:
    """A message that fails holds up the next one; another conversation is not held up."""
    one, two = await world.session(), await world.session()
    world.app.state.runtime.pace = replace(QUICK, answer=0.05)
    world.rasa.faults = [RasaBugError("at the first")]
    await world.say(one, "hello first")
    await world.say(one, "hello second")

    world.app.state.runtime.pace = QUICK
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
