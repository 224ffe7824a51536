"""What stands at a billing system elsewhere is what was said: however many plans, whoever acts meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.cancellations import OperationState
from bot.domain.errors import BillingUnavailableError
from bot.domain.outbox import END_NOTICE
from bot.domain.periods import Interval
from bot.domain.policies import Pausing, Policies, Rules
from bot.domain.subscriptions import Plan, Status
from bot.services import carrying_out, end_notices, pause, refunds, withdraw
from tests.fixtures.fake_billing import Fault
from tests.fixtures.fakes import START, RecordingMailer
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import CANCEL, DAY_PASS, PRO, UNDO

WITHDRAW = withdraw.handle
NEW: dict[str, Any] = {"anchor": START - timedelta(days=3), "withdrawal_until": START + timedelta(days=11)}


@pytest.fixture
def there() -> RemoteWorld:
    """Ada has one plan, Kim one that ends at once with money back, Eve one that she may withdraw from."""
    made = RemoteWorld()
    made.customer("ada", PRO)
    made.customer("kim", DAY_PASS)
    made.customer("eve", PRO, **NEW)
    made.billing.on_sale = (PRO, DAY_PASS)
    return made


def test_of_many_plans_none_is_cancelled_after_it_was_undone(there: RemoteWorld) -> None:
    """All calls are lost, all is taken back: in the end everything runs, however many there are (P7)."""
    plans = [Plan(f"plan{n}", f"Plan {n}", PRO.price, PRO.interval) for n in range(60)]
    there.customer("max", *plans)
    chat = there.chat("max")
    there.billing.faults = [Fault.LOST] * 60
    chat.say("cancel everything", CANCEL)
    chat.say("undo everything", UNDO)
    for _ in range(6):
        there.work(minutes=5)
    assert {there.state(f"max-{plan.ref}") for plan in plans} == {Status.ACTIVE}
    assert not [item for item in there.ledger("max") if item.open]


def test_a_withdrawal_that_was_never_asked_for_leaves_the_end_to_be_undone(there: RemoteWorld) -> None:
    """The plan ends by an earlier cancellation: to undo is to ask the billing system, not to say so."""
    chat = there.chat("eve")
    chat.say("cancel", CANCEL)
    asked = chat.say("I withdraw from my contract", WITHDRAW)
    with pytest.MonkeyPatch.context() as dead:
        dead.setattr(carrying_out, "carry_out", _dies)
        with pytest.raises(KeyboardInterrupt):
            chat.press(asked.button("withdraw_now"))
    there.chat("eve").say("undo", UNDO)
    there.work(minutes=5)
    assert there.state("eve-pro") is Status.ACTIVE


def test_what_staff_took_back_is_not_confirmed_by_a_lost_answer(there: RemoteWorld) -> None:
    """It acted, its answer was lost, staff resumed it: it runs, so nothing says that it is cancelled."""
    chat, there.billing.faults = there.chat("ada"), [Fault.UNHEARD]
    chat.say("cancel", CANCEL)
    there.billing.put(
        replace(there.billing.get("ada-pro"), status=Status.ACTIVE, ends_at=None, status_before=None)
    )
    there.work()
    (operation,) = there.ledger("ada")
    assert (operation.state, there.receipts("ada")) == (OperationState.REFUSED, [])
    assert chat.case is not None


def test_money_due_by_a_withdrawal_is_not_lost_where_the_plan_has_ended(there: RemoteWorld) -> None:
    """It ended by itself before the billing system heard of it: a person sees to what is to be paid back."""
    chat = there.chat("eve")
    asked = chat.say("I withdraw from my contract", WITHDRAW)
    ended = replace(there.billing.get("eve-pro"), status=Status.ENDED, ends_at=there.clock.now())
    there.billing.meanwhile = lambda: there.billing.put(ended)
    chat.press(asked.button("withdraw_now"))
    (operation,) = there.ledger("eve")
    assert operation.state is OperationState.REFUSED
    assert chat.case is not None


def test_the_receipt_says_what_is_charged_until_the_end_that_staff_have_set(there: RemoteWorld) -> None:
    """Renewals that come before it are charged, so it doesn't say that nothing is."""
    chat = there.chat("ada")
    ends = there.clock.now() + timedelta(days=80)
    ended = replace(there.billing.get("ada-pro"), status=Status.CANCELLING, ends_at=ends)
    there.billing.meanwhile = lambda: there.billing.put(ended)
    chat.say("cancel", CANCEL)
    (operation,) = there.ledger("ada")
    assert (operation.effective_at, operation.charged) == (ends, PRO.price.times(2))


