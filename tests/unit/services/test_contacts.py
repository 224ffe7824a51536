from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversations import Awaiting
from bot.domain.customers import Role
from bot.domain.identities import ProofSource, Strength
from bot.domain.inbox import Event
from bot.services import cases, shadow
from tests.unit.services.script import BASIC, CANCEL, CODE, END_DATE, PERSON, PRO
from tests.unit.services.secrecy import facts_in, try_everything
from tests.unit.services.staff import case_of
from tests.unit.services.world import World

EVES = "+4915112345678"


@pytest.fixture
def world() -> World:
    """The company knows a number of Eve's, and none of Ada's."""
    made = World()
    made.customer("eve", PRO, phone=EVES)
    made.customer("ada", BASIC)
    return made


@pytest.mark.parametrize("number", [EVES, "4915112345678", "0049 151 12345678", "+49 (151) 123-45678"])
def test_ones_own_number_signs_in(world: World, number: str) -> None:
    """However the platform writes it; for a day, and as strongly as who holds the phone."""
    chat = world.chat_at("77")
    assert "Your Pro plan is running" in chat.happen(Event.CONTACT, number).text
    assert chat.proof is not None
    assert (chat.proof.customer_ref, chat.proof.source) == ("eve", ProofSource.CONTACT)
    assert chat.proof.strength is Strength.MEDIUM
    assert chat.proof.expires_at == world.clock.now() + timedelta(hours=24)


def test_a_number_in_answer_to_the_question_carries_the_wish_out(world: World) -> None:
    """P4: it is the proof that was asked for, so nothing is asked again, and the first time counts."""
    chat = world.chat_at("77")
    said_at = world.clock.now()
    assert chat.say("I want to cancel", CANCEL).names == ["share_contact"]
    world.clock.advance(minutes=2)
    assert chat.happen(Event.CONTACT, EVES).kinds == ["receipt", "exit_question"]
    assert [item.received_at for item in world.receipts("eve")] == [said_at]


def test_a_number_after_another_question_only_offers_the_wish(world: World) -> None:
    """P4: it was asked for something else."""
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    chat.say("when would it end?", END_DATE)
    assert chat.happen(Event.CONTACT, EVES).names == ["cancel_now", "keep"]
    assert world.ledger("eve") == []


def test_only_where_numbers_can_be_shared_the_button_is_shown(world: World) -> None:
    """Slack and the website have no such thing."""
    for chat in (world.chat(), world.slack()):
        asked = chat.say("I want to cancel", CANCEL)
        assert asked.names == []
        assert "phone" not in asked.text


def test_somebody_elses_number_proves_nothing(world: World) -> None:
    """P3: a contact from the address book, such as the victim's."""
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    assert "somebody else's number" in chat.happen(Event.OTHER_CONTACT).text
    assert "somebody else's number" in chat.happen(Event.OTHER_CONTACT, EVES).text
    assert chat.proof is None
    try_everything(chat)
    assert facts_in(chat) == []
    assert world.ledger("eve") == []


def test_after_somebody_elses_number_ones_own_still_serves_the_wish(world: World) -> None:
    """Nothing that was asked for is lost by the wrong contact."""
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    chat.happen(Event.OTHER_CONTACT)
    assert chat.state.awaiting is Awaiting.EMAIL
    assert chat.happen(Event.CONTACT, EVES).kinds[0] == "receipt"


def test_somebody_elses_number_signs_nobody_out(world: World) -> None:
    """Who is known stays known."""
    chat = world.linked("ada", "77")
    before = chat.proof
    chat.happen(Event.OTHER_CONTACT)
    assert chat.proof == before is not None


@pytest.mark.parametrize("number", ["+4915199999999", "12", "", "not a number", "015112345678", "9" * 500])
def test_an_unknown_number_proves_nothing(world: World, number: str) -> None:
    """One of nobody's, one without its country, none at all."""
    chat = world.chat_at("77")
    assert "doesn't belong to an account we know" in chat.happen(Event.CONTACT, number).text
    assert chat.proof is None
    assert chat.state.awaiting is Awaiting.EMAIL


def test_a_number_of_two_accounts_proves_nothing(world: World) -> None:
    """A family's phone: whose account it is can't be told."""
    world.customer("bob", BASIC, phone=EVES)
    chat = world.chat_at("77")
    assert "doesn't belong to an account we know" in chat.happen(Event.CONTACT, EVES).text
    assert chat.proof is None


def test_a_number_of_a_customer_and_of_a_member_elsewhere_proves_nothing(world: World) -> None:
    """The same across both kinds."""
    world.member("kim", Role.BILLING, phone=EVES)
    chat = world.chat_at("77")
    chat.happen(Event.CONTACT, EVES)
    assert chat.proof is None


def test_a_number_of_a_member_without_the_role_shows_and_changes_nothing(world: World) -> None:
    """P3: they are known, and told who decides; no plan, price or receipt is named."""
    world.member("kim", Role.MEMBER, phone="+4915100000001")
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    assert "it's for its holder to decide" in chat.happen(Event.CONTACT, "+4915100000001").text
    try_everything(chat)
    assert facts_in(chat) == []
    assert world.ledger("ada") == []


def test_a_number_of_a_member_with_the_role_works(world: World) -> None:
    """As the holder's would."""
    member = world.member("kim", Role.BILLING, phone="+4915100000001")
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    assert chat.happen(Event.CONTACT, "+4915100000001").kinds[0] == "receipt"
    assert chat.proof is not None
    assert (chat.proof.customer_ref, chat.proof.member_id) == ("ada", member.id)


def test_a_wrong_number_turns_no_other_question_into_one_for_the_wish(world: World) -> None:
    """P4: the number was asked for another reason; the wish is offered, not carried out."""
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    chat.say("when would it end?", END_DATE)
    chat.happen(Event.OTHER_CONTACT)
    assert chat.happen(Event.CONTACT, EVES).names == ["cancel_now", "keep"]
    assert world.ledger("eve") == []


def test_a_wrong_number_uses_up_no_try_of_an_open_code(world: World) -> None:
    """The code that was sent is as good as before."""
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    code = chat.ask_code("eve@example.com")
    for _ in range(6):
        chat.happen(Event.OTHER_CONTACT)
    assert chat.say(code, CODE).kinds[0] == "receipt"


def test_a_number_shared_after_staff_took_over_only_offers(world: World) -> None:
    """P10: what was wished before staff came is carried out by a press only."""
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    chat.say("a person please", PERSON)
    cases.reply(world.deps, case_of(chat), "Hello.")
    cases.close(world.deps, case_of(chat))
    assert chat.happen(Event.CONTACT, EVES).names == ["cancel_now", "keep"]
    assert world.ledger("eve") == []


def test_the_number_stands_nowhere_in_the_transcript(world: World) -> None:
    """Staff see that one was shared."""
    chat = world.chat_at("77")
    chat.happen(Event.CONTACT, EVES)
    assert chat.transcript[0].text == "[contact]"
    assert not any("12345678" in message.text for message in chat.transcript)


def test_in_shadow_mode_a_shared_number_is_no_decision_of_its_own(world: World) -> None:
    """What would have cancelled is the wish it was asked for, and so are its words."""
    world.deps = replace(world.deps, shadow=True)
    chat = world.chat_at("77")
    chat.say("I want to cancel", CANCEL)
    assert "cancel_now" in chat.happen(Event.CONTACT, EVES).names
    (compared,) = shadow.compared(world.deps, 10)
    assert compared.text == "I want to cancel"
