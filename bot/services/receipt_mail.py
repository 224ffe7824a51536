"""Receipts by mail: proof that stays with the customer, whatever becomes of the account (P6)."""

from __future__ import annotations

import json

from bot.domain.letters import Attachment, Letter
from bot.domain.outbox import RECEIPT_MAIL, Job
from bot.domain.receipts import Receipt
from bot.ports import Mailer, UnitOfWork
from bot.services import mailing, receipt_letter
from bot.services.dependencies import Dependencies


def queue(deps: Dependencies, work: UnitOfWork, receipt: Receipt) -> None:
    """Has a receipt mailed to the account holder once `work` is committed; again for the same one is safe.

    The job holds the number and nothing else: what the mail says is read when it is sent, and address and
    words are erased where they are kept.
    """
    key = f"{RECEIPT_MAIL}:{receipt.number}"
    payload = {"receipt": receipt.number}
    work.outbox.add(Job(deps.ids.new("j"), RECEIPT_MAIL, key, payload, deps.clock.now()))


def send(deps: Dependencies, mailer: Mailer, job: Job) -> None:
    """Mails the receipt a job names; nothing where the customer or what is disclosed was erased meanwhile."""
    with deps.store.begin() as work:
        receipt = work.receipts.get(job.payload["receipt"])
        ref = receipt.customer_ref if receipt is not None else None
        customer = work.customers.get(ref) if ref is not None else None
    if receipt is None or customer is None or not receipt.disclosures:
        return
    mailing.deliver(mailer, job, customer.email, letter(deps, receipt))


def letter(deps: Dependencies, receipt: Receipt) -> Letter:
    """The mail of a receipt, with its signed copy attached: what `fairwell receipts verify` reads."""
    signed = {"jws": receipt.jws, "disclosures": list(receipt.disclosures)}
    copy = Attachment(f"receipt-{receipt.number}.json", json.dumps(signed, indent=1).encode())
    return receipt_letter.of(deps, receipt, copy)
