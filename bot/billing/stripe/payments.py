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

    `by` names it to Stripe.
    """

    id: str
    by: dict[str, str]
    free: int


@dataclass(frozen=True, slots=True)
class PaidInvoice:
    """An invoice of which `paid` was paid. `left` is what has come back in no way yet, whoever gave it.

    `ours` is what this operation has given back, by refunds and credit notes, and `theirs` what others have
    since the operation was told what it owes: what came back before then was known.
    """

    id: str
    payments: tuple[Payment, ...]
    paid: int
    left: int
    ours: int
    theirs: int


def paid_invoices(account: Account, subscription: str, key: str, since: datetime) -> Iterator[PaidInvoice]:
    """The last paid invoices, newest first, as the operation of this key, told `since` then, finds them."""
    page = account.page(account.api.invoices.list, subscription=subscription, status="paid", limit=_INVOICES)
    for invoice in page["data"]:
        if int(invoice["total"]) > 0:
            yield read_invoice(account, invoice, key, since)


def read_invoice(account: Account, invoice: Json, key: str, since: datetime) -> PaidInvoice:
    """Where one invoice stands."""
    payments, back = [], [(note, _credited(note)) for note in _credit_notes(account, str(invoice["id"]))]
    for payment, by in _payments(account, invoice):
        refunds = [(item, int(item["amount"])) for item in _refunds(account, by)]
        free = max(int(payment["amount_paid"] or 0) - sum(amount for _, amount in refunds), 0)
        payments.append(Payment(str(payment["id"]), by, free))
        back += refunds
    paid = _paid(invoice)
    return PaidInvoice(
        id=str(invoice["id"]),
        payments=tuple(payments),
        paid=paid,
        left=max(paid - sum(amount for _, amount in back), 0),
        ours=sum(amount for item, amount in back if is_marked(item, key)),
        theirs=sum(amount for item, amount in back if not is_marked(item, key) and _is_later(item, since)),
    )


def given_back(account: Account, invoice: Json) -> int:
    """What has come back of a paid invoice, by refunds and credit notes, whoever gave it."""
    back = sum(int(item["amount"]) for _, by in _payments(account, invoice) for item in _refunds(account, by))
    if invoice.get("post_payment_credit_notes_amount"):
        back += sum(_credited(item) for item in _credit_notes(account, str(invoice["id"])))
    return back


def charged_after(account: Account, subscription: str, until: datetime) -> int:
    """What renewals from a moment on have been paid, in Stripe's minor units, whatever came back of it."""
    later = {"gte": ceil(until.timestamp())}
    paid = account.pages(account.api.invoices.list, subscription=subscription, status="paid", created=later)
    return sum(_paid(item) for item in paid if item["billing_reason"] == "subscription_cycle")


def is_marked(found: Json, key: str) -> bool:
    """Whether it is the operation's of this key."""
    return (found.get("metadata") or {}).get(MARK) == key


def refund_made(account: Account, payment: Payment, key: str) -> bool:
    """Whether there is a refund of this operation by now."""
    return any(is_marked(item, key) for item in _refunds(account, payment.by))


def credit_note_made(account: Account, invoice: PaidInvoice, key: str) -> bool:
    """Whether there is a credit note of this operation by now."""
    return any(is_marked(item, key) for item in _credit_notes(account, invoice.id))


def _paid(invoice: Json) -> int:
    """What a paid invoice came to, by whatever it was paid."""
    return int(invoice["total"]) - int(invoice.get("pre_payment_credit_notes_amount") or 0)


def _is_later(found: Json, since: datetime) -> bool:
    """Stripe knows seconds only; what was given in the same one came before."""
    return int(found["created"]) > int(since.timestamp())


def _payments(account: Account, invoice: Json) -> Iterator[tuple[Json, dict[str, str]]]:
    """The payments of an invoice that can be refunded, and what names each to Stripe."""
    for payment in account.pages(account.api.invoice_payments.list, invoice=invoice["id"], status="paid"):
        way = payment["payment"]
        if way["type"] in {"payment_intent", "charge"}:
            yield payment, {str(way["type"]): id_of(way[way["type"]])}


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
