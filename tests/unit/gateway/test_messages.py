from __future__ import annotations

import asyncio
import json
import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

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


@pytest.mark.parametrize("token", ["no-such-token", "\x00", "a" * 500, "token of another kind"])
async def test_an_unknown_button(world: World, token: str) -> None:
    """404, whatever was sent for a token."""
    session = await world.session("demo-solo")

    response = await world.say(session, button=token)

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "button_unknown"


async def test_a_button_of_another_conversation(world: World) -> None:
    """404, and nothing is undone by it."""
    one, two = await world.session("demo-solo"), await world.session("demo-multi")
    done = (await world.say(one, "I want to cancel")).json()["replies"][0]

    response = await world.say(two, button=button(done, "undo"))

    assert response.status_code == 404
    assert world.entries(two["conversation"]) == 0


async def test_too_many_messages(world: World) -> None:
    """Above forty in a minute the next is refused with a time to wait; the ones before stay accepted."""
    session = await world.session()
    world.rasa.gate = asyncio.Event()
    world.app.state.runtime.pace = replace(QUICK, answer=0.0)
    for _ in range(40):
        assert (await world.say(session, "hello")).status_code == 202

    refused = await world.say(session, "hello")

    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many_messages"
    assert int(refused.headers["Retry-After"]) > 0
    assert world.entries(session["conversation"]) == 40
    world.rasa.gate.set()


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

    assert (response.status_code, response.json()) == (202, {"replies": [], "pending": True})
    assert len(world.rasa.asked) == asked + 1  # understood, not answered
    history = await world.history(session)
    assert [item["from"] for item in history] == ["customer", "bot", "staff", "customer"]
    assert history[2]["text"] == "This is Kim."


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


@pytest.mark.parametrize("after", ["-1", "x", "1.5", str(2**63), "99999999999999999999"])
async def test_history_after_nonsense(world: World, after: str) -> None:
    """A clear error in the one shape."""
    session = await world.session()

    response = await world.client.get(f"/chat/messages?after={after}", headers=bearer(session))

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "not a uuid", "text": "hello"},
        {"id": 7, "text": "hello"},
        {"text": "hello"},
        {"id": str(uuid.uuid4())},
        {"id": str(uuid.uuid4()), "text": "hello", "button": "token"},
        {"id": str(uuid.uuid4()), "text": 7},
        {"id": str(uuid.uuid4()), "text": None, "button": None},
        {"id": str(uuid.uuid4()), "button": ["token"]},
        [],
        "hello",
        7,
    ],
)
async def test_bodies_that_do_not_fit(world: World, body: object) -> None:
    """422 in the one shape, and nothing is accepted."""
    session = await world.session()

    response = await world.client.post("/chat/messages", json=body, headers=bearer(session))

    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid"
    assert world.entries(session["conversation"]) == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 30_000, b'{"id": 1' + b"0" * 5000 + b"}"])
async def test_bodies_that_are_no_json(world: World, raw: bytes) -> None:
    """400 in the one shape."""
    session = await world.session()

    response = await world.client.post("/chat/messages", content=raw, headers=bearer(session))

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid"


async def test_unknown_fields_are_ignored(world: World) -> None:
    """A newer client may say more than we know."""
    session = await world.session()

    response = await world.say(session, "hello", colour="blue")

    assert response.status_code == 200


@pytest.mark.parametrize(
    "text",
    ["", "   ", "\u200b", "😀", "\ud83d", "x" * 10_000, "/cancel", " \u3000/cancel{}", "⁄cancel", "ﷺ" * 3000],
)
async def test_strange_texts_are_answered(world: World, text: str) -> None:
    """Never a crash, never silence: half an emoji neither."""
    session = await world.session("demo-solo")
    # As JSON's escapes, the way browsers send half a character.
    body = json.dumps({"id": str(uuid.uuid4()), "text": text})

    response = await world.client.post(
        "/chat/messages", content=body, headers={**bearer(session), "Content-Type": "application/json"}
    )

    assert response.status_code == 200
    assert response.json()["replies"]
    with world.application.deps.store.begin() as work:
        assert not work.operations.of_customer("demo-solo")


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer unknown", "Basic eDp5", "Bearer " + "a" * 9999]
)
async def test_no_session(world: World, header: str | None) -> None:
    """401, on both routes, before anything else is looked at."""
    headers = {} if header is None else {"Authorization": header}

    said = await world.client.post("/chat/messages", content=b"{", headers=headers)
    read = await world.client.get("/chat/messages", headers=headers)

    for response in (said, read):
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "session_invalid"
        assert response.headers["WWW-Authenticate"] == "Bearer"


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
