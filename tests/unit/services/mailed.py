"""Receipts of every kind, issued without a conversation that leads there, and the mails they become."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.cancellations import OperationKind, OperationState
from bot.domain.money import Money
from bot.domain.outbox import END_NOTICE, RECEIPT_MAIL
from bot.domain.receipts import Receipt
from bot.services import end_notices, receipt_mail, receipts
from tests.fixtures import builders
from tests.fixtures.fakes import Mail, RecordingMailer
from tests.unit.services.world import World

WORDS = 'I want to cancel, now. </td><script>alert("x")</script>'
#: Nine in the morning in Berlin, as all that the tests' customers pay for.
END = datetime(2026, 4, 1, 7, 0, tzinfo=UTC)
NOTHING = Money(0, "EUR")


def issue(world: World, kind: OperationKind, *, locale: str = "en", **fields: object) -> Receipt:
    """Ada's receipt for something done to her Pro plan; `fields` are those of the operation."""
    done = builders.operation(
        kind=kind,
        subscription_ref="ada-pro",
        state=OperationState.CONFIRMED,
        confirmed_at=world.clock.now() + timedelta(seconds=2),
        effective_at=END,
        charged=NOTHING,
        refunded=NOTHING,
    )
    with world.store.begin() as work:
        work.conversations.put(builders.conversation(locale=locale))
        work.declarations.put(builders.declaration(words=WORDS))
        operation = replace(done, **fields)  # type: ignore[arg-type]  # a test names fields by name
        work.operations.add(operation)
        customer = work.customers.get("ada")
        assert customer is not None
        subscription = world.deps.billing.within(work).subscriptions("ada")[0]  # type: ignore[union-attr]
        declared = builders.declaration(words=WORDS)
        receipt = receipts.issue(world.deps, work, operation, subscription, declared, customer)
        receipt_mail.queue(world.deps, work, receipt)
        end_notices.schedule(world.deps, work, operation)
        work.commit()
    return receipt


def post(world: World) -> list[Mail]:
    """Sends the receipts and notices that are due; returns the mails."""
    mailer = RecordingMailer()
    for job in world.jobs(RECEIPT_MAIL):
        receipt_mail.send(world.deps, mailer, job)
    for job in world.jobs(END_NOTICE):
        end_notices.send(world.deps, mailer, job)
    return mailer.sent
