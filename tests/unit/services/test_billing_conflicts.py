"""A conflict at the billing system: by our own lost call, by somebody else, or by nobody to be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.cancellations import OperationState
from bot.domain.errors import BillingUnavailableError
from bot.domain.subscriptions import Status
from bot.services import billing_state
from tests.fixtures.fake_billing import Fault
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import CANCEL, DAY_PASS, PRO, UNDO


@pytest.fixture
def there() -> RemoteWorld:
    """Ada has one plan, Kim one that ends at once with money back."""
    made = RemoteWorld()
    made.customer("ada", PRO)
    made.customer("kim", DAY_PASS)
    made.billing.on_sale = (PRO, DAY_PASS)
    return made


def test_what_our_own_lost_call_did_was_not_done_by_somebody_else(there: RemoteWorld) -> None:
    """Where the key has acted, it is confirmed on the terms it was asked for, refund and all."""
    chat, there.billing.faults = there.chat("kim"), [Fault.FORGOTTEN]
    asked = chat.say("I want to cancel", CANCEL)
    said = chat.press(asked.button("cancel_now"))
    (operation,) = there.ledger("kim")
    assert operation.state is OperationState.CONFIRMED
    assert operation.refunded.minor == there.billing.refunds["kim-pass:1"] > 0
    assert "our team" not in said.text
    assert len(there.receipts("kim")) == 1


def test_a_conflict_about_what_still_runs_is_tried_again(there: RemoteWorld) -> None:
    """Nothing is in the way of it: said that it goes on, and done with one receipt; no person is needed."""
    chat, there.billing.faults = there.chat("ada"), [Fault.CONFLICT]
    assert chat.say("I want to cancel", CANCEL).kinds == ["notice"]
    assert chat.case is None
    assert there.work() == 0
    assert there.billing.effects == [("ada-pro:1", "cancel")]
    assert [item.kind.value for item in chat.transcript[2:]] == ["receipt", "exit_question"]


def test_a_conflict_about_what_can_still_be_taken_back_is_tried_again(there: RemoteWorld) -> None:
    """The same for the way back."""
    chat = there.chat("ada")
    done = chat.say("I want to cancel", CANCEL)
    there.billing.faults = [Fault.CONFLICT]
    chat.press(done.button("undo"))
    assert there.work() == 0
    assert there.state("ada-pro") is Status.ACTIVE


def test_what_has_ended_meanwhile_is_not_tried_again(there: RemoteWorld) -> None:
    """There is no way back from there: a person sees to it."""
    chat = there.chat("ada")
    chat.say("I want to cancel", CANCEL)
    ended = replace(there.billing.get("ada-pro"), status=Status.ENDED, ends_at=there.clock.now())
    there.billing.meanwhile = lambda: there.billing.put(ended)
    chat.say("undo", UNDO)
    assert there.ledger("ada")[-1].state is OperationState.REFUSED
    assert chat.case is not None


def test_what_we_left_so_was_not_done_by_somebody_else(there: RemoteWorld) -> None:
    """Cancelled, taken back by a call that was lost, and cancelled once more: it simply stands."""
    chat = there.chat("ada")
    done = chat.say("I want to cancel", CANCEL)
    there.billing.faults = [Fault.LOST]
    chat.press(done.button("undo"))
    assert chat.say("cancel it after all", CANCEL).kinds == ["notice"]
    with pytest.MonkeyPatch.context() as lost:
        lost.setattr(billing_state, "find", _gives_no_answer)
        there.work(minutes=5)
    there.work(minutes=5)
    assert there.billing.effects == [("ada-pro:1", "cancel")]
    assert there.ledger("ada")[-1].state is OperationState.CONFIRMED
    told = "".join(item.text for item in chat.transcript)
    assert there.receipts("ada")[-1].number in told
    assert "our team" not in told


def _gives_no_answer(*_: object) -> None:
    raise BillingUnavailableError("no answer")
