"""Where billing is elsewhere: one message ends it all the same, and if it can't be done, that is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cancellations import OperationState
from bot.domain.subscriptions import Status
from bot.services import carrying_out, views
from tests.fixtures.fake_billing import Fault
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import BASIC, CANCEL, CHOOSE, DAY_PASS, PRO, STATUS, TEAM, UNDO


@pytest.fixture
def there() -> RemoteWorld:
    """Ada has one plan, Max three, Kim one that ends at once; all of it elsewhere."""
    made = RemoteWorld()
    made.customer("ada", PRO)
    made.customer("max", BASIC, PRO, TEAM)
    made.customer("kim", DAY_PASS)
    made.billing.on_sale = (BASIC, PRO, TEAM, DAY_PASS)
    return made


def test_one_message_ends_it(there: RemoteWorld) -> None:
    """Confirmed with a receipt, then the question; one effect, and nothing is left to do."""
    chat = there.chat("ada")
    said = chat.say("I want to cancel", CANCEL)
    assert said.kinds == ["receipt", "exit_question"]
    assert "Your Pro plan is cancelled" in said.text
    assert there.billing.effects == [("ada-pro:1", "cancel")]
    assert [item.number for item in there.receipts("ada")] == said.numbers
    assert there.work() == 0
    assert len(chat.transcript) == 3


def test_everything_is_ended_by_one_message_with_one_question(there: RemoteWorld) -> None:
    """A receipt each."""
    said = there.chat("max").say("cancel everything", CANCEL)
    assert said.kinds == ["receipt", "receipt", "receipt", "exit_question"]
    assert len(there.billing.effects) == 3


def test_which_one_is_asked_and_the_answer_ends_it(there: RemoteWorld) -> None:
    """Two messages for several plans (P1)."""
    chat = there.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    assert asked.titles == ["Basic plan", "Pro plan", "Team plan", "All of them"]
    assert chat.say("the team one", CHOOSE).kinds == ["receipt", "exit_question"]
    assert there.state("max-team") is Status.CANCELLING


def test_what_cant_be_undone_takes_one_press(there: RemoteWorld) -> None:
    """It is not asked for before that; what is unused is paid back."""
    chat = there.chat("kim")
    asked = chat.say("I want to cancel", CANCEL)
    assert there.billing.effects == []
    assert chat.press(asked.button("cancel_now")).kinds == ["receipt", "exit_question"]
    assert there.state("kim-pass") is Status.ENDED
    assert there.billing.refunds["kim-pass:1"] == there.ledger("kim")[0].refunded.minor > 0


def test_undo_says_that_it_goes_on(there: RemoteWorld) -> None:
    """With a receipt of its own; cancel, undo, cancel are three effects with three keys."""
    chat = there.chat("ada")
    first = chat.say("cancel", CANCEL)
    undone = chat.press(first.button("undo"))
    assert undone.kinds == ["receipt"]
    assert there.state("ada-pro") is Status.ACTIVE
    chat.say("cancel", CANCEL)
    assert [key for key, _ in there.billing.effects] == ["ada-pro:1", "ada-pro:2", "ada-pro:3"]


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.UNHEARD])
def test_no_answer_is_said_so_and_made_good(there: RemoteWorld, fault: Fault) -> None:
    """The declared time and a number at once; later one receipt with that time, then the question (P9)."""
    chat, there.billing.faults = there.chat("ada"), [fault]
    declared = there.clock.now()
    said = chat.say("I want to cancel", CANCEL)
    assert said.kinds == ["notice"]
    assert "counts from" in said.text
    assert said.text.endswith(f"Number {chat.declarations[0].number}.")
    assert there.receipts("ada") == []
    assert there.work() == 0
    assert [item.kind.value for item in chat.transcript[2:]] == ["receipt", "exit_question"]
    (receipt,) = there.receipts("ada")
    assert receipt.received_at == declared
    assert there.billing.effects == [("ada-pro:1", "cancel")]
    assert there.work() == 0
    assert len(chat.transcript) == 4


def test_it_is_tried_until_billing_is_back(there: RemoteWorld) -> None:
    """However long that takes; "did it work?" is answered with the truth meanwhile."""
    chat = there.chat("ada")
    chat.say("when does it end?", STATUS)
    there.billing.away = True
    number = chat.say("cancel", CANCEL).text.split()[-1]
    assert there.work(minutes=60) >= 1
    there.clock.advance(hours=3)
    asked = chat.say("did it work?", STATUS)
    assert "hasn't confirmed it yet" in asked.text
    assert asked.text.endswith(number)
    there.billing.away = False
    assert there.work() == 0
    assert there.state("ada-pro") is Status.CANCELLING
    assert len(there.receipts("ada")) == 1


def test_said_again_while_it_hangs_it_is_one_cancellation(there: RemoteWorld) -> None:
    """Tried once more right then, with the same answer."""
    chat, there.billing.faults = there.chat("ada"), [Fault.LOST, Fault.LOST]
    first = chat.say("cancel", CANCEL)
    assert chat.say("cancel my plan", CANCEL).text == first.text
    done = chat.say("cancel it now", CANCEL)
    assert done.kinds[0] == "receipt"
    assert len(there.ledger("ada")) == 1
    there.work()
    assert len(there.receipts("ada")) == 1


def test_taken_back_before_it_was_asked_for_it_never_is(there: RemoteWorld) -> None:
    """Nothing is cancelled later; the way back has a receipt (P7)."""
    chat, other = there.chat("ada"), there.chat("ada")
    chat.say("when does it end?", STATUS)
    inbox_id = chat.accept("cancel")
    assert chat.prepare(inbox_id) is not None
    with pytest.MonkeyPatch.context() as dead:
        dead.setattr(carrying_out, "carry_out", _dies)
        with pytest.raises(KeyboardInterrupt):
            chat.act(inbox_id, CANCEL, "cancel")
    assert other.say("undo", UNDO).kinds == ["receipt"]
    there.work()
    assert there.billing.effects == []
    states = [item.state for item in there.ledger("ada")]
    assert states == [OperationState.TAKEN_BACK, OperationState.CONFIRMED]
    assert "goes on" in chat.answer(inbox_id).text


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.UNHEARD, Fault.LATE])
def test_undone_while_it_hangs_it_goes_on(there: RemoteWorld, fault: Fault) -> None:
    """Whether the lost call had acted, never will, or arrives a minute later: in the end the plan runs."""
    chat, there.billing.faults = there.chat("ada"), [fault]
    hanging = chat.say("cancel", CANCEL)
    undone = chat.press(hanging.button("undo"))
    assert "goes on" in undone.text
    there.work()
    there.billing.arrive()
    there.work(minutes=5)
    there.work(minutes=5)
    assert there.state("ada-pro") is Status.ACTIVE
    assert not [item for item in there.ledger("ada") if item.open]
    assert [item.kind.value for item in there.receipts("ada")][-1] == "undo"
    assert not [name for item in chat.transcript[-1:] for name, _, _ in item.buttons if name == "undo"]


def test_refused_for_good_a_person_gets_it(there: RemoteWorld) -> None:
    """Said so with the case's number; nobody tries again."""
    chat, there.billing.faults = there.chat("ada"), [Fault.REFUSED]
    said = chat.say("cancel", CANCEL)
    assert chat.case is not None
    assert chat.case.subject == "billing_refused"
    assert said.text.endswith(f"Number {chat.case.id}.")
    there.work()
    assert there.billing.effects == []
    assert there.ledger("ada")[0].state is OperationState.REFUSED


