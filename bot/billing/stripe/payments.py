"""What was paid for a subscription, and how much of it has been paid back by now, by whomever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from bot.billing.stripe.account import Account, Json, id_of

#: The key of a refund's and a credit note's metadata that holds the operation's key.
MARK = "fairwell_operation"
#: How many paid invoices are looked at, newest first.
_INVOICES = 12
#: A refund in one of these states has paid nothing back.
_FAILED = frozenset({"failed", "canceled"})


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of an invoice, in Stripe's minor units: `free` can still be paid back the way it came.

    `by` names it to Stripe; `ours` is what this operation has paid back of it.
    """

    id: str
    by: dict[str, str]
    free: int
    ours: int


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """A paid invoice. `creditable` is what has come back in no way yet, beside what its payments have free.

    `ours` is what this operation has given back, by refunds and credit notes.
    """

    id: str
    payments: tuple[Payment, ...]
    creditable: int
    ours: int


def paid_invoices(account: Account, subscription: str, key: str) -> Iterator[PaidInvoice]:
    """The last paid invoices, newest first, as the operation of this key finds them."""
    page = account.page(account.api.invoices.list, subscription=subscription, status="paid", limit=_INVOICES)
    for invoice in page["data"]:
        if int(invoice["total"]) > 0:
            yield read_invoice(account, invoice, key)


def read_invoice(account: Account, invoice: Json, key: str) -> PaidInvoice:
    """Where one invoice stands."""
    payments, refunded, ours = [], 0, 0
    listed = account.pages(account.api.invoice_payments.list, invoice=invoice["id"], status="paid")
    for payment in listed:
        way = payment["payment"]
        if way["type"] in {"payment_intent", "charge"}:
            by = {str(way["type"]): id_of(way[way["type"]])}
            back = _refunds(account, by)
            gone = sum(int(item["amount"]) for item in back)
            mine = sum(int(item["amount"]) for item in back if is_marked(item, key))
            free = max(int(payment["amount_paid"] or 0) - gone, 0)
            payments.append(Payment(str(payment["id"]), by, free, mine))
            refunded, ours = refunded + gone, ours + mine
    notes = _credit_notes(account, str(invoice["id"]))
    ours += sum(_credited(item) for item in notes if is_marked(item, key))
    paid = int(invoice["total"]) - int(invoice.get("pre_payment_credit_notes_amount") or 0)
    left = paid - refunded - sum(_credited(item) for item in notes)
    return PaidInvoice(str(invoice["id"]), tuple(payments), max(left, 0), ours)


def charged_after(account: Account, subscription: str, until: datetime) -> int:
    """What renewals from a moment on have been paid, in Stripe's minor units."""
    later = {"gte": ceil(until.timestamp())}
    paid = account.pages(account.api.invoices.list, subscription=subscription, status="paid", created=later)
    return sum(int(item["total"]) for item in paid if item["billing_reason"] == "subscription_cycle")


def is_marked(found: Json, key: str) -> bool:
    """Whether it is the operation's of this key."""
    return (found.get("metadata") or {}).get(MARK) == key


def refund_made(account: Account, payment: Payment, key: str) -> bool:
    """Whether there is a refund of this operation by now."""
    return any(is_marked(item, key) for item in _refunds(account, payment.by))


def credit_note_made(account: Account, invoice: PaidInvoice, key: str) -> bool:
    """Whether there is a credit note of this operation by now."""
    return any(is_marked(item, key) for item in _credit_notes(account, invoice.id))


def _refunds(account: Account, by: dict[str, str]) -> list[Json]:
    found = account.pages(account.api.refunds.list, **by)
    return [item for item in found if item.get("status") not in _FAILED]


def _credit_notes(account: Account, invoice_id: str) -> list[Json]:
    found = account.pages(account.api.credit_notes.list, invoice=invoice_id)
    return [item for item in found if item.get("status") != "void"]


def _credited(note: Json) -> int:
    """What a credit note gave beside refunds, which are counted as such."""
    refunds = sum(int(item.get("amount_refunded") or 0) for item in note.get("refunds") or [])
    return max(int(note.get("post_payment_amount") or 0) - refunds, 0)
