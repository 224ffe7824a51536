"""What was declared, confirmed by mail while the billing system is away: the receipt has to wait, this not.

Laws ask that a declaration and its time be confirmed at once (docs/receipts.md), whatever is done later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.cancellations import Operation, OperationKind
from bot.domain.declarations import Declaration
from bot.domain.letters import Fact, Letter, Quote, one_line
from bot.domain.outbox import DECLARED_MAIL, Job
from bot.ports import Mailer, UnitOfWork
from bot.services import mailing
from bot.services.dependencies import Dependencies

#: What is done within so long has its receipt, and one mail is enough.
WAITS = timedelta(minutes=1)
_KINDS = frozenset({OperationKind.CANCEL, OperationKind.WITHDRAW})


def queue(deps: Dependencies, work: UnitOfWork, operation: Operation, plan: str) -> None:
    """Has the customer written to unless the operation is carried out soon; again for the same one is safe.

    `plan` is the plan's name. What ends nothing needs no such mail.
    """
    if operation.kind not in _KINDS:
        return
    key = f"{DECLARED_MAIL}:{operation.id}"
    payload = {"operation": operation.id, "plan": plan}
    work.outbox.add(Job(deps.ids.new("j"), DECLARED_MAIL, key, payload, deps.clock.now() + WAITS))


def send(deps: Dependencies, mailer: Mailer, job: Job) -> None:
    """Mails it; nothing where it is not to be carried out any more, or the customer was erased meanwhile."""
    with deps.store.begin() as work:
        operation = work.operations.get(job.payload["operation"])
        declaration = work.declarations.get(operation.declaration_id) if operation is not None else None
        if operation is None or declaration is None or not operation.open:
            return
        latest = work.operations.latest(operation.subscription_ref)
        if latest is not None and latest.id != operation.id:
            return  # taken back since, or replaced, though nobody knows yet whether the first call acted
        customer = work.customers.get(operation.customer_ref)
        said_in = work.conversations.get(declaration.conversation_id)
    if customer is None:
        return
    locale = deps.wording.locale(said_in.locale if said_in is not None else customer.locale)
    written = letter(deps, operation, declaration, job.payload["plan"], locale)
    mailing.deliver(mailer, job, customer.email, written)


def letter(
    deps: Dependencies, operation: Operation, declaration: Declaration, plan: str, locale: str
) -> Letter:
    """What it says: the words, when they arrived, what they mean, and that the receipt follows."""
    values = {"plan": plan, "received": declaration.declared_at, "company": deps.company}

    def say(message: str, **more: object) -> str:
        return deps.wording.text(message, locale, {**values, **more})

    def rows() -> Iterator[Fact]:
        if declaration.number is not None:
            yield Fact(say("mail_label_number"), declaration.number)
        if operation.kind is OperationKind.CANCEL:
            yield Fact(say("mail_label_kind"), say("mail_kind_cancel"))
        yield Fact(say("receipt_label_subscription"), plan)
        yield Fact(say("mail_label_contract"), operation.subscription_ref)
        if operation.effective_at is not None and operation.kind is OperationKind.CANCEL:
            ends = say("receipt_value_time", at=operation.effective_at)
            yield Fact(say("receipt_label_effective_cancel"), ends)
        at = say("receipt_value_time", at=declaration.declared_at)
        yield Fact(say("receipt_label_received"), at, strong=True)

    return Letter(
        locale=locale,
        company=deps.company,
        subject=one_line(say(f"mail_declared_subject_{operation.kind}")),
        title=say(f"mail_declared_title_{operation.kind}"),
        paragraphs=(say("mail_declared_text"),),
        facts=tuple(rows()),
        quote=Quote(say("receipt_label_words"), declaration.words),
        after=(say("mail_declared_keep"),),
    )
