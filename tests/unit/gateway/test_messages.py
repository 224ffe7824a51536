from __future__ import annotations

import asyncio
import re
import uuid
from dataclasses import replace
from datetime import timedelta

from bot.domain.cases import CaseState
from bot.services import cases
from gateway.pace import Pace
from tests.unit.gateway.support import QUICK, World, bearer, button, until

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


async def test_one_message_cancels(world: World) -> None:
    """The main job: a receipt first, one exit question last, with exactly the keys that clients rely on."""
    session = await world.session("demo-solo")

    response = await world.say(session, "I want to cancel")

    assert response.status_code == 200
    first, last = response.json()["replies"]
    assert set(first) == {"seq", "kind", "text", "buttons", "receipt"}
    assert first["kind"] == "receipt"
    assert set(first["receipt"]) == {"number", "kind", "subscription", "received_at", "effective_at", "url"}
    assert RFC3339.fullmatch(first["receipt"]["received_at"])
    assert [set(item) for item in first["buttons"]] == [{"name", "title", "token"}]
    assert last["kind"] == "exit_question"
    assert "receipt" not in last
    assert "skip" in {item["name"] for item in last["buttons"]}


async def test_the_same_id_fifty_times_at_once(world: World) -> None:
    """Fifty copies of one message: one entry, one question to Rasa, the same replies for all."""
    session = await world.session("demo-solo")
    same = str(uuid.uuid4())

    responses = await asyncio.gather(*(world.say(session, "I want to cancel", id=same) for _ in range(50)))

    assert {response.status_code for response in responses} == {200}
    assert len({response.text for response in responses}) == 1
    assert world.entries(session["conversation"]) == 1
    assert len(world.rasa.asked) == 1


async def test_an_id_in_another_spelling_is_the_same_id(world: World) -> None:
    """UUIDs are the same in capitals."""
    session = await world.session("demo-solo")
    same = uuid.uuid4()
    first = await world.say(session, "hello", id=str(same))

    again = await world.say(session, "hello", id=str(same).upper())

    assert again.json() == first.json()
    assert world.entries(session["conversation"]) == 1


async def test_the_same_id_with_another_body(world: World) -> None:
    """409, and the first message's answer stands."""
    session = await world.session("demo-solo")
    same = str(uuid.uuid4())
    await world.say(session, "hello", id=same)

    other = await world.say(session, "I want to cancel", id=same)

    assert other.status_code == 409
    assert other.json()["error"]["code"] == "id_reused"
    assert world.entries(session["conversation"]) == 1


async def test_the_scope_of_an_id_is_its_conversation(world: World) -> None:
    """Two conversations may use one id for different things."""
    same = str(uuid.uuid4())
    one, two = await world.session("demo-solo"), await world.session("demo-multi")

    assert (await world.say(one, "hello", id=same)).status_code == 200
    assert (await world.say(two, "hi", id=same)).status_code == 200


async def test_a_button_acts_once(world: World) -> None:
    """A second press, under another id, repeats the outcome of the first."""
    session = await world.session("demo-solo")
    done = (await world.say(session, "I want to cancel")).json()["replies"][0]
    undo = button(done, "undo")

    first = await world.say(session, button=undo)
    second = await world.say(session, button=undo)

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first.json()["replies"][0]["receipt"]["kind"] == "undo"


async def test_not_answered_in_time(world: World) -> None:
    """202 while the answer is still to come; the same id gets it afterwards, and nothing is asked twice."""
    session = await world.session("demo-solo")
    world.rasa.gate = asyncio.Event()
    world.app.state.runtime.pace = replace(QUICK, answer=0.05)
    same = str(uuid.uuid4())

    early = await world.say(session, "I want to cancel", id=same)
    world.rasa.gate.set()
    world.app.state.runtime.pace = QUICK
    late = await world.say(session, "I want to cancel", id=same)

    assert (early.status_code, early.json()) == (202, {"replies": [], "pending": True})
    assert late.status_code == 200
    assert len(late.json()["replies"]) == 2
    assert len(world.rasa.asked) == 1


