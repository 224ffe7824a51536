from __future__ import annotations

import pytest

from bot.domain.audit import Action
from bot.domain.cases import MOST_LISTED, CaseState
from bot.domain.conversations import Author
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.finding import Facet
from bot.domain.staff import Role
from bot.services import audit, cases, desk, staff
from tests.unit.services.answering import Answering
from tests.unit.services.script import CANCEL, PERSON, Replies
from tests.unit.services.staffed import Staffed


@pytest.fixture
def answering(staffed: Staffed) -> Answering:
    """Two of the staff."""
    return Answering(staffed)


def test_who_waits_longest_comes_first(answering: Answering) -> None:
    """The queue has what is asked for, since when, by whom, and what was said last."""
    first, second = answering.chat(customer="max"), answering.chat()
    first.say("a person please", PERSON)
    answering.clock.advance(minutes=3)
    second.say("somebody real", PERSON)
    one, two = desk.queue(answering.deps)
    assert [one.case.conversation_id, two.case.conversation_id] == [first.id, second.id]
    assert (one.customer_name, one.assignee, one.case.subject) == ("Max", None, "talk_to_human")
    assert two.since == answering.clock.now()
    assert two.last is not None
    answering.steps_in(first)
    answering.clock.advance(minutes=5)
    first.hold("cancel please", "cancel")
    assert [item.case.conversation_id for item in desk.queue(answering.deps)] == [second.id, first.id]
    waiting = desk.queue(answering.deps)[1]
    assert waiting.since == answering.clock.now()
    assert waiting.assignee is not None
    assert (waiting.assignee.name, [item.words for item in waiting.declared]) == ("Bea", ["cancel please"])


def test_cases_nobody_waits_in_hide_nobody(answering: Answering) -> None:
    """Staff forget to hand back: however many such cases there are, who waits is in the queue."""
    answering.keeps(MOST_LISTED + 1)
    chat = answering.chat()
    chat.say("a person please", PERSON)
    found = desk.queue(answering.deps)
    assert chat.id in {item.case.conversation_id for item in found}
    assert len({item.case.id for item in found}) == len(found)


def test_a_case_that_is_closed_waits_no_more(answering: Answering) -> None:
    """It leaves the queue."""
    chat = answering.taken()
    answering.hands_back(chat)
    assert list(desk.queue(answering.deps)) == []


def test_taking_a_case_makes_it_theirs(answering: Answering) -> None:
    """The conversation is found by whose it is."""
    chat = answering.chat()
    chat.say("a person please", PERSON)
    taken = desk.take(answering.deps, answering.case_of(chat).id, answering.bea.id)
    assert (taken.state, taken.assignee) == (CaseState.ACCEPTED, answering.bea.id)
    with answering.world.store.begin() as work:
        assert work.finding.facets(chat.id)[Facet.ASSIGNEE] == (answering.bea.id,)


def test_of_two_who_take_it_one_has_it(answering: Answering) -> None:
    """The other is told who, whatever they try, and nothing is sent."""
    chat = answering.taken()
    before = chat.transcript
    case_id = answering.case_of(chat).id
    for tried in (
        lambda: desk.take(answering.deps, case_id, answering.cem.id),
        lambda: answering.steps_in(chat, answering.cem),
        lambda: answering.replies(chat, "Me, too", answering.cem),
        lambda: answering.hands_back(chat, answering.cem),
    ):
        with pytest.raises(ConflictError, match="Bea is answering here"):
            tried()
    assert answering.case_of(chat).assignee == answering.bea.id
    assert chat.transcript == before


def test_staff_may_step_in_where_nobody_asked(answering: Answering) -> None:
    """There is a case then; in no conversation there is none."""
    chat = answering.chat()
    case = answering.steps_in(chat)
    assert (case.subject, case.state) == (desk.STEPPED_IN, CaseState.ACCEPTED)
    with pytest.raises(NotFoundError):
        desk.step_in(answering.deps, "c_none", answering.bea.id)


