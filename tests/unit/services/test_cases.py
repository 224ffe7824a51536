from __future__ import annotations

from functools import partial

import pytest

from bot.domain.cases import CaseState
from bot.domain.conversations import Author
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.subscriptions import Status
from bot.services import cases, small_answers
from tests.unit.services.script import CANCEL, NO, UNCLEAR, YES
from tests.unit.services.staff import case_of, in_charge
from tests.unit.services.world import World


def test_a_person_is_asked_for_once(world: World) -> None:
    """P10: a case with a number; asked for again, it is the same one."""
    chat = world.chat("ada")
    first = chat.say("a person please", cases.talk_to_human)
    assert f"Number {case_of(chat)}" in first.text
    again = chat.say("hello? a person!", cases.talk_to_human)
    assert "has been asked for already" in again.text
    assert [case.id for case in cases.listed(world.deps)] == [case_of(chat)]


def test_until_staff_accept_the_bot_goes_on_serving(world: World) -> None:
    """P10: an open case silences nobody."""
    chat = world.chat("ada")
    chat.say("a person please", cases.talk_to_human)
    assert chat.say("cancel", CANCEL).kinds == ["receipt", "exit_question"]


def test_distress_is_answered_in_its_own_words_also_while_a_case_is_open(world: World) -> None:
    """Whoever may be in danger is told whom to call, whatever was asked for before."""
    chat = world.chat("ada")
    chat.say("a person please", cases.talk_to_human)
    told = chat.say("I can't go on", lambda turn: cases.talk_to_human(turn, "distress"))
    assert "112" in told.text


@pytest.mark.parametrize("subject", ["lost_mailbox", "extraordinary_termination", "distress"])
def test_subjects_with_words_of_their_own(world: World, subject: str) -> None:
    """Each says what happens next, with the number."""
    chat = world.chat("ada")
    told = chat.say("words", lambda turn: cases.talk_to_human(turn, subject))
    assert case_of(chat) in told.text
    assert chat.case is not None
    assert chat.case.subject == subject


@pytest.mark.parametrize("subject", ["unsubscribe", "delete_data", "billing_question"])
def test_what_is_not_here_yet_opens_a_case_and_changes_nothing(world: World, subject: str) -> None:
    """Never claimed as done, and never mistaken for cancelling."""
    chat = world.chat("ada")
    told = chat.say("unsubscribe me, I withdraw", lambda turn: cases.not_here_yet(turn, subject))
    assert case_of(chat) in told.text
    assert world.ledger("ada") == []
    assert world.state("ada-pro") is Status.ACTIVE


def test_the_first_reply_accepts_and_arrives_in_the_same_chat(world: World) -> None:
    """P10: staff's words, in order with the rest."""
    chat = in_charge(world)
    assert chat.case is not None
    assert chat.case.state is CaseState.ACCEPTED
    assert (chat.transcript[-1].author, chat.transcript[-1].text) == (Author.STAFF, "Hello, this is Kim.")


def test_unknown_and_closed_cases_are_refused(world: World) -> None:
    """Staff are told, and nothing is sent."""
    chat = in_charge(world)
    case_id = case_of(chat)
    cases.close(world.deps, case_id)
    with pytest.raises(ConflictError):
        cases.reply(world.deps, case_id, "too late")
    with pytest.raises(ConflictError):
        cases.close(world.deps, case_id)
    with pytest.raises(NotFoundError):
        cases.reply(world.deps, "C-0", "hello")
    assert [case.id for case in cases.listed(world.deps, closed=True)] == [case_id]
    assert cases.listed(world.deps) == []


def test_a_new_case_may_follow_a_closed_one(world: World) -> None:
    """At most one that is not closed."""
    chat = in_charge(world)
    first = case_of(chat)
    cases.close(world.deps, first)
    chat.say("a person again please", cases.talk_to_human)
    assert case_of(chat) != first


def test_a_person_is_offered_for_what_is_not_ours_and_yes_takes_it(world: World) -> None:
    """Said "cancel my order": nothing is touched, also not by the "yes" to the offer."""
    chat = world.chat("ada")
    offered = chat.say("cancel my order", small_answers.cancel_other)
    assert offered.names == ["talk_to_human"]
    assert "A person will answer here" in chat.say("yes please", YES).text
    assert world.ledger("ada") == []


def test_no_to_a_person_takes_no_wish_back(world: World) -> None:
    """A wish waits for its proof; "no" answers the offer of a person."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    chat.say("and cancel my order", small_answers.cancel_other)
    assert chat.say("no", NO).text == "All right. Nothing has changed."
    assert chat.declarations[0].holds(world.clock.now())


def test_a_complaint_is_shown_the_way_out(world: World) -> None:
    """Who complains may be on the way out: a person gets it, and [Cancel now] stands beside."""
    chat = world.chat("ada")
    told = chat.say("this is the worst service ever", lambda turn: cases.not_here_yet(turn, "complaint"))
    assert case_of(chat) in told.text
    assert told.names == ["cancel_now"]


def test_staff_see_the_gravest_subject_of_a_case(world: World) -> None:
    """P10: who could not be understood first and is in distress now is no puzzle any more."""
    chat = world.chat("ada")
    chat.say("qwe", UNCLEAR)
    chat.say("asd", UNCLEAR)
    seen = [chat.case.subject if chat.case else ""]
    for subject in ("withdraw", "pause", "distress", "extraordinary_termination"):
        chat.say("something", partial(cases.talk_to_human, subject=subject))
        seen.append(chat.case.subject if chat.case else "")
    assert seen == ["not_understood", "withdraw", "withdraw", "distress", "distress"]
