from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.domain.audit import Action
from bot.domain.conversations import Author
from bot.domain.customers import Role as MemberRole
from bot.domain.errors import ConflictError, FairwellError, NotFoundError, NotOwnerError
from bot.domain.subscriptions import Status
from bot.services import cases, desk_cancel
from bot.services.turns import Step
from tests.unit.services.answering import CHANNELS, Answering, new
from tests.unit.services.script import BASIC, CANCEL, CHOOSE, LOG_OUT, PERSON, PRO
from tests.unit.services.staffed import Staffed


@pytest.fixture
def answering(staffed: Staffed) -> Answering:
    """Two of the staff."""
    return Answering(staffed)


@CHANNELS
def test_one_click_carries_out_what_was_said_meanwhile(answering: Answering, channel: str) -> None:
    """P10, P4: with the time it was said, the receipt in the chat, and no exit question, then or later."""
    chat = answering.taken(channel)
    said_at = answering.clock.now()
    chat.hold("then cancel it", "cancel")
    assert answering.world.ledger("ada") == []
    answering.clock.advance(minutes=9)
    before = chat.transcript
    answering.clicks(chat.declarations[-1])
    told = new(chat, before)
    assert [(item.author, item.kind.value) for item in told] == [(Author.BOT, "receipt")]
    assert [name for name, _, _ in told[0].buttons] == ["undo"]
    assert [item.received_at for item in answering.world.receipts("ada")] == [said_at]
    answering.hands_back(chat)
    assert chat.question is None
    assert "Cancel now" not in [title for item in new(chat, before) for _, title, _ in item.buttons]


def test_two_clicks_cancel_once(answering: Answering) -> None:
    """P2: the second one finds it done."""
    chat = answering.taken()
    chat.hold("cancel", "cancel")
    answering.clicks(chat.declarations[-1])
    with pytest.raises(ConflictError, match="carried out already"):
        answering.clicks(chat.declarations[-1])
    assert len(answering.world.receipts("ada")) == 1
    assert answering.acts(chat).count(Action.CARRIED_OUT) == 1


def test_clicks_at_the_same_time_cancel_once(answering: Answering) -> None:
    """P2: in two windows, on one database."""
    chat = answering.taken()
    chat.hold("cancel", "cancel")
    declaration = chat.declarations[-1]

    def click(_: int) -> bool:
        try:
            answering.clicks(declaration)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(click, range(4))) == [False, False, False, True]
    assert len(answering.world.ledger("ada")) == 1


def test_only_who_is_in_charge_may_click(answering: Answering) -> None:
    """Not before they took over, not while somebody else has it, not after handing back."""
    chat = answering.chat("web", "max")
    chat.say("cancel", CANCEL)
    chat.say("a person please", PERSON)
    declaration = chat.declarations[-1]
    with pytest.raises(ConflictError, match="take over first"):
        answering.clicks(declaration)
    answering.steps_in(chat, answering.cem)
    with pytest.raises(ConflictError, match="take over first"):
        answering.clicks(declaration)
    answering.hands_back(chat, answering.cem)
    with pytest.raises(ConflictError, match="take over first"):
        answering.clicks(declaration, by=answering.cem)
    assert answering.world.ledger("max") == []


def test_nothing_is_done_without_a_proof_that_holds(answering: Answering) -> None:
    """P3: it has run out since; on hand-back the customer is offered it, and proves who they are."""
    chat = answering.taken()
    chat.hold("cancel", "cancel")
    answering.clock.advance(hours=24)
    with pytest.raises(NotOwnerError):
        answering.clicks(chat.declarations[-1])
    assert list(desk_cancel.plans(answering.deps, chat.id)) == []
    answering.hands_back(chat)
    assert chat.transcript[-1].buttons[0][0] == "cancel_now"
    assert answering.world.ledger("ada") == []


def test_what_one_customer_said_is_not_done_for_the_next(answering: Answering) -> None:
    """P3: at the same screen; nor is what nobody had verified done for who has signed in since (P4)."""
    chat = answering.chat("web", "max")
    chat.say("cancel", CANCEL)
    chat.say("log me out", LOG_OUT)
    chat.say("cancel", CANCEL)
    chat.say("a person please", PERSON)
    theirs, nobodys = chat.declarations
    assert (theirs.customer_ref, nobodys.customer_ref) == ("max", None)
    answering.world.customer("eve")
    chat.verify("ada@example.com")
    answering.steps_in(chat)
    ledger = answering.world.ledger("ada")
    for declaration in (theirs, nobodys):
        with pytest.raises(FairwellError):
            answering.clicks(declaration)
    assert answering.world.ledger("max") == []
    assert answering.world.ledger("ada") == ledger


def test_a_colleague_who_may_not_decide_has_nothing_cancelled(answering: Answering) -> None:
    """P3: by writing to staff any more than to the bot."""
    answering.world.member("kim", MemberRole.MEMBER)
    chat = answering.world.slack("kim@example.com")
    answering.steps_in(chat)
    chat.hold("cancel our plan", "cancel")
    with pytest.raises(NotOwnerError):
        answering.clicks(chat.declarations[-1])
    assert answering.world.state("ada-pro") is Status.ACTIVE


