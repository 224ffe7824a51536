"""A worker that takes what is on its way and says what came of it, as the gateway's does."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.conversations import ReplyKind
from bot.domain.deliveries import Delivery
from bot.services import deliveries
from bot.services.deliveries import Outgoing
from tests.unit.services.script import CANCEL
from tests.unit.services.world import Chat, World

HOLDS = timedelta(seconds=20)


def lease(world: World, owner: str = "one") -> list[Outgoing]:
    """Takes what is due."""
    return list(deliveries.lease(world.deps, owner, HOLDS, 10))


def take(world: World, owner: str = "one") -> Outgoing:
    """Takes the one that is due."""
    (outgoing,) = lease(world, owner)
    return outgoing


def drain(world: World) -> list[Outgoing]:
    """Has everything arrive; returns it in order."""
    arrived = []
    while taken := lease(world):
        for outgoing in taken:
            deliveries.sent(world.deps, outgoing, "one")
        arrived += taken
    return arrived


def stored(world: World, outgoing: Outgoing) -> Delivery:
    """How it stands."""
    with world.store.begin() as work:
        found = work.deliveries.get(outgoing.delivery.conversation_id, outgoing.delivery.seq)
    assert found is not None
    return found


def question(world: World, chat: Chat) -> Outgoing:
    """Takes the exit question, after the confirmation has arrived."""
    chat.say("cancel", CANCEL)
    deliveries.sent(world.deps, take(world), "one")
    outgoing = take(world)
    assert outgoing.reply.kind is ReplyKind.EXIT_QUESTION
    return outgoing
