from __future__ import annotations

import pytest

from bot.domain.subscriptions import Status
from tests.unit.services.script import BASIC, CANCEL, CHOOSE, DAY_PASS, PRO, STATUS, UNDO
from tests.unit.services.world import World


def test_undo_takes_the_cancellation_back_with_a_receipt_of_its_own(world: World) -> None:
    """P7: by saying so, also weeks later and in another chat, until the end takes effect."""
    done = world.chat("ada").say("cancel", CANCEL)
    world.clock.advance(days=20)
    undone = world.chat("ada").say("undo", UNDO)
    assert undone.text.startswith("Your Pro plan goes on as before.")
    assert undone.kinds == ["receipt"]
    assert undone.numbers != done.numbers
    assert world.state("ada-pro") is Status.ACTIVE


def test_the_undo_button_undoes(world: World) -> None:
    """The button shown with the confirmation; a second press repeats the answer."""
    chat = world.chat("ada")
    token = chat.say("cancel", CANCEL).button("undo")
    first = chat.press(token)
    assert world.state("ada-pro") is Status.ACTIVE
    assert chat.press(token) == first
    assert len(world.ledger("ada")) == 2


def test_undo_after_everything_undoes_all_of_them(world: World) -> None:
    """P7: what one message cancelled, one message takes back."""
    chat = world.chat("max")
    chat.say("cancel everything", CANCEL)
    assert chat.say("I changed my mind", UNDO).kinds == ["receipt"] * 3
    assert [operation.kind.value for operation in world.ledger("max")] == ["cancel"] * 3 + ["undo"] * 3


def test_undo_takes_back_the_last_one_only(world: World) -> None:
    """Basic was cancelled last week; "undo" is about Pro, cancelled just now."""
    chat = world.chat("max")
    chat.say("cancel my Basic plan", CANCEL)
    world.clock.advance(minutes=5)
    chat.say("cancel my Pro plan", CANCEL)
    chat.say("undo", UNDO)
    assert (world.state("max-basic"), world.state("max-pro")) == (Status.CANCELLING, Status.ACTIVE)


def test_undo_by_name_takes_that_one_back(world: World) -> None:
    """Said "undo Basic" after both were cancelled."""
    chat = world.chat("max")
    chat.say("cancel Basic and Pro", CANCEL)
    assert "Your Basic plan goes on" in chat.say("undo Basic", UNDO).text
    assert (world.state("max-basic"), world.state("max-pro")) == (Status.ACTIVE, Status.CANCELLING)


def test_undo_everything_by_words(world: World) -> None:
    """Cancelled one by one, taken back together."""
    chat = world.chat("max")
    chat.say("cancel my Basic plan", CANCEL)
    chat.say("cancel my Pro plan", CANCEL)
    assert chat.say("undo everything", UNDO).kinds == ["receipt"] * 2


def test_undo_of_a_plan_that_runs_touches_no_other(world: World) -> None:
    """Said "undo Team" while only Basic is cancelled: asked, not guessed."""
    chat = world.chat("max")
    chat.say("cancel my Basic plan", CANCEL)
    asked = chat.say("undo my Team plan", UNDO)
    assert (asked.text, asked.titles) == ("Which one should go on?", ["Undo Basic"])
    assert world.state("max-basic") is Status.CANCELLING
    chat.press(asked.button("undo"))
    assert world.state("max-basic") is Status.ACTIVE


def test_undo_of_a_plan_that_runs_where_nothing_is_cancelled(world: World) -> None:
    """There is nothing to take back, and that is what is said."""
    assert "no cancellation to take back" in world.chat("max").say("undo my Team plan", UNDO).text


def test_an_undo_that_names_plans_to_spare_is_asked_about(world: World) -> None:
    """The wish "undo everything but Pro" is not guessed at."""
    chat = world.chat("max")
    chat.say("cancel everything", CANCEL)
    assert chat.say("undo everything but Pro", UNDO).titles == ["Undo Basic", "Undo Pro", "Undo Team"]


def test_undo_of_an_ended_plan_by_name_is_too_late(world: World) -> None:
    """A person can help."""
    world.customer("pat", DAY_PASS, PRO)
    chat = world.chat("pat")
    chat.press(chat.say("cancel my Pass plan", CANCEL).button("cancel_now"))
    late = chat.say("undo my Pass plan", UNDO)
    assert "ended on 10 March 2026" in late.text
    assert late.names == ["talk_to_human"]


@pytest.mark.parametrize("how", ["word", "button"])
def test_undo_after_the_end_is_too_late_and_a_person_can_help(world: World, how: str) -> None:
    """P7: until the end takes effect, and truthfully no later."""
    chat = world.chat("ada")
    done = chat.say("cancel", CANCEL)
    world.clock.advance(days=30)
    chat.verify("ada@example.com")
    late = chat.say("undo", UNDO) if how == "word" else chat.press(done.button("undo"))
    assert "can't be taken up again here" in late.text
    assert late.names == ["talk_to_human"]
    assert len(world.ledger("ada")) == 1


def test_nothing_to_undo_is_said_kindly(world: World) -> None:
    """Said "I want to come back" by somebody who never left."""
    assert "no cancellation to take back" in world.chat("ada").say("undo", UNDO).text


def test_who_has_no_subscription_and_wants_to_come_back_is_offered_a_person(world: World) -> None:
    """There is nothing we could take up again here."""
    replies = world.chat("nil").say("I'd like to come back", UNDO)
    assert replies.names == ["talk_to_human"]