def test_what_can_not_be_undone_takes_the_customers_own_press(answering: Answering) -> None:
    """P1: they are shown [Cancel now] with its terms, once; with that pressed, a click does it."""
    chat = answering.taken(customer="ida")
    said_at = answering.clock.now()
    chat.hold("cancel", "cancel")
    before = chat.transcript
    answering.clicks(chat.declarations[0])
    offered = new(chat, before)
    assert [name for item in offered for name, _, _ in item.buttons] == ["cancel_now", "keep"]
    assert answering.world.state("ida-pass") is Status.ACTIVE
    with pytest.raises(ConflictError, match="has been asked"):
        answering.clicks(chat.declarations[0])
    answering.clock.advance(minutes=1)
    chat.press(offered[0].buttons[0][2])
    assert answering.world.state("ida-pass") is Status.ACTIVE
    answering.clicks(chat.declarations[-1])
    assert answering.world.state("ida-pass") is Status.ENDED
    assert [item.received_at for item in answering.world.receipts("ida")] == [said_at]
    assert [item for item in chat.declarations if item.holds(answering.clock.now())] == []


def test_of_several_plans_staff_choose_the_one_that_was_meant(answering: Answering) -> None:
    """Of those the customer has and could cancel, and no others."""
    answering.world.customer("eve")
    chat = answering.taken(customer="max")
    chat.hold("cancel the middle one", "cancel")
    assert [item.ref for item in desk_cancel.plans(answering.deps, chat.id)] == [
        "max-basic", "max-pro", "max-team",
    ]  # fmt: skip
    with pytest.raises(NotFoundError):
        answering.clicks(chat.declarations[0], "ada-pro")
    answering.clicks(chat.declarations[0], "max-pro")
    (entry,) = answering.staffed.audited(Action.CARRIED_OUT)
    assert dict(entry.what) == {"declaration": chat.declarations[0].id, "chosen": "max-pro"}
    states = [answering.world.state(f"max-{plan}") for plan in ("basic", "pro", "team")]
    assert states == [Status.ACTIVE, Status.CANCELLING, Status.ACTIVE]


def test_of_several_plans_the_customer_is_asked_where_staff_choose_none(answering: Answering) -> None:
    """Once; what they press waits for staff, whose next click does just that."""
    chat = answering.taken(customer="max")
    said_at = answering.clock.now()
    chat.hold("cancel", "cancel")
    before = chat.transcript
    answering.clicks(chat.declarations[0])
    asked = new(chat, before)[0]
    assert [name for name, _, _ in asked.buttons][:3] == ["cancel:basic", "cancel:pro", "cancel:team"]
    with pytest.raises(ConflictError, match="has been asked"):
        answering.clicks(chat.declarations[0])
    answering.clock.advance(minutes=2)
    chat.press(asked.buttons[1][2])
    assert answering.world.ledger("max") == []
    answering.clicks(chat.declarations[-1])
    assert [item.subscription_ref for item in answering.world.ledger("max")] == ["max-pro"]
    assert [item.received_at for item in answering.world.receipts("max")] == [said_at]


def test_a_choice_asked_for_and_left_is_only_offered_when_the_bot_is_back(answering: Answering) -> None:
    """P10: never automatic, also where the answer was given to staff."""
    chat = answering.taken(customer="max")
    chat.hold("cancel", "cancel")
    answering.clicks(chat.declarations[0])
    answering.clock.advance(minutes=1)
    held = chat.hold("Pro", "choose")
    answering.clock.advance(minutes=15)
    assert cases.resume_overdue(answering.deps) == [chat.id]
    assert "You asked to cancel on" in chat.transcript[-1].text
    chat.answer(held, CHOOSE)
    assert answering.world.ledger("max") == []


def test_what_a_click_has_answered_is_not_answered_again_by_the_bot(answering: Answering) -> None:
    """P10: else "cancel", read again when staff are away, would end the one plan that is left."""
    answering.world.customer("two", BASIC, PRO)
    chat = answering.taken(customer="two")
    held = chat.hold("cancel", "cancel")
    answering.clicks(chat.declarations[0], "two-pro")
    answering.clock.advance(minutes=1)
    chat.hold("thank you", "thank")
    answering.clock.advance(minutes=15)
    assert cases.resume_overdue(answering.deps) == [chat.id]
    assert chat.prepare(held).step is Step.NOTHING
    assert [item.subscription_ref for item in answering.world.ledger("two")] == ["two-pro"]


def test_a_declaration_is_held_for_seven_days(answering: Answering) -> None:
    """P4: after that it is not carried out by anybody."""
    chat = answering.taken()
    chat.hold("cancel", "cancel")
    declaration = chat.declarations[-1]
    answering.clock.advance(days=7)
    assert not declaration.waits_for_staff(declaration.declared_at + timedelta(days=7))
    with pytest.raises(ConflictError):
        answering.clicks(declaration)


def test_what_is_no_cancellation_is_not_clicked(answering: Answering) -> None:
    """Nor what was never said."""
    with pytest.raises(NotFoundError):
        desk_cancel.carry_out(answering.deps, "d_none", answering.bea.id)
