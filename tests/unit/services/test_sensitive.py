"""Deleting and exporting data take a proof of the last ten minutes, and a strong enough one."""

from __future__ import annotations

import pytest

from bot.domain.conversations import Awaiting
from bot.domain.customers import Customer, Role
from bot.domain.inbox import Event
from bot.domain.subscriptions import Status
from bot.services import cases, identity
from bot.services.turn import Handler
from tests.unit.services.script import (
    CANCEL,
    CODE,
    DELETE_DATA,
    EMAIL,
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


@BOTH
def test_an_older_proof_is_renewed_first(world: World, act: Handler, done: str) -> None:
    """A code goes to the known address, nothing is asked, and after it the act goes on."""
    chat = of_this_morning(world)
    asked = chat.say("please", act)
    assert "once more that it's you" in asked.text
    assert chat.case is None
    (mail,) = world.mails()
    assert mail.payload["to"] == "ada@example.com"
    assert done in chat.say(mail.payload["code"], CODE).text
    assert chat.case is not None
    assert chat.case.customer_ref == "ada"


def test_ten_minutes_are_the_limit(world: World) -> None:
    """To the second."""
    chat = world.chat("ada")
    world.clock.advance(minutes=9, seconds=59)
    assert DONE in chat.say("delete my data", DELETE_DATA).text
    world.clock.advance(seconds=1)
    assert "once more" in chat.say("delete my data", DELETE_DATA).text


def test_the_address_is_never_shown(world: World) -> None:
    """Who sits at somebody's open chat learns no address by it."""
    chat = of_this_morning(world)
    chat.say("delete my data", DELETE_DATA)
    chat.say("000000", CODE)
    chat.say(code_of(world), CODE)
    assert not any("ada@" in message.text for message in chat.transcript)


def test_a_members_code_goes_to_the_members_own_address(world: World) -> None:
    """Not to the holder's."""
    world.member("kim", Role.BILLING)
    chat = world.chat()
    chat.verify("kim@example.com")
    world.clock.advance(hours=1)
    chat.say("delete my data", DELETE_DATA)
    (mail,) = world.mails()
    assert mail.payload["to"] == "kim@example.com"
    assert DONE in chat.say(mail.payload["code"], CODE).text
    assert chat.proof is not None
    assert chat.proof.member_id is not None


def test_where_two_accounts_share_an_address_the_one_that_asked_goes_on(world: World) -> None:
    """A family's mailbox: the proof renewed is that of the account that is signed in."""
    with world.store.begin() as work:
        work.customers.put(Customer("zoe", "Zoe", "ada@example.com"))
        work.commit()
    chat = world.chat("zoe")
    world.clock.advance(hours=1)
    chat.say("delete my data", DELETE_DATA)
    chat.say(code_of(world), CODE)
    assert chat.proof is not None
    assert chat.proof.customer_ref == "zoe"


@BOTH
def test_a_fresh_proof_goes_straight_on(world: World, act: Handler, done: str) -> None:
    """By a code, by the website's token, by a link, by a number."""
    world.customer("eve", phone="+4915112345678")
    code, contact = world.chat(), world.chat_at("78")
    code.verify("ada@example.com")
    contact.happen(Event.CONTACT, "+4915112345678")
    for chat in (code, world.chat("ada"), world.linked("ada", "77"), contact):
        assert done in chat.say("please", act).text
    assert world.mails() == []


def test_a_link_from_a_fresh_session_goes_straight_on(world: World) -> None:
    """It is as young as the proof it passes on."""
    web = world.chat("ada")
    world.clock.advance(minutes=5)
    chat = world.chat_at("77")
    chat.open_link(identity.pass_on(world.deps, web.id, "telegram").token)
    assert DONE in chat.say("delete my data", DELETE_DATA).text


def test_a_link_from_an_older_session_does_not(world: World) -> None:
    """At somebody's open browser a click must not do what a code is asked for there."""
    web = of_this_morning(world)
    chat = world.chat_at("77")
    chat.open_link(identity.pass_on(world.deps, web.id, "telegram").token)
    assert "once more" in chat.say("delete my data", DELETE_DATA).text


@BOTH
def test_a_workspace_profile_never_suffices(world: World, act: Handler, done: str) -> None:
    """However fresh: an administrator of somebody else's system could have made it."""
    chat = world.slack("ada@example.com")
    assert "once more" in chat.say("please", act).text
    assert done in chat.say(code_of(world), CODE).text


@BOTH
def test_a_visitor_is_asked_for_the_address_first(world: World, act: Handler, done: str) -> None:
    """Nobody is known, so no code is sent anywhere before."""
    chat = world.chat()
    assert "which e-mail address" in chat.say("please", act).text
    assert world.mails() == []
    assert chat.case is None
    assert "on its way" in chat.say("ada@example.com", EMAIL).text
    assert done in chat.say(code_of(world), CODE).text


def test_an_address_in_the_same_message_is_not_asked_for_again(world: World) -> None:
    """As with a wish to cancel."""
    chat = world.chat()
    assert "on its way" in chat.say("delete the data of ada@example.com", DELETE_DATA).text
    assert DONE in chat.say(code_of(world), CODE).text


def test_a_number_in_answer_goes_on_as_well(world: World) -> None:
    """On Telegram, where it can be shared."""
    world.customer("eve", phone="+4915112345678")
    chat = world.chat_at("77")
    chat.say("delete my data", DELETE_DATA)
    assert DONE in chat.happen(Event.CONTACT, "+4915112345678").text


def test_the_purpose_survives_a_wrong_code(world: World) -> None:
    """Four of them."""
    chat = of_this_morning(world)
    chat.say("delete my data", DELETE_DATA)
    for _ in range(4):
        assert "doesn't match" in chat.say("000000", CODE).text
    assert DONE in chat.say(code_of(world), CODE).text


@pytest.mark.parametrize("wish_before", [True, False])
def test_the_purpose_survives_a_code_that_is_used_up(world: World, *, wish_before: bool) -> None:
    """The new code is for the same, also where a wish to cancel waits from before (P4)."""
    chat = world.chat()
    if wish_before:
        chat.say("I want to cancel", CANCEL)
    chat.say("delete my data", DELETE_DATA)
    chat.ask_code("ada@example.com")
    for _ in range(5):
        chat.say("000000", CODE)
    assert DONE in chat.verify("ada@example.com").text
    assert world.ledger("ada") == []


def test_the_purpose_survives_a_code_that_has_expired(world: World) -> None:
    """The same after ten minutes."""
    chat = world.chat()
    chat.say("I want to cancel", CANCEL)
    chat.say("delete my data", DELETE_DATA)
    code = chat.ask_code("ada@example.com")
    world.clock.advance(minutes=10)
    assert "no longer good" in chat.say(code, CODE).text
    assert DONE in chat.verify("ada@example.com").text
    assert world.ledger("ada") == []


def test_the_purpose_survives_a_new_address(world: World) -> None:
    """The first one had a slip in it, and what followed it was no address at all."""
    chat = world.chat()
    chat.say("delete my data", DELETE_DATA)
    chat.say("aad@example.com", EMAIL)
    chat.say("ada at example", EMAIL)
    assert DONE in chat.verify("ada@example.com").text


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


def test_a_wrong_code_at_the_limit_says_so_and_sends_nothing(world: World) -> None:
    """Six an hour in one chat, also for who is verified; a person is there."""
    chat = of_this_morning(world)
    for _ in range(6):
        chat.say("delete my data", DELETE_DATA)
        world.clock.advance(seconds=20)
    world.mails()
    refused = chat.say("delete my data", DELETE_DATA)
    assert "wait an hour" in refused.text
    assert refused.names == ["talk_to_human"]
    assert world.mails() == []
