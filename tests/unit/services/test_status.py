from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.errors import NotFoundError
from bot.domain.subscriptions import Status
from bot.services import receipts, status
from tests.unit.services.script import BASIC, CANCEL, CHARGES, END_DATE, FLAT, PRO, STATUS, TEAM, UNDO
from tests.unit.services.world import World


def test_did_it_work_is_answered_from_the_ledger(world: World) -> None:
    """Cancelled, until when, with the receipt and the way back."""
    chat = world.chat("ada")
    done = chat.say("cancel", CANCEL)
    told = chat.say("did it work?", STATUS)
    assert "Your Pro plan is cancelled. You can use it until 1 April 2026" in told.text
    assert (told.numbers, told.names) == (done.numbers, ["undo"])


def test_several_subscriptions_are_told_one_by_one(world: World) -> None:
    """Each with its own button; a plan asked for by name alone."""
    chat = world.chat("max")
    chat.say("cancel my Pro plan", CANCEL)
    told = chat.say("what is the state of things", END_DATE)
    assert told.names == ["cancel_now", "undo", "cancel_now"]
    assert "Your Pro plan is cancelled" in chat.say("when does Pro end?", END_DATE).messages[0].text
    assert len(chat.say("when does Pro end?", END_DATE).messages) == 1


def test_each_status_has_its_words(world: World) -> None:
    """Trial, paused, ended, none; and a plan that ends at once is not said to run on."""
    until = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
    world.customer("tia", PRO, status=Status.TRIAL, trial_until=until)
    world.customer("pia", PRO, FLAT, status=Status.PAUSED)
    world.customer("flo", FLAT)
    assert "trial runs until 20 March 2026" in world.chat("tia").say("status", END_DATE).text
    paused = world.chat("pia").say("status", END_DATE).text
    assert "Your Pro plan is paused. If you cancel today, it ends on 1 April 2026." in paused
    assert "Your Flat plan is paused. If you cancel it, it ends at once." in paused
    assert "If you cancel it, it ends at once." in world.chat("flo").say("status", END_DATE).text
    assert "no subscription" in world.chat("nil").say("status", END_DATE).text


def test_the_button_beside_a_plan_that_ends_at_once_tells_the_terms_first(world: World) -> None:
    """P1: [Cancel now] under its status is not yet the press that cannot be undone."""
    world.customer("flo", FLAT)
    chat = world.chat("flo")
    asked = chat.press(chat.say("status", STATUS).button("cancel_now"))
    assert "can't be undone" in asked.text
    assert world.ledger("flo") == []
    assert chat.press(asked.button("cancel_now")).kinds == ["receipt", "exit_question"]


def test_the_button_beside_a_plan_is_good_for_its_generation(world: World) -> None:
    """P2: cancelled and taken back since: it asks anew."""
    chat = world.chat("ada")
    old = chat.say("status", STATUS).button("cancel_now")
    chat.say("cancel", CANCEL)
    chat.say("undo", UNDO)
    asked = chat.press(old)
    assert "earlier question" in asked.text
    assert asked.names == ["cancel:pro"]
    assert world.state("ada-pro") is Status.ACTIVE


def test_what_ended_long_ago_is_not_told_unless_there_is_nothing_else(world: World) -> None:
    """Two months later it is history; asked for by name it is told."""
    long_ago = datetime(2025, 6, 1, tzinfo=UTC)
    began = datetime(2025, 1, 1, tzinfo=UTC)
    world.customer("old", BASIC, anchor=began, status=Status.ENDED, ends_at=long_ago)
    assert "ended on 1 June 2025" in world.chat("old").say("status", END_DATE).text
    world.customer("old", PRO)
    assert "Basic" not in world.chat("old").say("status", END_DATE).text
    assert "ended on 1 June 2025" in world.chat("old").say("when did my Basic plan end", END_DATE).text


def test_charges_are_told_from_the_book(world: World) -> None:
    """The next one with its date; none after a cancellation; none while it is paused; none without a plan."""
    until = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
    world.customer("tia", TEAM, status=Status.TRIAL, trial_until=until)
    world.customer("pia", PRO, status=Status.PAUSED)
    assert "next charged on 20 March 2026: €30.00" in world.chat("tia").say("charged?", CHARGES).text
    assert "while it is paused" in world.chat("pia").say("charged?", CHARGES).text
    assert "nothing will be charged" in world.chat("nil").say("charged?", CHARGES).text
    chat = world.chat("ada")
    assert "next charged on 1 April 2026: €12.00" in chat.say("charged?", CHARGES).text
    chat.say("cancel", CANCEL)
    assert chat.say("charged?", CHARGES).text == "Nothing more will be charged for your Pro plan."


def test_a_charge_that_falls_on_midnight_is_told_with_its_own_day(world: World) -> None:
    """Until 31 March, charged on 1 April: the end is the last day, the charge is not."""
    world.customer("eve", PRO, anchor=datetime(2025, 12, 31, 23, 0, tzinfo=UTC))
    chat = world.chat("eve")
    assert "charged on 1 April 2026" in chat.say("charged?", CHARGES).text
    assert "it ends on 31 March 2026" in chat.say("status", END_DATE).text


def test_receipts_of_one_declaration_are_sent_again_together(world: World) -> None:
    """Said "send my receipt again" after "cancel everything": three, in their order."""
    chat = world.chat("max")
    done = chat.say("cancel everything", CANCEL)
    again = world.chat("max").say("my receipt", status.resend_receipt)
    assert again.numbers == done.numbers
    assert again.kinds == ["receipt"] * 3


def test_without_any_receipt_the_way_to_one_is_shown(world: World) -> None:
    """Nothing has been cancelled; and where nothing can be, no button pretends so."""
    assert world.chat("ada").say("my receipt", status.resend_receipt).names == ["cancel_now"]
    assert world.chat("nil").say("my receipt", status.resend_receipt).names == []


def test_how_to_cancel_is_answered_with_the_button_that_does_it(world: World) -> None:
    """Also to a stranger; the press then asks who it is."""
    for chat in (world.chat("ada"), world.chat()):
        told = chat.say("how do I cancel?", status.ask_how_to_cancel)
        assert told.names == ["cancel_now"]
        chat.press(told.button("cancel_now"))
    assert world.state("ada-pro") is Status.CANCELLING


def test_what_is_the_customers_own_is_told_after_the_proof(world: World) -> None:
    """P3: asked, proved, told."""
    chat = world.chat()
    assert "which e-mail" in chat.say("will I be charged again?", CHARGES).text
    assert "Your Pro plan is running" in chat.verify("ada@example.com").text


def test_an_address_in_the_question_is_enough(world: World) -> None:
    """Nothing is asked that was said."""
    chat = world.chat()
    assert "on its way" in chat.say("when does it end? I'm ada@example.com", END_DATE).text


def test_a_stranger_who_asks_whether_it_worked_is_asked_who_they_are(world: World) -> None:
    """P3: without a wish in this chat there is nothing to tell."""
    assert "which e-mail address" in world.chat().say("did it work?", STATUS).text


def test_a_receipt_is_found_by_its_number(world: World) -> None:
    """For its page; the caller has checked the key."""
    (number,) = world.chat("ada").say("cancel", CANCEL).numbers
    assert receipts.find(world.deps, number).plan_name == "Pro"
    with pytest.raises(NotFoundError):
        receipts.find(world.deps, "R-0")