def test_staff_were_faster(there: RemoteWorld) -> None:
    """What the customer wanted holds: said as it is, with the end that staff set, and a receipt."""
    chat = there.chat("ada")
    ends = there.clock.now() + timedelta(days=3)

    ended = replace(there.billing.get("ada-pro"), status=Status.CANCELLING, ends_at=ends)
    there.billing.meanwhile = lambda: there.billing.put(ended)
    said = chat.say("cancel", CANCEL)
    assert "had just been cancelled by our team" in said.text
    assert there.receipts("ada")[0].effective_at == ends
    assert there.billing.effects == []


def test_what_staff_did_before_is_seen(there: RemoteWorld) -> None:
    """A message of the billing system makes what is known stale at once."""
    chat = there.chat("ada")
    assert "renews" in chat.say("when does it end?", STATUS).text or chat.transcript
    ended = replace(there.billing.get("ada-pro"), status=Status.ENDED, ends_at=there.clock.now())
    there.billing.put(ended)
    with there.store.begin() as work:
        views.spoil(work, "ada")
        work.commit()
    assert "ended" in chat.say("when does it end?", STATUS).text


def test_two_chats_racing_meet_one_operation(there: RemoteWorld) -> None:
    """Both get the same answer."""
    chat, other = there.chat("ada"), there.chat("ada")
    first, second = chat.accept("cancel"), other.accept("cancel")
    there.clock.advance(seconds=1)
    done, joined = chat.answer(first, CANCEL), other.answer(second, CANCEL)
    assert joined.numbers == done.numbers
    assert len(there.billing.effects) == len(there.receipts("ada")) == 1


def test_who_dies_before_asking_is_taken_over(there: RemoteWorld) -> None:
    """By the same message again, or by the job; the answer is complete in the end, and said once."""
    chat = there.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    with pytest.MonkeyPatch.context() as dead:
        dead.setattr(carrying_out, "carry_out", _dies)
        with pytest.raises(KeyboardInterrupt):
            chat.act(inbox_id, CANCEL, "cancel")
    there.work()
    assert there.billing.effects == [("ada-pro:1", "cancel")]
    assert chat.answer(inbox_id).kinds == ["receipt", "exit_question"]
    there.work()
    assert len(chat.transcript) == 3
