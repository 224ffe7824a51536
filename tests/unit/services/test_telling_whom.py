"""Which chats are told of a cancellation, and which are not."""

from __future__ import annotations

from bot.domain.conversations import Message
from bot.domain.customers import Role
from tests.unit.services.script import CANCEL, LOG_OUT, UNDO
from tests.unit.services.world import Chat, World


def notices(chat: Chat) -> list[Message]:
    """What was told here about other channels."""
    return [message for message in chat.transcript if (message.inbox_id or "").startswith("tell:")]


def test_other_chats_of_the_same_channel_are_not_told(world: World) -> None:
    """They are the same place: the receipt is in it."""
    web, other = world.chat("ada"), world.chat("ada")
    web.say("cancel", CANCEL)
    assert world.tell() == []
    assert notices(other) == []


def test_where_the_proof_has_ended_nothing_is_told(world: World) -> None:
    """P3: whoever is there now may be somebody else."""
    telegram = world.linked("ada", "77")
    world.clock.advance(hours=24)
    world.chat("ada").say("cancel", CANCEL)
    assert world.tell() == []
    assert notices(telegram) == []


def test_where_the_proof_ends_before_it_is_told_nothing_is_told(world: World) -> None:
    """The work may be late."""
    web, telegram = world.chat("ada"), world.linked("ada", "77")
    web.say("cancel", CANCEL)
    world.clock.advance(hours=24)
    assert world.tell() == []
    assert notices(telegram) == []


def test_where_somebody_logged_out_nothing_is_told(world: World) -> None:
    """They said so."""
    telegram = world.linked("ada", "77")
    telegram.say("log me out", LOG_OUT)
    world.chat("ada").say("cancel", CANCEL)
    assert world.tell() == []


def test_where_somebody_else_is_signed_in_now_nothing_is_told(world: World) -> None:
    """P3."""
    world.linked("ada", "77")
    max_is_there = world.linked("max", "77")
    world.chat("ada").say("cancel", CANCEL)
    assert world.tell() == []
    assert notices(max_is_there) == []


def test_of_several_chats_of_a_channel_the_newest_is_told(world: World) -> None:
    """One notice a channel, where they were last."""
    older = world.linked("ada", "77")
    world.clock.advance(minutes=1)
    newer = world.linked("ada", "78")
    world.chat("ada").say("cancel", CANCEL)
    assert world.tell() == [newer.id]
    assert notices(older) == []


def test_a_colleague_without_the_role_is_told_nothing(world: World) -> None:
    """P3: no plan, no receipt, no [Undo]; who may decide is told, though the colleague's chat is newer."""
    world.member("kim", Role.MEMBER)
    holder = world.linked("ada", "77")
    world.clock.advance(minutes=1)
    colleague, other = world.chat_at("78"), world.slack("kim@example.com")
    colleague.verify("kim@example.com")
    world.chat("ada").say("cancel", CANCEL)
    assert world.tell() == [holder.id]
    assert notices(colleague) == notices(other) == []


def test_a_colleague_with_the_role_is_told_until_it_is_taken_away(world: World) -> None:
    """As the role is when it is told."""
    world.member("kim", Role.BILLING)
    chat = world.slack("kim@example.com")
    web = world.chat("ada")
    web.say("cancel", CANCEL)
    assert world.tell() == [chat.id]
    web.say("undo", UNDO)
    web.say("cancel", CANCEL)
    world.member("kim", Role.MEMBER)
    assert world.tell() == []
