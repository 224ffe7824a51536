"""What every billing provider promises of pauses, and of the reasons that are noted beside a subscription."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import ConflictError
from bot.domain.subscriptions import Status
from tests.contract.world import World
from tests.fixtures import builders
from tests.fixtures.fakes import START


def test_a_pause_ends_when_it_was_to_end(world: World) -> None:
    """Paused until then, and active from that moment on, without anybody's doing."""
    until = START + timedelta(days=20)
    paused = world.pause(1, until)
    assert (paused.status, paused.paused_until) == (Status.PAUSED, until)
    assert world.one() == paused
    world.move_to(until - timedelta(microseconds=1))
    assert world.one().status is Status.PAUSED
    world.move_to(until)
    assert (world.one().status, world.one().paused_until) == (Status.ACTIVE, None)


def test_a_pause_without_an_end_lasts_until_it_is_ended(world: World) -> None:
    """Then it is what it was before."""
    before = world.one()
    paused = world.pause(1)
    assert (paused.status, paused.paused_until) == (Status.PAUSED, None)
    world.wait(days=400)
    assert world.one().status is Status.PAUSED
    assert (world.unpause(2).status, world.one().status) == (Status.ACTIVE, Status.ACTIVE)
    assert (world.one().ref, world.one().plan) == (before.ref, before.plan)


def test_a_pause_can_be_ended_before_its_time(world: World) -> None:
    """And begun again, with keys of their own."""
    world.pause(1, START + timedelta(days=20))
    going_on = world.unpause(2)
    assert (going_on.status, going_on.paused_until, going_on.paused_at) == (Status.ACTIVE, None, None)
    assert world.pause(3).status is Status.PAUSED


def test_a_pause_has_begun_when_it_was_asked_for(world: World) -> None:
    """Nothing is charged from then on."""
    world.wait(hours=5)
    assert world.pause(1).paused_at == START + timedelta(hours=5)


def test_only_what_runs_can_be_paused(world: World) -> None:
    """Not what is paused, runs out or has ended."""
    world.pause(1)
    with pytest.raises(ConflictError):
        world.pause(2)
    world.unpause(3)
    world.cancel(4)
    with pytest.raises(ConflictError):
        world.pause(5)
    world.wait(days=40)
    with pytest.raises(ConflictError):
        world.pause(6)


def test_only_what_is_paused_can_go_on(world: World) -> None:
    """Not what runs, has gone on by itself, or is cancelled."""
    with pytest.raises(ConflictError):
        world.unpause(1)
    world.pause(2, START + timedelta(days=1))
    world.wait(days=2)
    with pytest.raises(ConflictError):
        world.unpause(3)
    world.cancel(4)
    with pytest.raises(ConflictError):
        world.unpause(5)


def test_what_is_paused_can_be_cancelled_and_goes_back_to_its_pause(world: World) -> None:
    """Also one with an end; a pause that is over by then is over."""
    until = START + timedelta(days=10)
    paused = world.pause(1, until)
    assert world.cancel(2, at=START + timedelta(days=15)).status is Status.CANCELLING
    assert world.resume(3) == paused
    world.cancel(4, at=START + timedelta(days=15))
    world.move_to(until)
    assert world.resume(5).status is Status.ACTIVE


def test_a_key_pauses_once(world: World) -> None:
    """A late retry pauses nothing again."""
    world.pause(1)
    going_on = world.unpause(2)
    assert world.pause(1) == going_on
    assert world.unpause(2) == going_on
    assert world.acted(1)


def test_noting_a_reason_changes_nothing_else(world: World) -> None:
    """Whether it runs out, or goes on after all."""
    cancelled = world.cancel(1)
    with world.provider() as provider:
        provider.note_reason(world.ref, feedback="too_expensive", comment="Costs too much")
    assert world.one() == cancelled
    resumed = world.resume(2)
    with world.provider() as provider:
        provider.note_reason(world.ref, feedback=None, comment=None)
    assert world.one() == resumed


def test_a_reason_stands_beside_what_was_cancelled(elsewhere: World) -> None:
    """In the customer's own words, whatever is in them; again replaces it."""
    elsewhere.give(builders.subscription("s_2", anchor=builders.ANCHOR + timedelta(days=1)))
    elsewhere.cancel(1)
    words = 'Zu teuer – „für das, was es kann" 🙂\n{"a": 1} & more'
    with elsewhere.provider() as provider:
        provider.note_reason(elsewhere.ref, feedback="unused", comment=None)
        assert elsewhere.reason(elsewhere.ref) == ("unused", None)
        provider.note_reason(elsewhere.ref, feedback="too_expensive", comment=words)
    assert elsewhere.reason(elsewhere.ref) == ("too_expensive", words)
