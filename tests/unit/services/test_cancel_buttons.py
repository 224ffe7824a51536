from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.subscriptions import Status
from tests.unit.services.script import CANCEL, STATUS, UNDO
from tests.unit.services.world import World

if TYPE_CHECKING:
    from bot.services.turn import Handler


def test_the_same_press_twice_has_one_effect_and_one_answer(world: World) -> None:
    """P2: a later press of the same token returns the earlier outcome, with the same numbers."""
    chat = world.chat("max")
    token = chat.say("I want to cancel", CANCEL).button("cancel:pro")
    first = chat.press(token)
    assert chat.press(token) == first
    assert len(world.ledger("max")) == 1


def test_another_button_of_the_same_question_still_cancels_its_plan(world: World) -> None:
    """Pro, then Basic as well: the second press is as clear as the first."""
    chat = world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    chat.press(asked.button("cancel:pro"))
    chat.press(asked.button("cancel:basic"))
    assert [operation.subscription_ref for operation in world.ledger("max")] == ["max-pro", "max-basic"]


def test_a_button_of_an_earlier_generation_does_nothing(world: World) -> None:
    """P2: cancelled by words and taken back since, the old plan's button asks anew."""
    chat = world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    chat.say("cancel my Pro plan", CANCEL)
    chat.say("undo", UNDO)
    late = chat.press(asked.button("cancel:pro"))
    assert "earlier question" in late.text
    assert world.state("max-pro") is Status.ACTIVE
    assert chat.press(late.button("cancel:pro")).kinds == ["receipt", "exit_question"]


def test_all_of_them_does_not_reach_what_was_taken_back_since(world: World) -> None:
    """P2: the button means the plans as they stood when it was shown."""
    chat = world.chat("max")
    chat.say("cancel my Pro plan", CANCEL)
    asked = chat.say("I want to cancel", CANCEL)
    assert asked.names == ["cancel:basic", "cancel:team", "cancel_all"]
    other = world.chat("max")
    other.say("undo", UNDO)
    assert "earlier question" in chat.press(asked.button("cancel_all")).text
    assert world.state("max-basic") is Status.ACTIVE


def test_all_of_them_cancels_all(world: World) -> None:
    """By button as by words."""
    chat = world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    assert chat.press(asked.button("cancel_all")).kinds == ["receipt"] * 3 + ["exit_question"]


def test_a_plan_cancelled_elsewhere_is_told_where_its_button_is_pressed(world: World) -> None:
    """The other chat's receipt, not a second one."""
    chat, other = world.chat("max"), world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    done = other.say("cancel my Pro plan", CANCEL)
    assert chat.press(asked.button("cancel:pro")).numbers == done.numbers
    assert len(world.ledger("max")) == 1


@pytest.mark.parametrize(
    ("words", "handler"),
    [("status?", STATUS)],
)
def test_cancel_now_beside_a_plan_cancels_that_plan(world: World, words: str, handler: Handler) -> None:
    """Under "Your Pro plan is running" the button means Pro; nothing is asked."""
    chat = world.chat("max")
    told = chat.say(words, handler)
    assert told.names[:3] == ["cancel_now"] * 3
    done = chat.press(told.button("cancel_now", 1))
    assert done.kinds == ["receipt", "exit_question"]
    assert [operation.subscription_ref for operation in world.ledger("max")] == ["max-pro"]
