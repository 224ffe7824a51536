from __future__ import annotations

import pytest

from bot.domain.declarations import DeclarationState
from bot.domain.subscriptions import Status
from bot.services import cases
from bot.services.turn import Handler
from tests.unit.services.script import (
    CANCEL,
    CHOOSE,
    CODE,
    DAY_PASS,
    EMAIL,
    END_DATE,
    FLAT,
    PRO,
    UNCLEAR,
    YEARLY,
    YES,
)
from tests.unit.services.staff import case_of, in_charge
from tests.unit.services.world import World


def test_an_unclear_day_is_asked_for_and_nothing_is_done(months: World) -> None:
    """The wish is recorded with its time; [Cancel now] ends it as soon as it can end, as it says."""
    chat = months.chat("eve")
    said_at = months.clock.now()
    asked = chat.say("cancel after Christmas", CANCEL)
    assert asked.kinds == ["choice"]
    assert "Which day do you mean?" in asked.text
    assert "can end on 31 March 2026" in asked.text
    assert asked.names == ["cancel_now", "talk_to_human"]
    assert months.ledger("eve") == []
    assert [item.state for item in chat.declarations] == [DeclarationState.OFFERED]
    months.clock.advance(hours=2)
    done = chat.press(asked.button("cancel_now"))
    assert "until 31 March 2026, and nothing more" in done.text
    assert [receipt.received_at for receipt in months.receipts("eve")] == [said_at]


@pytest.mark.parametrize("handler", [UNCLEAR, CANCEL, END_DATE])
def test_the_day_is_written_in_answer(months: World, handler: Handler) -> None:
    """However it is understood: the day counts, and so does the time of the first wish."""
    chat = months.chat("eve")
    said_at = months.clock.now()
    chat.say("cancel after Christmas", CANCEL)
    months.clock.advance(hours=2)
    done = chat.say("31 May", handler)
    assert "ends on 31 May 2026" in done.text
    assert [receipt.received_at for receipt in months.receipts("eve")] == [said_at]


@pytest.mark.parametrize("words", ["cancel after Christmas", "cancel on 31 December 2031"])
def test_who_says_it_again_without_a_day_is_cancelled(months: World, words: str) -> None:
    """The day was asked for once; nobody is asked twice to get out (P1, P8)."""
    chat = months.chat("eve")
    said_at = months.clock.now()
    chat.say(words, CANCEL)
    months.clock.advance(minutes=1)
    assert "until 31 March 2026, and nothing more" in chat.say("just cancel my plan", CANCEL).text
    assert [receipt.received_at for receipt in months.receipts("eve")] == [said_at]


def test_a_day_said_while_a_person_is_in_charge_is_kept(months: World) -> None:
    """P10: offered on hand-back, and the press ends it on the day that was said, counted from when it was."""
    chat = in_charge(months, "eve")
    chat.hold("then cancel it in 8 weeks", "cancel")
    months.clock.advance(hours=3)
    cases.close(months.deps, case_of(chat))
    token = next(token for name, _, token in chat.transcript[-1].buttons if name == "cancel_now")
    assert "ends on 30 April 2026" in chat.press(token).text


def test_neither_yes_nor_anything_else_is_a_day(months: World) -> None:
    """A yes asks again; what is not a time is not understood, as anywhere."""
    chat = months.chat("eve")
    chat.say("cancel after Christmas", CANCEL)
    assert "Which day" in chat.say("yes", YES).text
    assert "Which day" not in chat.say("what a nice chat", UNCLEAR).text
    assert months.ledger("eve") == []


@pytest.mark.parametrize(
    "words", ["31 May?", "what if I cancel on 31 May", "I'll ask them to cancel on 31 May"]
)
def test_a_day_in_a_question_or_a_story_is_no_answer(months: World, words: str) -> None:
    """What is not understood and happens to name a day does nothing."""
    chat = months.chat("eve")
    chat.say("cancel after Christmas", CANCEL)
    chat.say(words, UNCLEAR)
    assert months.ledger("eve") == []


def test_a_time_is_no_answer_to_another_question(months: World) -> None:
    """Without [Cancel now] for a plan right before it, "31 May" is not understood."""
    chat = months.chat("eve")
    assert "wasn't clear" in chat.say("31 May", UNCLEAR).text
    assert months.ledger("eve") == []


