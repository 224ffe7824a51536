from __future__ import annotations

import pytest

from bot.domain.cases import CaseState
from bot.domain.conversations import Author, Message
from bot.domain.finding import Facet
from bot.domain.subscriptions import Status
from bot.services import cases
from bot.services.turns import Step
from bot.store.unit_of_work import SqlStore
from tests.unit.services.answering import CHANNELS, Answering, new
from tests.unit.services.chat import Chat
from tests.unit.services.script import CANCEL, PERSON, STATUS
from tests.unit.services.staffed import Staffed
from tests.unit.services.world import World


@pytest.fixture
def answering(staffed: Staffed) -> Answering:
    """Two of the staff."""
    return Answering(staffed)


def by_bot(messages: list[Message]) -> list[str]:
    """What of it the bot said."""
    return [message.text for message in messages if message.author is Author.BOT]


@CHANNELS
def test_from_acceptance_to_hand_back_the_bot_is_silent(answering: Answering, channel: str) -> None:
    """P10: not a word before the one, nor after the other, is missing or too many."""
    chat = answering.chat(channel)
    assert by_bot(list(chat.say("a person please", PERSON).messages))
    assert by_bot(list(chat.say("did it work?", STATUS).messages))
    answering.steps_in(chat)
    before = chat.transcript
    chat.hold("hello?", "greet")
    answering.replies(chat, "Hello, this is Bea.")
    chat.hold("when does it end?", "ask_end_date")
    chat.hold("cancel", "cancel")
    assert by_bot(new(chat, before)) == []
    answering.hands_back(chat)
    assert len(by_bot(new(chat, before))) == 2  # that it is back, and what was declared
    assert by_bot(list(chat.say("did it work?", STATUS).messages))


@CHANNELS
def test_after_fifteen_minutes_the_bot_answers(answering: Answering, channel: str) -> None:
    """P10: to the second, and the case is nobody's again: whoever is free takes it."""
    chat = answering.taken(channel)
    held = chat.hold("did it work?", "ask_status")
    answering.clock.advance(minutes=14, seconds=59)
    assert cases.resume_overdue(answering.deps) == []
    answering.clock.advance(seconds=1)
    assert cases.resume_overdue(answering.deps) == [chat.id]
    assert by_bot(list(chat.answer(held, STATUS).messages))
    case = answering.case_of(chat)
    assert (case.state, case.assignee, case.waiting_since) == (CaseState.OPEN, None, None)
    with answering.world.store.begin() as work:
        assert Facet.ASSIGNEE not in work.finding.facets(chat.id)
    assert answering.steps_in(chat, answering.cem).assignee == answering.cem.id


@CHANNELS
def test_a_reply_in_time_stops_the_clock(answering: Answering, channel: str) -> None:
    """P10: who waits is a message, not a conversation; who only looks has not answered."""
    chat = answering.taken(channel)
    chat.hold("hello?", "greet")
    answering.clock.advance(minutes=14)
    answering.replies(chat, "Here I am.")
    answering.clock.advance(hours=2)
    assert cases.resume_overdue(answering.deps) == []
    chat.hold("and now?", "greet")
    answering.clock.advance(minutes=10)
    answering.steps_in(chat)
    answering.clock.advance(minutes=5)
    assert cases.resume_overdue(answering.deps) == [chat.id]


@CHANNELS
def test_undo_works_meanwhile_and_other_buttons_wait(answering: Answering, channel: str) -> None:
    """P10, P7: [Undo] at once, with its receipt; another plan's button is held for staff."""
    chat = answering.chat(channel, "max")
    done = chat.say("cancel my Pro plan", CANCEL)
    asked = chat.say("cancel another one", CANCEL)
    answering.steps_in(chat)
    before = chat.transcript
    chat.press(asked.button("cancel:basic"))
    assert by_bot(new(chat, before)) == []
    assert chat.press(done.button("undo")).kinds == ["receipt"]
    states = [answering.world.state(f"max-{plan}") for plan in ("basic", "pro")]
    assert states == [Status.ACTIVE, Status.ACTIVE]


@CHANNELS
def test_a_restart_in_the_middle_loses_nothing(answering: Answering, channel: str) -> None:
    """P9, P10: who is in charge, what waits and since when stand in the database and nowhere else.

    A message that was accepted before the crash is prepared again, and held for the same person.
    """
    chat = answering.taken(channel)
    said_at = answering.clock.now()
    accepted = chat.accept("cancel please")
    assert chat.prepare(accepted).step is Step.READ
    again = restarted(answering, chat)
    again.answer(accepted, intent="cancel")
    assert again.case is not None
    assert (again.case.assignee, again.case.waiting_since) == (answering.bea.id, said_at)
    assert [item.words for item in again.declarations] == ["cancel please"]
    answering.clock.advance(minutes=15)
    assert cases.resume_overdue(again.world.deps) == [chat.id]
    offered = again.answer(accepted, CANCEL)
    assert answering.world.ledger("ada") == []
    again.press(offered.button("cancel_now"))
    assert [item.received_at for item in answering.world.receipts("ada")] == [said_at]


def restarted(answering: Answering, chat: Chat) -> Chat:
    """The same chat in a process that knows only the database."""
    before = answering.world
    assert isinstance(before.store, SqlStore)
    # Ids would be random: these go on where they were.
    return Chat(World(store=before.store, clock=before.clock, ids=before.ids, tokens=before.tokens), chat.id)
