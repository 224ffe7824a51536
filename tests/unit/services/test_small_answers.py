from __future__ import annotations

import pytest

from bot.domain.subscriptions import Status
from bot.services import cases, sign_in, small_answers
from tests.unit.services.script import CANCEL, CHOOSE, END_DATE, NO, REASON, SKIP, STATUS, UNCLEAR, YES
from tests.unit.services.world import World


def test_yes_to_nothing_is_not_understood(world: World) -> None:
    """The word "yes" never cancels by itself."""
    chat = world.chat("ada")
    assert "wasn't clear" in chat.say("yes", YES).text
    assert world.ledger("ada") == []


@pytest.mark.parametrize("how", ["clarify", "reason", "how"])
def test_yes_to_a_message_that_only_shows_cancel_now_is_not_the_press(world: World, how: str) -> None:
    """Only an offer is answered by "yes"; a button beside an explanation is pressed."""
    chat = world.chat("ada")
    handlers = {"clarify": UNCLEAR, "reason": REASON, "how": END_DATE}
    assert "cancel_now" in chat.say("hm", handlers[how]).names
    chat.say("yes", YES)
    assert world.ledger("ada") == []


def test_yes_after_the_exit_question_cancels_nothing_more(world: World) -> None:
    """Max has two plans left; "yes" is about none of them."""
    chat = world.chat("max")
    chat.say("cancel my Pro plan", CANCEL)
    chat.say("yes", YES)
    assert len(world.ledger("max")) == 1


def test_yes_to_which_one_is_not_all_of_them(world: World) -> None:
    """It answers nothing; the question is still there."""
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    chat.say("yes", YES)
    assert world.ledger("max") == []
    chat.say("Pro", CHOOSE)
    assert len(world.ledger("max")) == 1


def test_yes_to_an_offer_that_has_expired_counts_from_the_yes(world: World) -> None:
    """P4: the first declaration held for seven days; the "yes" is a new one, with its own time."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    world.clock.advance(days=6, hours=23)
    chat.say("when does it end?", END_DATE)
    assert "You asked to cancel" in chat.verify("ada@example.com").text
    world.clock.advance(hours=2)
    late = chat.say("yes", YES)
    assert late.kinds == ["receipt", "exit_question"]
    assert world.receipts("ada")[0].received_at == world.clock.now()


def test_no_to_a_question_of_the_bot_takes_the_wish_back(world: World) -> None:
    """Asked which, asked for the address: "no" ends it, and nothing is left waiting."""
    for chat in (world.chat("max"), world.chat()):
        chat.say("cancel", CANCEL)
        assert "your request is taken back" in chat.say("no, don't cancel", NO).text
        assert chat.state.awaiting is None
        assert not chat.declarations[0].holds(world.clock.now())


def test_no_to_nothing_changes_nothing(world: World) -> None:
    """Neither plan nor wish."""
    assert world.chat("ada").say("no", NO).text == "All right. Nothing has changed."
    assert world.chat().say("no", NO).text == "All right. Nothing has changed."


def test_no_after_a_cancellation_shows_the_way_back(world: World) -> None:
    """Said "no, that's wrong" later: one press for each, at most three."""
    chat = world.chat("max")
    chat.say("cancel everything", CANCEL)
    chat.say("skip", SKIP)
    shown = chat.say("no that's wrong", NO)
    assert shown.titles == ["Undo Basic", "Undo Pro", "Undo Team"]
    chat.press(shown.button("undo", 1))
    assert (world.state("max-basic"), world.state("max-pro")) == (Status.CANCELLING, Status.ACTIVE)


def test_clarifying_asks_once_with_at_most_three_buttons_then_gets_a_person(world: World) -> None:
    """§2: the second time in a row a person reads it; [Cancel now] stays."""
    chat = world.chat("ada")
    first = chat.say("colourless green ideas", UNCLEAR)
    assert first.names == ["cancel_now", "talk_to_human"]
    second = chat.say("sleep furiously", UNCLEAR)
    assert second.names == ["cancel_now"]
    assert chat.case is not None
    assert chat.case.id in second.text
    third = chat.say("indeed", UNCLEAR)
    assert chat.case.id in third.text


def test_a_clarifying_question_never_names_a_plan_to_a_stranger(world: World) -> None:
    """P3: the undo button with a plan's name is for the verified owner."""
    chat = world.chat("max")
    chat.say("cancel my Pro plan", CANCEL)
    assert chat.say("hm", UNCLEAR).titles == ["Cancel now", "Undo Pro", "Talk to a person"]
    chat.say("log me out", sign_in.log_out)
    assert chat.say("hm", UNCLEAR).titles == ["Cancel now", "Talk to a person"]


def test_the_person_button_gets_a_person(world: World) -> None:
    """Pressed, it is the same as asking for one."""
    chat = world.chat("ada")
    chat.press(chat.say("hm", UNCLEAR).button("talk_to_human"))
    assert chat.case is not None
    assert chat.case.subject == "talk_to_human"


def test_what_is_not_ours_never_touches_a_subscription(world: World) -> None:
    """Said "cancel my order", also while something else is open."""
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    told = chat.say("no, cancel my last order", small_answers.cancel_other)
    assert "not orders" in told.text
    assert world.ledger("max") == []


def test_a_complaint_opens_a_case_and_cancels_nothing(world: World) -> None:
    """Somebody who is angry has not said that they leave."""
    chat = world.chat("ada")
    chat.say("this is a rip-off", lambda turn: cases.not_here_yet(turn, "complaint"))
    assert chat.case is not None
    assert "running" in chat.say("status", STATUS).text


def test_no_that_asks_to_cancel_takes_nothing_back(world: World) -> None:
    """P9: said to the question for the address, it is cleared up, and the wish stands."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    assert "cancel_now" in chat.say("no, I want to cancel", NO).names
    assert chat.verify("ada@example.com").kinds == ["receipt", "exit_question"]


@pytest.mark.parametrize("words", ["no", "no, don't cancel", "no, I do not want to cancel it"])
def test_no_takes_a_wish_back_while_the_address_is_asked(world: World, words: str) -> None:
    """The word alone, or with what is not wanted."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    assert "taken back" in chat.say(words, NO).text
