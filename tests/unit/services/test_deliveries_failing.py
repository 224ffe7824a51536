from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversations import ReplyKind
from bot.domain.deliveries import MAX_TRIES, DeliveryState, wait_after
from bot.domain.errors import ConflictError, NotFoundError
from bot.services import deliveries
from tests.unit.services.script import CANCEL, END_DATE
from tests.unit.services.sending import HOLDS, drain, lease, question, stored, take
from tests.unit.services.world import Chat, World


@pytest.fixture
def chat(world: World) -> Chat:
    """Ada on Telegram, verified; what was said to her so far has arrived."""
    chat = world.linked("ada", "77")
    drain(world)
    return chat


def test_what_was_not_taken_goes_again_after_a_growing_wait(world: World, chat: Chat) -> None:
    """Not before its time, nothing behind it either; the wait doubles, spread by chance, to ten minutes."""
    chat.say("cancel", CANCEL)
    for tries in range(1, 15):
        left = deliveries.not_sent(world.deps, take(world), "one", "no connection")
        assert (left.tries, left.fault, left.state) == (tries, "no connection", DeliveryState.WAITING)
        wait = left.run_at - world.clock.now()
        assert wait_after(tries, 0) <= wait <= wait_after(tries, 1) <= timedelta(minutes=10)
        assert lease(world) == []
        world.clock.time = left.run_at - timedelta(microseconds=1)
        assert lease(world) == []
        world.clock.time = left.run_at
    outgoing = take(world)
    deliveries.sent(world.deps, outgoing, "one")
    assert stored(world, outgoing) == replace(outgoing.delivery, state=DeliveryState.SENT, fault=None)


def test_what_the_platform_did_not_take_was_not_begun(world: World, chat: Chat) -> None:
    """P5: there is no doubt about it: the exit question goes again."""
    outgoing = question(world, chat)
    left = deliveries.not_sent(world.deps, outgoing, "one", "no connection")
    assert not left.begun
    world.clock.advance(seconds=1)
    assert take(world).delivery.seq == outgoing.delivery.seq


def test_being_told_to_wait_is_no_failed_try(world: World, chat: Chat) -> None:
    """However often; and the wait is the platform's own."""
    chat.say("cancel", CANCEL)
    for _ in range(MAX_TRIES + 1):
        left = deliveries.not_sent(world.deps, take(world), "one", "flood", 30)
        assert (left.tries, left.state) == (0, DeliveryState.WAITING)
        assert left.run_at == world.clock.now() + timedelta(seconds=30)
        world.clock.advance(seconds=29)
        assert lease(world) == []
        world.clock.advance(seconds=1)


@pytest.mark.parametrize("doubt", [False, True], ids=["not sent", "in doubt"])
def test_it_is_given_up_after_so_many_tries(world: World, chat: Chat, doubt: bool) -> None:
    """A dead letter, and the next message has its turn."""
    chat.say("cancel", CANCEL)
    outgoing = take(world)
    outgoing = replace(outgoing, delivery=replace(outgoing.delivery, tries=MAX_TRIES - 2))
    fail = deliveries.in_doubt if doubt else deliveries.not_sent
    assert fail(world.deps, outgoing, "one", "away").state is DeliveryState.WAITING
    world.clock.advance(minutes=10)
    left = fail(world.deps, take(world), "one", "away")
    assert (left.state, left.tries) == (DeliveryState.DEAD, MAX_TRIES)
    assert deliveries.undelivered(world.deps) == [left]
    assert take(world).reply.kind is ReplyKind.EXIT_QUESTION


def test_a_text_in_doubt_goes_again(world: World, chat: Chat) -> None:
    """P9: rather twice than never."""
    chat.say("cancel", CANCEL)
    first = take(world)
    left = deliveries.in_doubt(world.deps, first, "one", "TimeoutError")
    assert (left.state, left.tries, left.fault) == (DeliveryState.WAITING, 1, "TimeoutError")
    world.clock.advance(seconds=1)
    assert take(world).reply == first.reply


