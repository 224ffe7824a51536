from __future__ import annotations

import pytest

from bot.domain.conversations import RenderedReply, ReplyKind
from tests.fixtures.telegram import updates
from tests.fixtures.telegram.message_contents import GROUP, PRIVATE
from tests.unit.channels.telegram.support import World, until

WHICH = RenderedReply(
    ReplyKind.CHOICE, "Which?", (("cancel:pro", "Pro", "t-pro"), ("cancel_all", "All", "t-all"))
)


async def test_a_press_is_answered_and_marked(world: World) -> None:
    """The button that was pressed stays, to be seen; the others go."""
    ada = world.telegram.user(77)
    await world.channel.send("77", WHICH)
    await world.start()
    ada.presses("t-pro")
    (sent,) = ada.received()
    await until(lambda: ada.buttons_now(sent) == (("✓ Pro", "used"),))

    assert [message.button for message in world.gateway.received] == ["t-pro"]
    assert len(world.telegram.called("answerCallbackQuery")) == 1


async def test_a_marked_button(world: World) -> None:
    """Does nothing more, but the press is answered: the chat would go on waiting."""
    ada = world.telegram.user(77)
    await world.channel.send("77", WHICH)
    await world.start()
    ada.presses("t-pro")
    await until(lambda: bool(world.telegram.called("editMessageReplyMarkup")))
    ada.presses("used", ada.received()[0])
    await until(lambda: len(world.telegram.called("answerCallbackQuery")) == 2)

    assert len(world.gateway.received) == 1
    assert len(world.telegram.called("editMessageReplyMarkup")) == 1


async def test_a_press_is_stored_before_it_is_answered(world: World) -> None:
    """Until then it looks as if nothing had happened, which is so."""
    ada = world.telegram.user(77)
    await world.channel.send("77", WHICH)
    number = ada.presses("t-pro")
    world.gateway.poison.add(str(number))
    await world.start()
    await until(lambda: len(world.gateway.refused) >= 2)
    assert world.telegram.called("answerCallbackQuery") == []

    world.gateway.poison.clear()
    await until(lambda: bool(world.telegram.called("editMessageReplyMarkup")))

    assert len(world.gateway.received) == 1
    assert len(world.telegram.called("answerCallbackQuery")) == 1


@pytest.mark.parametrize("status", [400, 403, 429, 500])
async def test_marking_is_not_needed(world: World, status: int) -> None:
    """A press that is too old to be answered, a message that was deleted: the press counts."""
    ada = world.telegram.user(77)
    await world.channel.send("77", WHICH)
    world.telegram.fail_next("answerCallbackQuery", status)
    world.telegram.fail_next("editMessageReplyMarkup", status)
    await world.start()
    ada.presses("t-pro")
    ada.says("hello")
    await until(lambda: len(world.gateway.received) == 2)
    await until(lambda: bool(world.telegram.called("editMessageReplyMarkup")))
    assert [message.button for message in world.gateway.received] == ["t-pro", None]


async def test_a_press_in_a_group(world: World) -> None:
    """Is answered, changes nothing there, and is nobody's message."""
    held = updates.press()["callback_query"]["message"]
    await world.start()
    world.telegram.push(updates.press(5000, message={**held, "chat": GROUP}))
    await until(lambda: bool(world.telegram.called("answerCallbackQuery")))

    assert world.gateway.received == []
    assert world.telegram.called("editMessageReplyMarkup") == []


async def test_a_press_on_a_message_that_is_too_old_to_be_told(world: World) -> None:
    """Counts; there is nothing to mark."""
    await world.start()
    world.telegram.push(updates.press(5000, message={"chat": PRIVATE, "message_id": 1, "date": 0}))
    await until(lambda: bool(world.telegram.called("answerCallbackQuery")))

    assert [message.button for message in world.gateway.received] == ["tok-1"]
    assert world.telegram.called("editMessageReplyMarkup") == []
