"""What a sensitive act waits for stays apart from all else that is said until the code is there."""

from __future__ import annotations

import pytest

from bot.domain.conversations import Awaiting
from bot.domain.subscriptions import Status
from bot.services import cases
from tests.unit.services.script import (
    CANCEL,
    CODE,
    DELETE_DATA,
    END_DATE,
    EXPORT_DATA,
    LOG_OUT,
    PERSON,
    STATUS,
)
from tests.unit.services.staff import case_of
from tests.unit.services.world import Chat, World

BOTH = pytest.mark.parametrize(
    ("act", "done"),
    [(DELETE_DATA, "Data can't be deleted in this chat yet"), (EXPORT_DATA, "Data can't be exported")],
)
DONE = "Data can't be deleted in this chat yet"


def code_of(world: World) -> str:
    """The code in the mail sent last."""
    return world.mails()[-1].payload["code"]


def of_this_morning(world: World) -> Chat:
    """A chat in which Ada proved hours ago who she is."""
    chat = world.chat("ada")
    world.clock.advance(hours=3)
    return chat


def test_the_purpose_survives_a_question_in_between(world: World) -> None:
    """Who is verified asks where their plan stands, then writes the code, wrong and right."""
    chat = of_this_morning(world)
    chat.say("delete my data", DELETE_DATA)
    code = code_of(world)
    chat.say("did it work?", STATUS)
    chat.say("000000", CODE)
    assert DONE in chat.say(code, CODE).text


def test_a_cancellation_said_meanwhile_is_carried_out_and_the_code_is_for_the_data(world: World) -> None:
    """P1: the older proof is enough for it; the code then does what it was asked for and nothing more."""
    chat = of_this_morning(world)
    chat.say("delete my data", DELETE_DATA)
    code = code_of(world)
    assert chat.say("cancel my plan", CANCEL).kinds[0] == "receipt"
    assert DONE in chat.say(code, CODE).text
    assert len(world.ledger("ada")) == 1


def test_a_wish_from_before_is_offered_after_the_code_for_the_data(world: World) -> None:
    """P4: it asked for another proof; it is not lost, and not carried out."""
    chat = world.chat()
    said_at = world.clock.now()
    chat.say("I want to cancel", CANCEL)
    world.clock.advance(minutes=1)
    chat.say("delete my data", DELETE_DATA)
    done = chat.verify("ada@example.com")
    assert DONE in done.text
    assert done.names == ["cancel_now", "keep"]
    assert world.ledger("ada") == []
    chat.press(done.button("cancel_now"))
    assert [item.received_at for item in world.receipts("ada")] == [said_at]


@pytest.mark.parametrize("code_sent", [True, False])
def test_a_visitor_who_asks_for_both_gets_both(world: World, *, code_sent: bool) -> None:
    """Each was asked for, and told that the code is for it: neither takes the other's place."""
    chat = world.chat()
    chat.say("delete my data", DELETE_DATA)
    code = chat.ask_code("ada@example.com") if code_sent else None
    said_at = world.clock.now()
    chat.say("and cancel my plan", CANCEL)
    done = chat.say(code, CODE) if code is not None else chat.verify("ada@example.com")
    assert DONE in done.text
    assert done.kinds[-2:] == ["receipt", "exit_question"]
    assert [item.received_at for item in world.receipts("ada")] == [said_at]
    assert chat.state.awaiting is Awaiting.EXIT_ANSWER


def test_another_question_takes_the_place_of_the_purpose(world: World) -> None:
    """What is asked last is what the address is for."""
    chat = world.chat()
    chat.say("delete my data", DELETE_DATA)
    chat.say("when does it end?", END_DATE)
    assert "Your Pro plan is running" in chat.verify("ada@example.com").text
    assert chat.case is None


def test_logging_out_ends_the_purpose_and_its_code(world: World) -> None:
    """The next one here has asked for nothing."""
    chat = of_this_morning(world)
    chat.say("delete my data", DELETE_DATA)
    code = code_of(world)
    chat.say("log me out", LOG_OUT)
    assert "No code is open" in chat.say(code, CODE).text
    chat.verify("ada@example.com")
    assert chat.case is None


def test_what_was_asked_before_staff_took_over_is_no_purpose_afterwards(world: World) -> None:
    """P10: staff have seen to it; a later code is for whatever is asked then."""
    chat = world.chat()
    chat.say("delete my data", DELETE_DATA)
    chat.say("a person please", PERSON)
    cases.reply(world.deps, case_of(chat), "Hello.")
    assert chat.state.purpose is None
    cases.close(world.deps, case_of(chat))
    chat.say("123456", CODE)
    assert "Your Pro plan is running" in chat.verify("ada@example.com").text
    assert chat.case is None
    assert world.state("ada-pro") is Status.ACTIVE