def test_stepping_in_twice_is_stepping_in_once(answering: Answering) -> None:
    """A double click: one case, one entry of the audit, and the same time."""
    chat = answering.taken()
    first = answering.case_of(chat)
    answering.clock.advance(minutes=1)
    assert answering.steps_in(chat) == first
    assert answering.acts(chat) == [Action.STEPPED_IN]


def test_the_first_reply_takes_over(answering: Answering) -> None:
    """It goes out in the customer's chat, as staff's."""
    chat = answering.chat()
    chat.say("a person please", PERSON)
    said = answering.replies(chat, " Hello, this is Bea. ")
    assert (said.author, said.text, chat.transcript[-1]) == (Author.STAFF, "Hello, this is Bea.", said)
    assert answering.case_of(chat).state is CaseState.ACCEPTED
    assert answering.acts(chat) == [Action.STEPPED_IN, Action.REPLIED]


def test_a_manager_gives_a_case_to_somebody_else(answering: Answering) -> None:
    """Who had it is told like anybody; to nobody means that whoever is free takes it."""
    chat = answering.taken()
    case_id = answering.case_of(chat).id
    desk.assign(answering.deps, case_id, answering.cem.id, answering.cem.id)
    with pytest.raises(ConflictError, match="Cem is answering here"):
        answering.replies(chat, "Still me")
    assert answering.case_of(chat).state is CaseState.ACCEPTED
    desk.assign(answering.deps, case_id, None, answering.cem.id)
    assert answering.steps_in(chat).assignee == answering.bea.id


def test_a_case_is_given_only_to_who_may_answer(answering: Answering) -> None:
    """Not to viewers, to who has left, or to nobody that exists."""
    chat = answering.taken()
    viewer, left = answering.staffed.joins("vic", Role.VIEWER), answering.staffed.joins("lea")
    staff.disable(answering.deps, left.id, audit.COMMAND_LINE)
    for whom in (viewer.id, left.id, "st_none"):
        with pytest.raises(NotFoundError):
            desk.assign(answering.deps, answering.case_of(chat).id, whom, answering.cem.id)
    assert answering.case_of(chat).assignee == answering.bea.id


def test_who_has_left_blocks_nobody(answering: Answering) -> None:
    """A customer does not wait for somebody who can't sign in any more."""
    chat = answering.taken()
    staff.disable(answering.deps, answering.bea.id, audit.COMMAND_LINE)
    assert answering.steps_in(chat, answering.cem).assignee == answering.cem.id


def test_everything_is_written_down(answering: Answering) -> None:
    """Who did what, where: in one chain that verifies."""
    chat = answering.taken()
    answering.replies(chat, "Hello.")
    desk.assign(answering.deps, answering.case_of(chat).id, answering.bea.id, answering.cem.id)
    chat.hold("cancel", "cancel")
    answering.clicks(chat.declarations[-1])
    answering.hands_back(chat)
    assert answering.acts(chat) == [
        Action.STEPPED_IN, Action.REPLIED, Action.ASSIGNED, Action.CARRIED_OUT, Action.HANDED_BACK,
    ]  # fmt: skip
    assert audit.verify(answering.deps)[1] is None


def test_the_command_line_goes_on_working(answering: Answering) -> None:
    """Its reply accepts a case that is nobody's then, and can be taken in the console."""
    chat = answering.chat()
    chat.say("a person please", PERSON)
    cases.reply(answering.deps, answering.case_of(chat).id, "Hello.")
    assert answering.case_of(chat).assignee is None
    assert answering.steps_in(chat).assignee == answering.bea.id
    cases.close(answering.deps, answering.case_of(chat).id)
    with answering.world.store.begin() as work:
        assert Facet.ASSIGNEE not in work.finding.facets(chat.id)


def test_a_case_nobody_has_accepted_silences_nobody(answering: Answering) -> None:
    """Though it is given to somebody."""
    chat = answering.chat()
    chat.say("a person please", PERSON)
    desk.assign(answering.deps, answering.case_of(chat).id, answering.bea.id, answering.cem.id)
    assert chat.say("cancel", CANCEL) != Replies(())