def test_a_day_too_far_ahead_is_asked_for(months: World) -> None:
    """Two years is what is arranged."""
    assert "Which day" in months.chat("eve").say("cancel on 31 December 2031", CANCEL).text
    assert months.ledger("eve") == []


def test_an_unclear_day_for_a_plan_that_ends_at_once_tells_what_the_button_does(world: World) -> None:
    """P1: it cannot be undone, so the terms stand with the button."""
    world.customer("pat", DAY_PASS)
    world.customer("flo", FLAT)
    chat = world.chat("pat")
    asked = chat.say("cancel in a few weeks", CANCEL)
    assert "at once, €21.93 is paid back, and that can't be undone" in asked.text
    assert "ended today" in chat.press(asked.button("cancel_now")).text
    told = world.chat("flo").say("cancel in a few weeks", CANCEL).text
    assert "at once, and that can't be undone" in told


def test_an_unclear_day_for_several_plans_shows_a_button_each(world: World) -> None:
    """Each ends its own plan as soon as it can; what can't be undone has its own terms."""
    world.customer("pat", PRO, FLAT, YEARLY)
    chat = world.chat("pat")
    asked = chat.say("cancel everything after the summer", CANCEL)
    assert asked.titles == ["Cancel Pro now", "Cancel Year now", "Talk to a person", "Cancel now", "Keep it"]
    chat.press(asked.button("cancel_now", 1))
    assert world.state("pat-year") is Status.CANCELLING
    chat.press(asked.button("cancel_now", 0))
    assert world.state("pat-pro") is Status.CANCELLING
    assert "ended today" in chat.press(asked.button("cancel_now", 2)).text


def test_which_of_two_days_is_whose_plans_is_not_guessed_at(world: World) -> None:
    """It is asked; for one plan a day said of something else is no matter."""
    chat = world.chat("max")
    asked = chat.say("cancel all my plans on 30 April, the old one on 31 May", CANCEL)
    assert "Which day do you mean?" in asked.text
    assert world.ledger("max") == []
    done = world.chat("ada").say("cancel on 30 April, I move on 31 May", CANCEL)
    assert "ends on 1 May 2026" in done.text


def test_the_plan_is_picked_and_the_day_is_kept(world: World) -> None:
    """The question which one comes first; a day said with the answer counts more."""
    chat = world.chat("max")
    asked = chat.say("cancel at the end of May", CANCEL)
    assert "Which one" in asked.text
    assert "ends on 1 June 2026" in chat.press(asked.button("cancel:pro")).text
    again = world.chat("max")
    again.say("cancel one of them at the end of May", CANCEL)
    assert "ends on 1 July 2026" in again.say("cancel Team at the end of June", CHOOSE).text


def test_the_day_is_read_as_of_when_it_was_said(months: World) -> None:
    """P4: "tomorrow week" of a declaration is counted from the declaration, however long the proof takes."""
    chat = months.chat()
    chat.say("cancel in 8 weeks", CANCEL)
    chat.say("eve@example.com", EMAIL)
    months.clock.advance(minutes=9)
    done = chat.say(months.mails()[-1].payload["code"], CODE)
    assert "ends on 30 April 2026" in done.text
    assert "so 5 May 2026 became 30 April 2026" in done.text


def test_what_was_said_last_counts_and_the_first_time_stays(months: World) -> None:
    """Before the proof, the wish may be changed; saying "cancel" again changes nothing."""
    chat = months.chat()
    said_at = months.clock.now()
    chat.say("cancel on 30 June", CANCEL)
    months.clock.advance(minutes=1)
    chat.say("no, cancel at the end of April", CANCEL)
    months.clock.advance(minutes=1)
    chat.say("cancel", CANCEL)
    assert "ends on 30 April 2026" in chat.verify("eve@example.com").text
    assert [receipt.received_at for receipt in months.receipts("eve")] == [said_at]


def test_an_end_that_came_before_the_proof_needs_a_press(world: World) -> None:
    """Said for a day that is over when it is proved: it would end at once, so it is asked for."""
    world.customer("pat", FLAT)
    chat = world.chat()
    chat.say("cancel tomorrow", CANCEL)
    world.clock.advance(days=3)
    asked = chat.verify("pat@example.com")
    assert "ends at once" in asked.text
    assert "ended today" in chat.press(asked.button("cancel_now")).text
