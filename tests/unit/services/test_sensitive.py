"""Deleting and exporting data take a proof of the last ten minutes, and a strong enough one."""

from __future__ import annotations

import pytest

from bot.domain.customers import Customer, Role
from bot.domain.inbox import Event
from bot.services import identity
from bot.services.turn import Handler
from tests.unit.services.script import (
    CANCEL,
    CODE,
    DELETE_DATA,
    EMAIL,
    EXPORT_DATA,
)
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


def test_the_purpose_survives_a_wrong_code_and_then_a_new_address(world: World) -> None:
    """One after the other."""
    chat = world.chat()
    chat.say("delete my data", DELETE_DATA)
    chat.say("aad@example.com", EMAIL)
    chat.say("000000", CODE)
    assert DONE in chat.verify("ada@example.com").text


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


def test_the_limit_of_a_chat_holds_and_is_said(world: World) -> None:
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
