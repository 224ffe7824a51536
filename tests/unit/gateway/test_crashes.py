"""The dispatcher: processes that die, sleep, or share the work."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from bot.domain.inbox import InboxState
from bot.ports import UnitOfWork
from bot.services import inbox, turns
from gateway.rasa import RasaTurnError, RasaUnavailableError
from tests.unit.gateway.looks import CANCELLED, another_process, held_until, kinds, operations, state
from tests.unit.gateway.support import QUICK, World, until


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
            await until(lambda: held_until(world, session["conversation"], seconds=14))
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


async def test_stopping_lets_turns_end(world: World) -> None:
    """Told to stop, a process finishes what it is at; who waits is sent home with 202."""
    session = await world.session("demo-solo")
    # Whichever process gets at it first: only the other one can have it answered.
    world.rasa.up = False
    async with another_process(world) as other:
        other.rasa.gate = asyncio.Event()
        waiting = asyncio.create_task(other.say(session, "I want to cancel"))
        await until(lambda: other.rasa.waiting == 1)
        asyncio.get_running_loop().call_later(0.05, other.rasa.gate.set)

    assert (await waiting).status_code in {200, 202}
    assert await kinds(world, session) == CANCELLED
    assert len(world.rasa.asked) == 0


async def test_the_database_is_away_for_a_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Background work outlives it, and what was accepted before is answered after."""
    session = await world.session()
    failed: list[int] = []

    def broken(_: object) -> AbstractContextManager[UnitOfWork]:
        failed.append(1)
        raise OSError("gone")

    inbox.accept(
        world.application.deps, inbox.Incoming(session["conversation"], str(uuid.uuid4()), text="hello")
    )
    with monkeypatch.context() as patched:
        patched.setattr(type(world.application.deps.store), "begin", broken)
        await until(lambda: len(failed) > 20)

    await until(lambda: state(world, session["conversation"]) is None)
    assert await kinds(world, session) == ["text"]
