"""Withdrawing: inside its window one press, with the money back; outside the rule is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cancellations import OperationKind
from bot.domain.subscriptions import Status
from bot.services import withdraw
from tests.fixtures.fake_billing import Fault
from tests.fixtures.fakes import START
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import BASIC, CANCEL, CODE, NO, PRO, TEAM, UNDO, YES
from tests.unit.services.world import World

WITHDRAW = withdraw.handle
NEW: dict[str, Any] = {"anchor": START - timedelta(days=3)}


@pytest.fixture(params=[World, RemoteWorld])
def shop(request: pytest.FixtureRequest) -> World:
    """Eve's plan is three days old, Kim's two are; Ada's is months old."""
    made: World = request.param()
    made.customer("eve", PRO, **NEW, withdrawal_until=START + timedelta(days=11))
    made.customer("kim", BASIC, TEAM, **NEW, withdrawal_until=START + timedelta(days=11))
    made.customer("ada", PRO, withdrawal_until=START - timedelta(days=50))
    return made


def test_one_press_ends_it_and_pays_back(shop: World) -> None:
    """Nothing before the press; then an acknowledgement with the time it was declared, and the question."""
    chat = shop.chat("eve")
    declared = shop.clock.now()
    asked = chat.say("I withdraw from my contract", WITHDRAW)
    assert asked.names == ["withdraw_now", "keep"]
    assert "12.00" in asked.text
    assert shop.ledger("eve") == []
    shop.clock.advance(minutes=2)
    done = chat.press(asked.button("withdraw_now"))
    assert done.kinds == ["receipt", "exit_question"]
    assert shop.state("eve-pro") is Status.ENDED
    (operation,) = shop.ledger("eve")
    assert (operation.kind, operation.refunded.minor) == (OperationKind.WITHDRAW, 1200)
    assert shop.receipts("eve")[0].received_at == declared


def test_declared_in_time_is_in_time(shop: World) -> None:
    """Also when the press comes after the window has ended (§ 355 (1) BGB)."""
    chat = shop.chat("eve")
    shop.clock.time = START + timedelta(days=10, hours=23)
    chat = shop.chat("eve")
    asked = chat.say("I want to withdraw", WITHDRAW)
    shop.clock.advance(hours=2)
    assert chat.press(asked.button("withdraw_now")).kinds[0] == "receipt"
    assert shop.state("eve-pro") is Status.ENDED


def test_outside_the_window_the_rule_is_told(shop: World) -> None:
    """With cancelling and a person one press away."""
    said = shop.chat("ada").say("I want my money back", WITHDRAW)
    assert "ended on" in said.text
    assert said.names == ["cancel_now", "talk_to_human"]
    assert shop.ledger("ada") == []


def test_each_plan_has_its_own_button(shop: World) -> None:
    """Named; pressing one leaves the other."""
    chat = shop.chat("kim")
    asked = chat.say("I want to withdraw", WITHDRAW)
    assert "Withdraw from Team" in asked.titles
    chat.press(asked.button("withdraw_now", 1))
    assert (shop.state("kim-basic"), shop.state("kim-team")) == (Status.ACTIVE, Status.ENDED)


def test_a_typed_yes_does_not_end_what_cant_be_undone(shop: World) -> None:
    """Only a press does (P1)."""
    chat = shop.chat("eve")
    chat.say("I want to withdraw", WITHDRAW)
    chat.say("yes", YES)
    assert shop.state("eve-pro") is Status.ACTIVE


def test_who_is_not_verified_proves_it_first_and_the_time_counts(shop: World) -> None:
    """The declaration keeps its time, and is not mistaken for a cancellation."""
    chat = shop.chat()
    declared = shop.clock.now()
    chat.say("I withdraw", WITHDRAW)
    shop.clock.advance(minutes=3)
    asked = chat.say(chat.ask_code("eve@example.com"), CODE)
    assert asked.names == ["withdraw_now", "keep"]
    chat.press(asked.button("withdraw_now"))
    assert shop.receipts("eve")[0].received_at == declared
    assert [item.kind for item in shop.ledger("eve")] == [OperationKind.WITHDRAW]


def test_kept_is_kept(shop: World) -> None:
    """[Keep it] and "no" leave everything as it is; so does "undo", and the button is no good any more."""
    chat = shop.chat("eve")
    asked = chat.say("I want to withdraw", WITHDRAW)
    chat.press(asked.button("keep"))
    chat.say("no", NO)
    chat.say("undo", UNDO)
    assert shop.ledger("eve") == []


def test_a_cancelled_plan_that_still_runs_can_be_withdrawn_from(shop: World) -> None:
    """It ends at once instead of later; two receipts, each of its own act."""
    chat = shop.chat("eve")
    chat.say("cancel", CANCEL)
    asked = chat.say("I want to withdraw", WITHDRAW)
    chat.press(asked.button("withdraw_now"))
    assert shop.state("eve-pro") is Status.ENDED
    assert [item.kind.value for item in shop.receipts("eve")] == ["cancel", "withdraw"]


def test_one_that_hangs_counts_from_when_it_was_said() -> None:
    """The truth with time and number; carried out once, and told then."""
    made = RemoteWorld()
    made.customer("eve", PRO, **NEW, withdrawal_until=START + timedelta(days=11))
    chat = made.chat("eve")
    asked = chat.say("I want to withdraw", WITHDRAW)
    made.billing.faults = [Fault.LOST]
    assert "Your withdrawal from the Pro plan counts from" in chat.press(asked.button("withdraw_now")).text
    made.work()
    assert made.billing.refunds == {"eve-pro:1": 1200}
    assert [item.kind.value for item in chat.transcript[-2:]] == ["receipt", "exit_question"]
