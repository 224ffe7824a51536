"""How a conversation stands: what was said last, what is still to come, and who has the word."""

from __future__ import annotations

import uuid

import pytest

from bot.domain.conversations import Author, Awaiting
from bot.domain.errors import NotFoundError
from bot.services import cases, inbox, standing
from bot.services.inbox import Incoming
from bot.services.standing import LOOK_BACK
from tests.unit.services.script import CANCEL, EMAIL, PERSON
from tests.unit.services.staff import case_of
from tests.unit.services.world import World


def test_the_last_exchange(world: World) -> None:
    """What was answered to the last words stands apart from all before it."""
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    chat.say("ada@example.com", EMAIL)
    now = standing.of(world.deps, chat.id)
    assert [item.author for item in now.earlier] == [Author.CUSTOMER, Author.BOT, Author.CUSTOMER]
    assert [item.author for item in now.latest] == [Author.BOT]
    assert now.awaiting is Awaiting.CODE
    assert now.language == "en"
    assert (now.called, now.in_charge, now.waiting, now.used) == (False, False, False, frozenset())


def test_before_anything_was_said(world: World) -> None:
    """There is nothing to show."""
    now = standing.of(world.deps, world.chat().id)
    assert now.messages == now.latest == now.earlier == ()


def test_pressed_buttons(world: World) -> None:
    """A button that has acted is known; the others of its message are not."""
    chat = world.chat("ada")
    answer = chat.say("I want to cancel", CANCEL)
    undo = answer.button("undo")
    chat.press(undo)
    assert standing.of(world.deps, chat.id).used == {undo}


def test_a_person(world: World) -> None:
    """Asked for, then in charge; and what they write belongs to the last exchange."""
    chat = world.chat()
    chat.say("a person please", PERSON)
    now = standing.of(world.deps, chat.id)
    assert (now.called, now.in_charge) == (True, False)

    cases.reply(world.deps, case_of(chat), "Good morning")
    now = standing.of(world.deps, chat.id)
    assert (now.called, now.in_charge) == (True, True)
    assert [item.text for item in now.latest][-1] == "Good morning"


def test_what_waits(world: World) -> None:
    """Taken in and not answered yet."""
    chat = world.chat()
    inbox.accept(world.deps, Incoming(chat.id, str(uuid.uuid4()), text="hello"))
    assert standing.of(world.deps, chat.id).waiting


def test_a_long_conversation(world: World) -> None:
    """The newest of it."""
    chat = world.chat()
    for number in range(LOOK_BACK):
        world.clock.advance(minutes=1)
        chat.say(f"hello {number}", CANCEL)
    shown = standing.of(world.deps, chat.id).messages
    assert len(shown) == LOOK_BACK
    assert shown[-2].text == f"hello {LOOK_BACK - 1}"


def test_nobodys(world: World) -> None:
    """A conversation that is not there."""
    with pytest.raises(NotFoundError):
        standing.of(world.deps, "c_none")
