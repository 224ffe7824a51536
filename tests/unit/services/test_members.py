from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.customers import Role
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.inbox import Event
from bot.domain.subscriptions import Status
from bot.services import cases, identity, members
from bot.services.members import MemberInvalidError
from tests.unit.services.script import BASIC, CANCEL, CODE, DELETE_DATA, END_DATE, PERSON, UNDO
from tests.unit.services.secrecy import facts_in, try_everything
from tests.unit.services.staff import case_of
from tests.unit.services.world import Chat, World

KIM, PHONE = "kim@example.com", "+4915100000001"


def by_code(world: World) -> Chat:
    """Kim on the website."""
    chat = world.chat()
    chat.verify(KIM)
    return chat


def by_vouching(world: World) -> Chat:
    """Kim in a trusted workspace."""
    return world.slack(KIM)


def by_contact(world: World) -> Chat:
    """Kim's own number."""
    chat = world.chat_at("77")
    chat.happen(Event.CONTACT, PHONE)
    return chat


def by_link(world: World) -> Chat:
    """Kim, gone on from the website."""
    chat = world.chat_at("77")
    chat.open_link(identity.pass_on(world.deps, by_code(world).id, "telegram").token)
    return chat


SignIn = Callable[[World], Chat]
EVERY_WAY = pytest.mark.parametrize("sign_in", [by_code, by_vouching, by_contact, by_link])


def test_the_holder_is_shown_what_others_are_not(world: World) -> None:
    """What the tests below look for is there to be seen: plan, price and receipt."""
    chat = world.chat("ada")
    try_everything(chat)
    said = " ".join(facts_in(chat))
    assert all(fact in said for fact in ("Pro", "€12.00", "R-"))


@EVERY_WAY
def test_a_colleague_without_the_role_sees_and_changes_nothing(world: World, sign_in: SignIn) -> None:
    """P3: no plan, price, receipt or address is named, whatever they ask, and nothing changes."""
    world.chat("ada").say("cancel", CANCEL)
    world.chat("ada").say("undo", UNDO)
    world.member("kim", Role.MEMBER, phone=PHONE)
    chat = sign_in(world)
    assert chat.proof is not None
    assert chat.proof.member_id is not None
    try_everything(chat)
    assert facts_in(chat) == []
    assert len(world.ledger("ada")) == 2
    assert world.state("ada-pro") is Status.ACTIVE


@EVERY_WAY
def test_a_colleague_with_the_role_decides_as_the_holder_does(world: World, sign_in: SignIn) -> None:
    """Cancels by one message, undoes by another."""
    world.member("kim", Role.BILLING, phone=PHONE)
    chat = sign_in(world)
    assert "Your Pro plan is running" in chat.say("when does it end?", END_DATE).text
    done = chat.say("cancel", CANCEL)
    assert done.kinds == ["receipt", "exit_question"]
    chat.press(done.button("undo"))
    assert world.state("ada-pro") is Status.ACTIVE


@EVERY_WAY
def test_a_role_taken_away_between_proof_and_act_counts_at_once(world: World, sign_in: SignIn) -> None:
    """P3: roles are looked up when they act; the buttons shown before do nothing any more."""
    world.customer("ada", BASIC)
    world.member("kim", Role.BILLING, phone=PHONE)
    chat = sign_in(world)
    asked = chat.say("cancel", CANCEL)
    assert "cancel_all" in asked.names
    shown = len(facts_in(chat))
    world.member("kim", Role.MEMBER, phone=PHONE)
    for button in ("cancel:pro", "cancel_all"):
        assert "it's for its holder to decide" in chat.press(asked.button(button)).text
    try_everything(chat)
    assert len(facts_in(chat)) == shown
    assert world.ledger("ada") == []


def test_a_role_given_after_the_proof_counts_at_once(world: World) -> None:
    """Nobody has to prove it again."""
    world.member("kim", Role.MEMBER)
    chat = by_code(world)
    chat.say("cancel", CANCEL)
    world.member("kim", Role.BILLING)
    assert chat.say("cancel", CANCEL).kinds[0] == "receipt"


def test_the_undo_of_who_lost_the_role_does_nothing(world: World) -> None:
    """[Undo] was shown while they had it."""
    world.member("kim", Role.BILLING)
    chat = by_code(world)
    done = chat.say("cancel", CANCEL)
    world.member("kim", Role.MEMBER)
    assert "it's for its holder to decide" in chat.press(done.button("undo")).text
    assert world.state("ada-pro") is Status.CANCELLING


@EVERY_WAY
def test_a_removed_member_is_nobody(world: World, sign_in: SignIn) -> None:
    """Not even told who decides: they are asked who they are, as anybody."""
    world.member("kim", Role.BILLING, phone=PHONE)
    chat = sign_in(world)
    shown = len(facts_in(chat))
    members.remove(world.deps, "ada", KIM)
    assert "which e-mail address" in chat.say("cancel", CANCEL).text
    try_everything(chat)
    assert len(facts_in(chat)) == shown
    assert world.ledger("ada") == []


