from __future__ import annotations

import pytest

from bot.domain.subscriptions import Status
from tests.unit.services.script import CANCEL, DAY_PASS, FLAT, NO, PRO, STATUS, YES
from tests.unit.services.world import World


def test_a_plan_that_ends_at_once_needs_one_press_with_the_exact_refund(world: World) -> None:
    """P1: it cannot be undone, so it is told and asked for; 525.5 of 743 hours are left."""
    world.customer("pat", DAY_PASS)
    chat = world.chat("pat")
    asked = chat.say("I want to cancel", CANCEL)
    assert asked.kinds == ["choice"]
    assert "€21.93" in asked.text
    assert asked.names == ["cancel_now", "keep"]
    assert world.ledger("pat") == []
    done = chat.press(asked.button("cancel_now"))
    assert done.kinds == ["receipt", "exit_question"]
    assert "has ended today, 10 March 2026" in done.text
    assert "€21.93 will be paid back" in done.text
    assert done.messages[0].buttons == ()
    assert world.state("pat-pass") is Status.ENDED
    assert world.ledger("pat")[0].refunded.minor == 2193


def test_a_plan_without_refund_says_nothing_of_money(world: World) -> None:
    """The same, where nothing comes back."""
    world.customer("pat", FLAT)
    chat = world.chat("pat")
    asked = chat.say("I want to cancel", CANCEL)
    assert "€" not in asked.text
    assert "ended today" in chat.press(asked.button("cancel_now")).text


def test_yes_shows_the_button_that_was_asked_for(world: World) -> None:
    """P1: what can't be undone needs one press; a word is not one."""
    world.customer("pat", DAY_PASS)
    chat = world.chat("pat")
    chat.say("I want to cancel", CANCEL)
    again = chat.say("yes", YES)
    assert world.state("pat-pass") is Status.ACTIVE
    assert chat.press(again.button("cancel_now")).kinds == ["receipt", "exit_question"]
    assert world.state("pat-pass") is Status.ENDED


def test_yes_after_another_subject_is_not_the_press(world: World) -> None:
    """What was offered before another subject came up is not what "yes" means."""
    world.customer("pat", DAY_PASS)
    chat = world.chat("pat")
    chat.say("I want to cancel", CANCEL)
    chat.say("when would it end?", STATUS)
    assert "wasn't clear" in chat.say("yes", YES).text
    assert world.state("pat-pass") is Status.ACTIVE


@pytest.mark.parametrize("how", ["press", "word"])
def test_keep_leaves_everything_as_it_is(world: World, how: str) -> None:
    """[Keep it] and "no" take the wish back; the old button then asks anew instead of ending it."""
    world.customer("pat", DAY_PASS)
    chat = world.chat("pat")
    asked = chat.say("I want to cancel", CANCEL)
    kept = chat.press(asked.button("keep")) if how == "press" else chat.say("no", NO)
    assert "Nothing was cancelled" in kept.text
    assert chat.press(asked.button("cancel_now")).names == ["cancel_now", "keep"]
    assert world.state("pat-pass") is Status.ACTIVE


def test_keep_after_it_was_cancelled_shows_the_way_back(world: World) -> None:
    """Too late to keep, early enough to undo: said truthfully."""
    world.customer("pat", DAY_PASS, PRO)
    chat = world.chat("pat")
    asked = chat.say("cancel everything", CANCEL)
    assert asked.kinds == ["receipt", "choice"]
    chat.press(asked.button("cancel_now"))
    late = chat.press(asked.button("keep"))
    assert "Your cancellation stands" in late.text
    assert late.titles == ["Undo Pro"]


def test_everything_ends_at_once_what_can_be_undone_and_asks_for_the_rest(world: World) -> None:
    """P1: of two plans one is cancelled by the message, the other by its press; one question in all."""
    world.customer("pat", DAY_PASS, PRO)
    chat = world.chat("pat")
    asked = chat.say("cancel everything", CANCEL)
    assert (world.state("pat-pro"), world.state("pat-pass")) == (Status.CANCELLING, Status.ACTIVE)
    rest = chat.press(asked.button("cancel_now"))
    assert rest.kinds == ["receipt", "exit_question"]


def test_keeping_the_rest_does_not_claim_that_nothing_was_cancelled(world: World) -> None:
    """What is done stays done, and is not denied."""
    world.customer("pat", DAY_PASS, PRO)
    chat = world.chat("pat")
    asked = chat.say("cancel everything", CANCEL)
    assert chat.press(asked.button("keep")).text == "All right. Nothing more is cancelled."
    assert (world.state("pat-pro"), world.state("pat-pass")) == (Status.CANCELLING, Status.ACTIVE)


def test_two_plans_that_end_at_once_take_a_press_each_and_keep_one_time(world: World) -> None:
    """The second press is as good as the first, and there is one exit question."""
    world.customer("pat", DAY_PASS, FLAT)
    chat = world.chat("pat")
    said_at = world.clock.now()
    asked = chat.say("cancel everything", CANCEL)
    assert asked.names == ["cancel_now", "keep"] * 2
    world.clock.advance(minutes=10)
    assert chat.press(asked.button("cancel_now", 0)).kinds == ["receipt", "exit_question"]
    assert chat.press(asked.button("cancel_now", 1)).kinds == ["receipt"]
    assert [receipt.received_at for receipt in world.receipts("pat")] == [said_at, said_at]


def test_yes_to_two_offers_is_not_guessed_at(world: World) -> None:
    """Which of the two? A press says it."""
    world.customer("pat", DAY_PASS, FLAT)
    chat = world.chat("pat")
    chat.say("cancel everything", CANCEL)
    assert "wasn't clear" in chat.say("yes", YES).text
    assert world.ledger("pat") == []


def test_a_plans_button_is_not_the_press_for_an_end_without_undo(world: World) -> None:
    """Its terms were not told with that button."""
    world.customer("pat", DAY_PASS, FLAT)
    chat = world.chat("pat")
    asked = chat.say("I want to cancel", CANCEL)
    chat.press(asked.button("cancel:pass"))
    assert "ends at once" in chat.press(asked.button("cancel:flat")).text
    assert world.ledger("pat") == []