async def test_a_person_in_charge(world: World) -> None:
    """202 as soon as the message is held, no bot in between, and staff's reply is in the history."""
    session = await world.session("demo-solo")
    await world.say(session, "a human please")
    (case,) = cases.listed(world.application.deps)
    cases.reply(world.application.deps, case.id, "This is Kim.")
    asked = len(world.rasa.asked)

    response = await world.say(session, "I want to cancel")

    assert (response.status_code, response.json()) == (202, {"replies": [], "pending": True, "person": True})
    assert len(world.rasa.asked) == asked + 1  # understood, not answered
    history = await world.history(session)
    assert [item["from"] for item in history] == ["customer", "bot", "staff", "customer"]
    assert history[2]["text"] == "This is Kim."


async def test_a_press_while_a_person_is_in_charge(world: World) -> None:
    """Undo works at once; other buttons wait for staff, and Rasa need not be asked what they mean."""
    session = await world.session("demo-solo")
    receipt, question = (await world.say(session, "I want to cancel")).json()["replies"]
    await world.say(session, "a human please")
    (case,) = cases.listed(world.application.deps)
    cases.reply(world.application.deps, case.id, "This is Kim.")
    asked = len(world.rasa.asked)

    waits = await world.say(session, button=button(question, "skip"))
    assert len(world.rasa.asked) == asked
    undone = await world.say(session, button=button(receipt, "undo"))

    assert waits.status_code == 202
    assert undone.json()["replies"][0]["receipt"]["kind"] == "undo"


async def test_staff_let_the_customer_wait(world: World) -> None:
    """After a quarter of an hour the bot takes the conversation back and answers what was held."""
    session = await world.session("demo-solo")
    await world.say(session, "a human please")
    (case,) = cases.listed(world.application.deps)
    cases.reply(world.application.deps, case.id, "This is Kim.")
    held = str(uuid.uuid4())
    await world.say(session, "hello?", id=held)

    world.clock.advance(minutes=16)
    await until(lambda: cases.listed(world.application.deps)[0].state is CaseState.OPEN)
    response = await world.say(session, "hello?", id=held)

    assert response.status_code == 200
    assert response.json()["replies"][-1]["text"] == "hello there"


async def test_handed_back_while_it_is_read(world: World) -> None:
    """Staff close the case while Rasa reads a message for them: the bot answers it; nobody else would."""
    session = await world.session("demo-solo")
    await world.say(session, "a human please")
    (case,) = cases.listed(world.application.deps)
    cases.reply(world.application.deps, case.id, "This is Kim.")
    world.rasa.gate = asyncio.Event()
    saying = asyncio.create_task(world.say(session, "hello"))
    await until(lambda: world.rasa.waiting == 1)

    cases.close(world.application.deps, case.id)
    world.rasa.gate.set()

    assert (await saying).json()["replies"][0]["text"] == "hello there"


async def test_history(world: World) -> None:
    """Everything in order, after a number; masked; with author and time."""
    session = await world.session("demo-solo")
    await world.say(session, "hello, I am nora@example.com")

    everything = await world.history(session)
    later = await world.history(session, after=1)

    assert [item["seq"] for item in everything] == [1, 2]
    assert everything[0]["from"] == "customer"
    assert everything[0]["text"] == "hello, I am [email]"
    assert RFC3339.fullmatch(everything[0]["at"])
    assert later == everything[1:]


async def test_a_session_lives_from_its_last_message(world: World) -> None:
    """Thirty days, begun anew by each message; reading does not extend it."""
    session = await world.session("demo-solo")
    world.clock.advance(days=29)
    assert (await world.say(session, "hello")).status_code == 200
    world.clock.advance(days=29)
    assert (await world.client.get("/chat/messages", headers=bearer(session))).status_code == 200
    world.clock.advance(days=2)

    assert (await world.say(session, "hello")).status_code == 401


async def test_slowed_messages_keep_their_order(world: World) -> None:
    """More than twenty in a minute are taken one by one; none is lost and none overtakes."""
    session = await world.session()
    world.app.state.runtime.pace = replace(QUICK, answer=0.0)
    for number in range(25):
        await world.say(session, f"hello {number}")

    for _ in range(12):
        world.clock.advance(seconds=1)
        await asyncio.sleep(0.03)
    await until(lambda: len(world.rasa.asked) == 25)

    assert [text for _, text in world.rasa.asked] == [f"hello {number}" for number in range(25)]


def test_the_real_pace_keeps_the_contract() -> None:
    """Ten seconds for an answer, and leases that outlive two renewals."""
    pace = Pace()

    assert pace.answer == 10.0
    assert pace.lease > 2 * timedelta(seconds=pace.renew)