def test_the_button_of_a_cancellation_taken_back_and_made_anew_does_not_act(world: World) -> None:
    """P2: generations: the first [Undo] is not good for the second cancellation, whose own is shown."""
    chat = world.chat("ada")
    first = chat.say("cancel", CANCEL)
    chat.say("undo", UNDO)
    world.clock.advance(minutes=1)
    again = chat.say("cancel", CANCEL)
    world.clock.advance(minutes=1)
    shown = chat.press(first.button("undo"))
    assert world.state("ada-pro") is Status.CANCELLING
    assert shown.numbers == again.numbers
    chat.press(shown.button("undo"))
    assert world.state("ada-pro") is Status.ACTIVE


def test_the_button_of_a_cancellation_that_was_taken_back_says_so(world: World) -> None:
    """By words first, by button later: no second undo."""
    chat = world.chat("ada")
    done = chat.say("cancel", CANCEL)
    chat.say("undo", UNDO)
    assert "taken back already" in chat.press(done.button("undo")).text
    assert len(world.ledger("ada")) == 2


def test_never_mind_while_asked_which_takes_back_the_wish_and_nothing_else(world: World) -> None:
    """Basic was cancelled last week; "I changed my mind" answers the question of just now."""
    chat = world.chat("max")
    chat.say("cancel my Basic plan", CANCEL)
    chat.say("cancel another one", CANCEL)
    assert "request to cancel is taken back" in chat.say("I changed my mind", UNDO).text
    assert world.state("max-basic") is Status.CANCELLING
    assert "wasn't clear" in chat.say("Pro", CHOOSE).text


def test_undo_everything_takes_back_what_is_done_and_what_waits(world: World) -> None:
    """A cancellation of last week and the question of just now."""
    chat = world.chat("max")
    chat.say("cancel my Basic plan", CANCEL)
    chat.say("cancel another one", CANCEL)
    assert "Your Basic plan goes on" in chat.say("undo everything", UNDO).text
    assert chat.state.awaiting is None
    assert not any(item.holds(world.clock.now()) for item in chat.declarations)


def test_undo_of_everything_done_in_part_takes_back_that_part_and_the_offer(world: World) -> None:
    """One was cancelled at once, one waits for its press: both wishes are taken back."""
    world.customer("pat", DAY_PASS, PRO)
    chat = world.chat("pat")
    asked = chat.say("cancel everything", CANCEL)
    assert "Your Pro plan goes on" in chat.say("undo", UNDO).text
    assert "ends at once" in chat.press(asked.button("cancel_now")).text
    assert world.state("pat-pass") is Status.ACTIVE


def test_a_cancellation_that_is_not_ours_can_be_taken_back_too(world: World) -> None:
    """The book has it cancelled by somebody else: undo works all the same."""
    ends_at = world.clock.now().replace(month=4, day=1)
    world.customer("old", BASIC, status=Status.CANCELLING, ends_at=ends_at)
    assert world.chat("old").say("undo", UNDO).kinds == ["receipt"]
    assert world.state("old-basic") is Status.ACTIVE


def test_a_mistake_is_flagged_for_staff(world: World) -> None:
    """Undone first; and a case is opened, quietly."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    chat.say("undo, that was a mistake", UNDO)
    assert chat.case is not None
    assert chat.case.subject == "mistake"


def test_a_changed_mind_is_no_mistake(world: World) -> None:
    """No case where nothing went wrong."""
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    chat.say("I changed my mind", UNDO)
    assert chat.case is None


def test_undo_before_verification_takes_back_the_wish(world: World) -> None:
    """Nothing was cancelled; the wish does not wait for anybody any more."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    assert "request to cancel is taken back" in chat.say("undo", UNDO).text
    assert "Thank you, it's you" in chat.verify("ada@example.com").text
    assert world.state("ada-pro") is Status.ACTIVE


def test_undo_without_any_wish_asks_who_it_is(world: World) -> None:
    """What could be undone is the customer's own."""
    assert "which e-mail address" in world.chat().say("undo", UNDO).text


def test_the_undo_button_after_the_proof_expired_leads_back_to_undo(world: World) -> None:
    """The press is not lost: once it is clear who it is, [Undo] is shown again; no wish is dropped."""
    chat = world.chat("max")
    done = chat.say("cancel my Pro plan", CANCEL)
    chat.say("cancel another one", CANCEL)
    world.clock.advance(hours=25)
    assert "which e-mail address" in chat.press(done.button("undo")).text
    offered = chat.verify("max@example.com")
    assert offered.names == ["cancel_now", "keep"]
    told = chat.say("status", STATUS)
    chat.press(told.button("undo"))
    assert world.state("max-pro") is Status.ACTIVE


def test_an_undo_pressed_before_the_proof_is_renewed_acts_when_pressed_again(world: World) -> None:
    """P2, P7: a press that only led to the question who is there has not acted."""
    chat = world.chat("ada")
    undo = chat.say("cancel", CANCEL).button("undo")
    world.clock.advance(hours=25)
    assert "which e-mail address" in chat.press(undo).text
    chat.verify("ada@example.com")
    done = chat.press(undo)
    assert done.kinds == ["receipt"]
    assert world.state("ada-pro") is Status.ACTIVE
    assert chat.press(undo) == done
    assert len(world.ledger("ada")) == 2
