from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.cancellations import OperationKind, OperationState
from bot.domain.errors import BillingUnavailableError
from bot.domain.outbox import END_NOTICE, Job
from bot.domain.subscriptions import Status
from bot.services import end_notices
from tests.fixtures import builders
from tests.fixtures.fakes import Mail, RecordingMailer
from tests.unit.services.mailed import END, issue
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import CANCEL, DAY_PASS, PRO, UNDO
from tests.unit.services.world import World


def due(world: World) -> list[Job]:
    """The notices that are due once the end has come."""
    world.clock.time = END
    return world.jobs(END_NOTICE)


def send(world: World, job: Job) -> list[Mail]:
    """What a job mails."""
    mailer = RecordingMailer()
    end_notices.send(world.deps, mailer, job)
    return mailer.sent


def test_when_the_end_has_come_it_is_said(world: World) -> None:
    """Not before; with plan, date and receipt, and that nothing more is charged."""
    number = world.chat("ada").say("I want to cancel", CANCEL).numbers[0]
    world.clock.time = END - timedelta(seconds=1)
    assert world.jobs(END_NOTICE) == []
    (job,) = due(world)
    (mail,) = send(world, job)
    assert (mail.to, mail.subject) == ("ada@example.com", "Your Pro plan ended on 1 April 2026")
    for part in (number, "Nothing more will be charged.", "1 April 2026, 09:00 CEST", "ada-pro"):
        assert part in mail.text
    assert mail.letter.stub is None
    assert mail.letter.attachments == ()


def test_in_german(world: World) -> None:
    """In the language it was declared in."""
    letter = end_notices.letter(world.deps, issue(world, OperationKind.CANCEL, locale="de"))
    assert (letter.locale, letter.subject) == ("de", "Ihr Pro-Abo endete am 1. April 2026")


def test_what_was_undone_has_not_ended(world: World) -> None:
    """Cancelled, undone, cancelled again: one notice, of the cancellation that stands."""
    chat = world.chat("ada")
    chat.say("I want to cancel", CANCEL)
    chat.say("undo", UNDO)
    world.clock.advance(minutes=1)
    chat.say("I want to cancel", CANCEL)
    jobs = due(world)
    assert len(jobs) == 2
    assert len([mail for job in jobs for mail in send(world, job)]) == 1


def test_an_undo_without_effect_changes_nothing(world: World) -> None:
    """One that was refused, or taken back itself: the cancellation stands."""
    world.chat("ada").say("I want to cancel", CANCEL)
    (job,) = due(world)
    for generation, state in enumerate((OperationState.REFUSED, OperationState.TAKEN_BACK), start=2):
        _later(world, generation, state)
    assert len(send(world, job)) == 1


def test_while_an_undo_is_open_nobody_can_tell(world: World) -> None:
    """Said a minute before the end, while billing was away: the job waits for what comes of it."""
    world.chat("ada").say("I want to cancel", CANCEL)
    (job,) = due(world)
    _later(world, 2, OperationState.ASKED)
    with pytest.raises(BillingUnavailableError):
        send(world, job)


def test_what_staff_took_back_has_not_ended(world: World) -> None:
    """In the billing system, without a word to us."""
    world.chat("ada").say("I want to cancel", CANCEL)
    (job,) = due(world)
    goes_on = replace(world.subscription("ada-pro"), status=Status.ACTIVE, ends_at=None)
    with world.store.begin() as work:
        work.book.put(goes_on)
        work.commit()
    assert send(world, job) == []


def test_a_billing_system_elsewhere_is_asked() -> None:
    """Where it is away, nobody can tell whether staff took it back there; once it is back, it says."""
    there = RemoteWorld()
    there.customer("ada", PRO)
    there.chat("ada").say("I want to cancel", CANCEL)
    (job,) = due(there)
    there.billing.away = True
    with pytest.raises(BillingUnavailableError):
        send(there, job)
    there.billing.away = False
    assert [mail.to for mail in send(there, job)] == ["ada@example.com"]
    there.billing.put(replace(there.billing.get("ada-pro"), status=Status.ACTIVE, ends_at=None))
    assert send(there, job) == []


def test_what_ends_at_once_has_its_receipt(world: World) -> None:
    """Which says so: a second mail would add nothing."""
    world.customer("dan", DAY_PASS)
    chat = world.chat("dan")
    chat.press(chat.say("I want to cancel", CANCEL).button("cancel_now"))
    assert len(world.receipts("dan")) == 1
    assert due(world) == []


def test_each_cancellation_has_one_notice(world: World) -> None:
    """However often it is scheduled."""
    issue(world, OperationKind.CANCEL)
    with world.store.begin() as work:
        operation = work.operations.get("o_1")
        assert operation is not None
        end_notices.schedule(world.deps, work, operation)
        work.commit()
    assert len(due(world)) == 1


def test_nothing_is_mailed_of_what_was_erased(world: World) -> None:
    """Operation, receipt and customer may be gone by then."""
    world.chat("ada").say("I want to cancel", CANCEL)
    (job,) = due(world)
    with world.store.begin() as work:
        work.receipts.remove_customer("ada")
        work.commit()
    assert send(world, job) == []
    with world.store.begin() as work:
        work.operations.remove_customer("ada")
        work.commit()
    assert send(world, job) == []


def _later(world: World, generation: int, state: OperationState) -> None:
    """An undo that was asked for after the cancellation."""
    undo = builders.operation(
        f"o_later_{generation}",
        kind=OperationKind.UNDO,
        subscription_ref="ada-pro",
        generation=generation,
        state=state,
    )
    with world.store.begin() as work:
        cancelled = work.operations.of_customer("ada")[0]
        work.operations.add(replace(undo, declaration_id=cancelled.declaration_id))
        work.commit()