def test_a_code_sent_to_a_member_who_is_removed_meanwhile_proves_nothing(world: World) -> None:
    """As one of an address of nobody."""
    world.member("kim", Role.BILLING)
    chat = world.chat()
    chat.say("cancel", CANCEL)
    code = chat.ask_code(KIM)
    members.remove(world.deps, "ada", KIM)
    assert "doesn't match" in chat.say(code, CODE).text
    assert chat.proof is None


def test_a_colleague_may_ask_the_holder_for_a_code(world: World) -> None:
    """The wish they said, with its time, is carried out by the code that goes to the holder's address."""
    world.member("kim", Role.MEMBER)
    chat = world.chat()
    said_at = world.clock.now()
    chat.say("I want to cancel", CANCEL)
    assert "it's for its holder to decide" in chat.verify(KIM).text
    world.clock.advance(minutes=5)
    assert chat.verify("ada@example.com").kinds[0] == "receipt"
    assert [item.received_at for item in world.receipts("ada")] == [said_at]


def test_a_colleague_gets_a_person_like_anybody(world: World) -> None:
    """P10: staff see which account it is about."""
    world.member("kim", Role.MEMBER)
    chat = by_code(world)
    refused = chat.say("cancel", CANCEL)
    assert "A person will answer here" in chat.press(refused.button("talk_to_human")).text
    assert chat.case is not None
    assert chat.case.customer_ref == "ada"


def test_a_colleague_cannot_ask_for_data(world: World) -> None:
    """P3: sensitive acts take who may decide."""
    world.member("kim", Role.MEMBER)
    chat = by_code(world)
    assert "it's for its holder to decide" in chat.say("delete my data", DELETE_DATA).text
    assert chat.case is None
    assert world.mails() == []


def test_what_a_colleague_says_to_staff_is_offered_and_does_nothing(world: World) -> None:
    """P3, P10: when the bot is back, a press leads to the question who may decide."""
    world.member("kim", Role.MEMBER)
    chat = by_code(world)
    chat.say("a person please", PERSON)
    cases.reply(world.deps, case_of(chat), "Hello.")
    chat.hold("cancel the Pro plan", "cancel")
    cases.close(world.deps, case_of(chat))
    (offer,) = [token for name, _, token in chat.transcript[-1].buttons if name == "cancel_now"]
    assert "it's for its holder to decide" in chat.press(offer).text
    assert facts_in(chat) == []
    assert world.ledger("ada") == []


def test_members_are_added_changed_listed_and_removed(world: World) -> None:
    """By address; a change keeps who they are, so that their proofs follow it."""
    kim = members.add(world.deps, "ada", "Kim", " Kim@Example.COM ", Role.MEMBER, "0049 151 00000001")
    assert (kim.email, kim.phone, kim.role) == (KIM, PHONE, Role.MEMBER)
    world.member("ann", Role.BILLING)
    changed = members.add(world.deps, "ada", "Kim Berg", KIM, Role.BILLING)
    assert (changed.id, changed.name, changed.phone) == (kim.id, "Kim Berg", None)
    assert [item.email for item in members.listed(world.deps, "ada")] == ["ann@example.com", KIM]
    members.remove(world.deps, "ada", "KIM@example.com")
    assert [item.email for item in members.listed(world.deps, "ada")] == ["ann@example.com"]


@pytest.mark.parametrize(
    "email", ["", "kim", "kim@", "kim@localhost", "a b@example.com", f"{'x' * 250}@a.de"]
)
def test_what_is_no_address_is_refused(world: World, email: str) -> None:
    """Before anything is stored."""
    with pytest.raises(MemberInvalidError, match="e-mail"):
        members.add(world.deps, "ada", "Kim", email, Role.BILLING)
    assert members.listed(world.deps, "ada") == []


@pytest.mark.parametrize("phone", ["", "12", "0151 12345678", "call me"])
def test_what_is_no_number_is_refused(world: World, phone: str) -> None:
    """A number without its country is none either."""
    with pytest.raises(MemberInvalidError, match="phone"):
        members.add(world.deps, "ada", "Kim", KIM, Role.BILLING, phone)


def test_an_address_belongs_to_one_account(world: World) -> None:
    """Not to a holder, not to a member elsewhere."""
    world.member("kim", Role.MEMBER)
    for customer, email in (("max", KIM), ("max", "ada@example.com"), ("ada", "ada@example.com")):
        with pytest.raises(ConflictError):
            members.add(world.deps, customer, "Kim", email, Role.BILLING)


def test_accounts_and_members_that_are_not_there(world: World) -> None:
    """Each is said so; nobody removes a member of another account."""
    world.member("kim", Role.MEMBER)
    with pytest.raises(NotFoundError):
        members.add(world.deps, "stranger", "Kim", "x@example.com", Role.MEMBER)
    with pytest.raises(NotFoundError):
        members.listed(world.deps, "stranger")
    for customer, email in (("max", KIM), ("ada", "nobody@example.com"), ("stranger", KIM)):
        with pytest.raises(NotFoundError):
            members.remove(world.deps, customer, email)
    assert len(members.listed(world.deps, "ada")) == 1
