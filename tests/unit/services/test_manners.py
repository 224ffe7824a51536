from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.conversations import Author
from bot.domain.errors import NotFoundError
from bot.domain.manners.findings import Finding, Rule
from bot.services.manners import of_conversation
from tests.fixtures.builders import message
from tests.fixtures.manners_talks import lexicons
from tests.unit.services.script import CANCEL, CHOOSE
from tests.unit.services.world import World

WORDS = tuple(lexicons().values())


@pytest.mark.parametrize("customer", ["ada", "max"])
def test_our_own_conversations_have_good_manners(world: World, customer: str) -> None:
    """One plan by one message, several by two, and the question after: nothing is found."""
    chat = world.chat(customer)
    replies = chat.answer(chat.accept("I want to cancel"), CANCEL, intent="cancel")
    if customer == "max":
        replies = chat.answer(chat.accept("Pro"), CHOOSE, intent="choose")
    chat.press(replies.button("skip"))
    assert of_conversation(world.deps, chat.id, WORDS) == []


def test_what_was_said_is_judged_however_long_it_is(world: World) -> None:
    """The whole transcript is read, page by page."""
    chat = world.chat("ada")
    with world.deps.store.begin() as work:
        for number in range(450):
            said = message(chat.id, f"Number {number}.")
            work.messages.add(replace(said, author=Author.BOT))
        last = work.messages.add(replace(message(chat.id, "Hurry"), author=Author.BOT))
        work.commit()
    assert of_conversation(world.deps, chat.id, WORDS) == [
        Finding(f"message {last.seq}", Rule.URGENCY, "hurry")
    ]


def test_an_unknown_conversation_is_said(world: World) -> None:
    """There is nothing to judge in what is not there."""
    with pytest.raises(NotFoundError, match="c_unknown"):
        of_conversation(world.deps, "c_unknown", WORDS)