def test_the_exit_question_in_doubt_does_not(world: World, chat: Chat) -> None:
    """P5: rather never than twice."""
    outgoing = question(world, chat)
    left = deliveries.in_doubt(world.deps, outgoing, "one", "TimeoutError")
    assert (left.state, left.fault) == (DeliveryState.DOUBTFUL, "TimeoutError")
    world.clock.advance(days=1)
    assert lease(world) == []
    assert deliveries.undelivered(world.deps) == [left]


def test_what_is_refused_is_a_dead_letter(world: World, chat: Chat) -> None:
    """With the reason; the next message has its turn at once."""
    chat.say("cancel", CANCEL)
    outgoing = take(world)
    deliveries.refused(world.deps, outgoing, "one", "blocked")
    assert [(item.seq, item.fault) for item in deliveries.undelivered(world.deps)] == [
        (outgoing.delivery.seq, "blocked")
    ]
    assert take(world).reply.kind is ReplyKind.EXIT_QUESTION


def test_parts_that_arrived_are_noted_and_the_lease_goes_on(world: World, chat: Chat) -> None:
    """P9: after a fault, or the process's death, it goes on from there; who lost the lease sends no more."""
    chat.say("cancel", CANCEL)
    outgoing = take(world)
    world.clock.advance(seconds=15)
    outgoing = deliveries.part_sent(world.deps, outgoing, "one", HOLDS)
    world.clock.advance(seconds=15)
    assert lease(world, "two") == []
    world.clock.advance(seconds=5)
    assert take(world, "two").delivery.parts_sent == 1
    with pytest.raises(ConflictError):
        deliveries.part_sent(world.deps, outgoing, "one", HOLDS)
    assert stored(world, outgoing).parts_sent == 1


def test_a_dead_letter_can_be_sent_again(world: World, chat: Chat) -> None:
    """At once, with all its tries, and in its place before what is said later; parts stay as they are."""
    chat.say("cancel", CANCEL)
    outgoing = deliveries.part_sent(world.deps, take(world), "one", HOLDS)
    outgoing = replace(outgoing, delivery=replace(outgoing.delivery, tries=MAX_TRIES - 1))
    deliveries.not_sent(world.deps, outgoing, "one", "away")
    drain(world)
    world.clock.advance(hours=1)
    deliveries.send_again(world.deps, chat.id, outgoing.delivery.seq)
    chat.say("when does it end?", END_DATE)
    again = take(world)
    assert again.delivery.seq == outgoing.delivery.seq
    assert (again.delivery.tries, again.delivery.parts_sent, again.delivery.fault) == (0, 1, None)
    assert again.delivery.run_at == world.clock.now()


def test_a_refused_exit_question_can_be_sent_again(world: World, chat: Chat) -> None:
    """P5: the platform never took it: there is no doubt. It is marked anew."""
    outgoing = question(world, chat)
    deliveries.refused(world.deps, outgoing, "one", "blocked")
    deliveries.send_again(world.deps, chat.id, outgoing.delivery.seq)
    assert not stored(world, outgoing).begun
    assert take(world).delivery.begun


def test_only_dead_letters_are_sent_again(world: World, chat: Chat) -> None:
    """Not what waits, not what has arrived, not what is doubtful (P5), not what is not there."""
    chat.say("cancel", CANCEL)
    outgoing = take(world)
    seq = outgoing.delivery.seq
    with pytest.raises(ConflictError, match="waiting"):
        deliveries.send_again(world.deps, chat.id, seq)
    deliveries.sent(world.deps, outgoing, "one")
    with pytest.raises(ConflictError, match="sent"):
        deliveries.send_again(world.deps, chat.id, seq)
    deliveries.in_doubt(world.deps, take(world), "one", "TimeoutError")
    with pytest.raises(ConflictError, match="doubtful"):
        deliveries.send_again(world.deps, chat.id, seq + 1)
    with pytest.raises(NotFoundError, match=f"{chat.id}:99"):
        deliveries.send_again(world.deps, chat.id, 99)