def test_a_pause_that_staff_have_set_is_told_as_it_is(there: RemoteWorld) -> None:
    """Until when it lasts is what they said."""
    there.deps = replace(
        there.deps, policies=Policies({"*": Rules({"pause": Pausing(Interval("3 months"))})})
    )
    until = there.clock.now() + timedelta(days=50)
    paused = replace(there.billing.get("ada-pro"), status=Status.PAUSED, paused_until=until)
    there.billing.meanwhile = lambda: there.billing.put(paused)
    there.chat("ada").say("pause please", pause.handle)
    (operation,) = there.ledger("ada")
    assert operation.until == until


def test_an_undo_that_came_too_late_takes_no_money(there: RemoteWorld) -> None:
    """Only what was carried out since changes what comes back."""
    chat = there.chat("kim")
    chat.say("cancel on 20 March", CANCEL)
    (cancelled,) = there.ledger("kim")
    assert cancelled.effective_at is not None
    there.clock.time = cancelled.effective_at - timedelta(seconds=5)
    there.billing.faults = [Fault.REFUSED]
    there.chat("kim").say("undo", UNDO)
    assert there.ledger("kim")[-1].state is OperationState.REFUSED
    there.clock.advance(minutes=5)
    asked: list[str] = []

    def acted(ref: str, *, idempotency_key: str) -> bool:  # noqa: ARG001 - as the port has it
        asked.append(idempotency_key)
        return True

    there.billing.acted = acted  # type: ignore[method-assign]  # what is asked for is what this is about
    for job in there.jobs(refunds.SETTLE):
        refunds.run(there.deps, job)
    assert asked == ["kim-pass:1"]


def test_while_an_undo_hangs_it_is_not_settled(there: RemoteWorld) -> None:
    """Nobody knows yet whether the end stands: the job comes again."""
    chat = there.chat("kim")
    chat.say("cancel on 20 March", CANCEL)
    there.billing.faults = [Fault.LATE]
    chat.say("undo", UNDO)
    there.clock.advance(days=40)
    (job,) = there.jobs(refunds.SETTLE)
    with pytest.raises(BillingUnavailableError):
        refunds.run(there.deps, job)


def test_an_end_that_staff_have_put_off_is_not_said_to_have_come(there: RemoteWorld) -> None:
    """The plan still runs on the day that was arranged first."""
    chat = there.chat("ada")
    chat.say("cancel", CANCEL)
    (operation,) = there.ledger("ada")
    assert operation.effective_at is not None
    later = replace(there.billing.get("ada-pro"), ends_at=operation.effective_at + timedelta(days=60))
    there.billing.put(later)
    there.clock.time = operation.effective_at
    mailer = RecordingMailer()
    for job in there.jobs(END_NOTICE):
        end_notices.send(there.deps, mailer, job)
    assert mailer.sent == []


def test_the_pause_that_is_asked_for_is_kept(there: RemoteWorld) -> None:
    """The billing system says when it may be asked again, and the job says so to whoever does it."""
    chat = there.chat("ada")
    there.billing.patience = 600.0
    there.billing.faults = [Fault.LOST] * 2
    chat.say("cancel", CANCEL)
    there.clock.advance(minutes=1)
    (job,) = there.jobs(carrying_out.CARRY_OUT)
    with pytest.raises(BillingUnavailableError) as fault:
        carrying_out.run(there.deps, job)
    assert fault.value.retry_after == 600.0


def _dies(*_: object) -> None:
    raise KeyboardInterrupt
