"""The notice that a plan has ended, mailed when its end has come, if it still has to end by then."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.cancellations import Operation
from bot.domain.letters import Fact, Letter, Link, one_line
from bot.domain.outbox import END_NOTICE, Job
from bot.domain.receipts import Receipt
from bot.domain.subscriptions import Status
from bot.ports import EmbeddedBilling, Mailer, UnitOfWork
from bot.services import mailing, receipts, views
from bot.services.dependencies import Dependencies
from bot.services.receipt_letter import Words
from bot.services.still_stands import stands

#: How long, in seconds, the billing system may take to say how the subscription stands.
_PATIENCE = 15.0


def schedule(deps: Dependencies, work: UnitOfWork, operation: Operation) -> None:
    """Has the notice mailed when a confirmed cancellation takes effect; again for the same one is safe.

    Where it has ended already, the receipt says so, and there is nothing to add.
    """
    if operation.effective_at is None or operation.effective_at <= deps.clock.now():
        return
    key = f"{END_NOTICE}:{operation.id}"
    payload = {"operation": operation.id}
    work.outbox.add(Job(deps.ids.new("j"), END_NOTICE, key, payload, operation.effective_at))


def send(deps: Dependencies, mailer: Mailer, job: Job) -> None:
    """Mails the notice a job names; nothing where the plan goes on, or the customer was erased meanwhile.

    Raises `BillingUnavailableError` while nobody can tell whether it goes on.
    """
    with deps.store.begin() as work:
        operation = work.operations.get(job.payload["operation"])
        if operation is None or not stands(work, operation):
            return
        receipt = work.receipts.of_operation(operation.id)
        customer = work.customers.get(operation.customer_ref)
    if receipt is None or customer is None or not receipt.disclosures or _goes_on(deps, operation):
        return
    mailing.deliver(mailer, job, customer.email, letter(deps, receipt))


def letter(deps: Dependencies, receipt: Receipt) -> Letter:
    """What the mail says: the facts of the receipt, as things that have happened."""
    words = Words(deps, receipt)
    return Letter(
        locale=words.locale,
        company=words.facts.company,
        subject=one_line(words.say("mail_ended_subject")),
        title=words.say("mail_ended_title"),
        paragraphs=(words.say("mail_ended_text"),),
        facts=tuple(_rows(words)),
        link=Link(words.say("mail_receipt_open"), receipts.summary(deps, receipt).url),
    )


def _rows(words: Words) -> Iterator[Fact]:
    facts, at = words.facts, "receipt_value_time"
    yield words.label("subscription", facts.plan)
    if contract := facts.personal.get("subscription_ref"):
        yield Fact(words.say("mail_label_contract"), contract)
    yield words.label("effective_withdraw", words.say(at, at=facts.effective_at), strong=True)
    yield words.label("received", words.say(at, at=facts.received_at))
    if facts.refunded:
        yield words.label("refunded", words.money(facts.refunded))
    yield words.label("number", facts.number)


def _goes_on(deps: Dependencies, operation: Operation) -> bool:
    """Whether staff or the billing system have taken it back or put it off, without us.

    Raises where it can't be asked.
    """
    now = deps.clock.now()
    ref = operation.customer_ref
    if isinstance(deps.billing, EmbeddedBilling):
        with deps.store.begin() as work:
            held = deps.billing.within(work).subscriptions(ref)
    else:
        held = views.refresh(deps, ref, _PATIENCE)
    ended = {Status.CANCELLING, Status.ENDED}
    return any(
        item.status not in ended or (item.ends_at is not None and item.ends_at > now)
        for item in held
        if item.ref == operation.subscription_ref
    )
