from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.cancellations import OperationKind, OperationState
from bot.domain.outbox import DECLARED_MAIL
from bot.services import declared_mail
from tests.fixtures import builders
from tests.fixtures.fakes import START, Mail, RecordingMailer
from tests.unit.services.chat import Chat
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import CANCEL, PRO, STATUS, UNDO


@pytest.fixture
def there() -> RemoteWorld:
    """Ada's plan is at a billing system elsewhere."""
    made = RemoteWorld()
    made.customer("ada", PRO)
    return made


@pytest.fixture
def chat(there: RemoteWorld) -> Chat:
    """Ada has asked about her plan; then the billing system went away, and she cancelled."""
    chat = there.chat("ada")
    chat.say("when does it end?", STATUS)
    there.billing.away = True
    chat.say("I want to cancel", CANCEL)
    return chat


def post(there: RemoteWorld) -> list[Mail]:
    """Sends what is due."""
    mailer = RecordingMailer()
    for job in there.jobs(DECLARED_MAIL):
        declared_mail.send(there.deps, mailer, job)
    return mailer.sent


def test_what_was_declared_is_confirmed_while_billing_is_away(there: RemoteWorld, chat: Chat) -> None:
    """Word for word, with its time, its number and when it ends; the receipt is promised, not claimed."""
    assert post(there) == []
    there.clock.advance(minutes=1)
    (mail,) = post(there)
    assert mail.to == "ada@example.com"
    assert mail.subject == "Your cancellation of the Pro plan arrived on 10 March 2026"
    assert {fact.label: fact.value for fact in mail.letter.facts} == {
        "Number": chat.declarations[0].number,
        "Kind": "Ordinary cancellation",
        "Plan": "Pro",
        "Contract": "ada-pro",
        "Ends": "1 April 2026, 09:00 CEST",
        "Received": "10 March 2026, 10:30 CET",
    }
    assert "> I want to cancel" in mail.text
    assert "the receipt then comes by mail" in mail.text
    assert "cancelled" not in mail.text
    assert mail.letter.stub is None


@pytest.mark.usefixtures("chat")
def test_what_is_done_soon_has_its_receipt_only(there: RemoteWorld) -> None:
    """One mail is enough."""
    there.billing.away = False
    assert there.work(minutes=0.5) == 0
    assert len(there.receipts("ada")) == 1
    there.clock.advance(minutes=1)
    assert post(there) == []


def test_what_was_taken_back_meanwhile_is_not_confirmed(there: RemoteWorld, chat: Chat) -> None:
    """The way back has its own words in the chat, and its receipt."""
    chat.say("undo", UNDO)
    with there.store.begin() as work:
        cancelled = work.operations.of_customer("ada", 10)[-1]
        work.operations.put(replace(cancelled, state=OperationState.TAKEN_BACK))
        work.commit()
    there.clock.advance(minutes=1)
    assert post(there) == []


def test_what_was_taken_back_while_in_doubt_is_not_confirmed(there: RemoteWorld, chat: Chat) -> None:
    """Whether the first call acted is not known yet; that they take it back is."""
    chat.say("undo", UNDO)
    assert there.ledger("ada")[0].open
    there.clock.advance(minutes=1)
    assert post(there) == []


def test_said_again_it_is_confirmed_once(there: RemoteWorld, chat: Chat) -> None:
    """However often it was promised."""
    chat.say("cancel my plan", CANCEL)
    there.clock.advance(minutes=1)
    assert len(post(there)) == 1
    assert post(there) == []


@pytest.mark.parametrize("kind", list(OperationKind))
def test_only_what_ends_a_plan(there: RemoteWorld, kind: OperationKind) -> None:
    """A pause or an undo asks for no such mail by law, and the chat says how it stands."""
    with there.store.begin() as work:
        declared_mail.queue(there.deps, work, builders.operation(kind=kind), "Pro")
        work.commit()
    there.clock.advance(minutes=1)
    assert bool(there.jobs(DECLARED_MAIL)) is (kind.value in {"cancel", "withdraw"})


def test_a_withdrawal_in_german(there: RemoteWorld) -> None:
    """Art. 11a CRD: content, date and time; when it ends and what comes back says the receipt."""
    withdrawn = builders.operation(kind=OperationKind.WITHDRAW, effective_at=START)
    letter = declared_mail.letter(there.deps, withdrawn, builders.declaration(words="Widerruf"), "Pro", "de")
    assert letter.subject == "Ihr Widerruf für das Pro-Abo ist am 10. März 2026 eingegangen"
    assert [fact.label for fact in letter.facts] == ["Abo", "Vertrag", "Eingegangen"]
    assert letter.facts[-1].value == "10. März 2026, 10:30 MEZ"


@pytest.mark.usefixtures("chat")
def test_nothing_is_mailed_of_what_was_erased(there: RemoteWorld) -> None:
    """The operation may be gone by then."""
    there.clock.advance(minutes=1)
    (job,) = there.jobs(DECLARED_MAIL)
    with there.store.begin() as work:
        work.operations.remove_customer("ada")
        work.commit()
    mailer = RecordingMailer()
    declared_mail.send(there.deps, mailer, job)
    assert mailer.sent == []
