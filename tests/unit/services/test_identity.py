from __future__ import annotations

import pytest

from bot.domain.conversations import Awaiting
from bot.domain.declarations import DeclarationState
from bot.domain.identities import ProofSource
from bot.domain.inbox import Event
from tests.unit.services.script import CANCEL, CODE, DELETE_DATA, END_DATE, LOG_OUT, STATUS
from tests.unit.services.world import World


def test_each_way_in_is_kept_as_what_it_is(world: World) -> None:
    """By token, by code, by link, by a workspace's word."""
    web, code = world.chat("ada"), world.chat()
    code.verify("ada@example.com")
    chats = (web, code, world.linked("ada", "77"), world.slack("ada@example.com"))
    assert [chat.proof.source if chat.proof else None for chat in chats] == [
        ProofSource.WEB_TOKEN,
        ProofSource.EMAIL_CODE,
        ProofSource.LINK,
        ProofSource.WORKSPACE_PROFILE,
    ]


@pytest.mark.parametrize("by_event", [True, False])
def test_logging_out_unlinks(world: World, *, by_event: bool) -> None:
    """Said, or by the channel's own command: nobody is known here any more, and nothing is told."""
    chat = world.linked("ada", "77")
    said = chat.happen(Event.LOG_OUT) if by_event else chat.say("log me out here", LOG_OUT)
    assert "You are logged out in this chat" in said.text
    assert chat.proof is None
    assert chat.state.logged_out
    assert "which e-mail address" in chat.say("when does it end?", END_DATE).text


def test_logging_out_here_leaves_other_chats_alone(world: World) -> None:
    """It is about this one."""
    chat, other = world.linked("ada", "77"), world.chat("ada")
    chat.say("log me out here", LOG_OUT)
    assert other.proof is not None


def test_logging_out_of_nothing_is_answered_as_well(world: World) -> None:
    """Never an error."""
    assert "logged out" in world.chat_at("77").happen(Event.LOG_OUT).text


def test_every_later_proof_signs_in_again(world: World) -> None:
    """A code, a link, a number: what is proved counts, whatever was said before."""
    world.customer("eve", phone="+4915112345678")
    chat = world.linked("ada", "77")
    for prove in (
        lambda: chat.verify("ada@example.com"),
        lambda: world.linked("ada", "77"),
        lambda: chat.happen(Event.CONTACT, "+4915112345678"),
    ):
        chat.say("log me out here", LOG_OUT)
        assert chat.proof is None
        prove()
        assert chat.proof is not None
        assert not chat.state.logged_out


def test_logging_out_forgets_what_was_waited_for(world: World) -> None:
    """The next one's words are no answer to it."""
    chat = world.linked("max", "77")
    chat.say("cancel", CANCEL)
    chat.say("log me out here", LOG_OUT)
    assert (chat.state.awaiting, chat.state.declaration_id, chat.state.purpose) == (None, None, None)


def test_a_wish_said_before_logging_out_waits_for_its_own_customer(world: World) -> None:
    """P4: Ada signs in and is offered nothing; Max signs in and is, with his time."""
    chat = world.linked("max", "77")
    chat.say("cancel", CANCEL)
    chat.say("log me out here", LOG_OUT)
    assert "Your Pro plan is running" in chat.verify("ada@example.com").text
    chat.say("log me out here", LOG_OUT)
    assert chat.verify("max@example.com").names == ["cancel_now", "keep"]
    assert world.ledger("ada") == world.ledger("max") == []


def test_a_wish_of_nobody_yet_belongs_to_the_first_who_is_offered_it(world: World) -> None:
    """P4: Max was offered it by another sign-in; then Ada logs in here: it is not hers to carry out."""
    chat = world.chat_at("77")
    chat.say("cancel", CANCEL)
    world.linked("max", "77")
    assert chat.state.awaiting is Awaiting.OFFER
    chat.say("log me out here", LOG_OUT)
    assert "Your Pro plan is running" in world.linked("ada", "77").transcript[-1].text
    assert chat.declarations[0].customer_ref == "max"
    assert chat.declarations[0].state is DeclarationState.OFFERED
    assert world.ledger("ada") == world.ledger("max") == []


def test_a_code_for_one_customer_carries_out_no_wish_of_another(world: World) -> None:
    """P4: Max's proof has ended, his wish still waits and is asked about; the code that comes is Ada's."""
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    world.clock.advance(hours=24)
    assert "Not yet" in chat.say("did it work?", STATUS).text
    assert "Your Pro plan is running" in chat.verify("ada@example.com").text
    assert world.ledger("ada") == world.ledger("max") == []


def test_one_chat_is_one_persons(world: World) -> None:
    """Max is signed in, and gives Ada's address for the code: who has it is Ada, and Max is not there."""
    chat = world.chat("max")
    world.clock.advance(minutes=11)
    chat.say("delete my data", DELETE_DATA)
    chat.verify("ada@example.com")
    assert chat.proof is not None
    assert chat.proof.customer_ref == "ada"
    told = chat.say("did it work?", STATUS)
    assert ("Pro" in told.text, "Team" in told.text) == (True, False)


def test_a_wish_said_while_a_code_is_open_is_carried_out_by_it(world: World) -> None:
    """P1: told that the code is still good, they write it, and are not asked once more."""
    chat = world.chat()
    chat.say("when does it end?", END_DATE)
    code = chat.ask_code("ada@example.com")
    said_at = world.clock.now()
    assert "The code we sent you is still good" in chat.say("I want to cancel", CANCEL).text
    world.clock.advance(minutes=1)
    chat.say("000000", CODE)
    assert chat.say(code, CODE).kinds == ["receipt", "exit_question"]
    assert [item.received_at for item in world.receipts("ada")] == [said_at]


def test_a_code_that_ended_is_replaced_for_the_same_matter(world: World) -> None:
    """P4: asked for another reason, used up or expired, the next one carries nothing else out."""
    for used_up in (True, False):
        chat = world.chat()
        chat.say("I want to cancel", CANCEL)
        chat.say("when would it end?", END_DATE)
        code = chat.ask_code("ada@example.com")
        if used_up:
            for _ in range(5):
                chat.say("000000", CODE)
        else:
            world.clock.advance(minutes=10)
            assert "no longer good" in chat.say(code, CODE).text
        assert chat.verify("ada@example.com").names == ["cancel_now", "keep"]
    assert world.ledger("ada") == []
