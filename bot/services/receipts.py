"""Receipts: made in the transaction of what they prove, shown again at any time."""

from __future__ import annotations

from bot.domain.cancellations import Operation
from bot.domain.conversations import ReceiptSummary
from bot.domain.customers import Customer
from bot.domain.declarations import Declaration
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.receipts import PERSONAL_FIELDS, Receipt, ReceiptFacts, decode, payload_of
from bot.domain.subscriptions import Subscription
from bot.ports import UnitOfWork
from bot.services.dependencies import Dependencies


def issue(
    deps: Dependencies,
    work: UnitOfWork,
    operation: Operation,
    subscription: Subscription,
    declaration: Declaration,
    customer: Customer,
) -> Receipt:
    """Signs and stores the receipt of a confirmed operation."""
    facts = _facts(deps, operation, subscription, declaration, customer, number=_free_number(deps, work))
    # In the language it was declared in: the customer's own is only what a file of customers once said.
    said_in = work.conversations.get(declaration.conversation_id)
    payload, disclosures = payload_of(facts, {name: deps.signer.salt() for name in PERSONAL_FIELDS})
    receipt = Receipt(
        number=facts.number,
        kind=facts.kind,
        operation_id=operation.id,
        customer_ref=customer.ref,
        subscription_ref=subscription.ref,
        plan_name=facts.plan_name,
        received_at=facts.received_at,
        carried_out_at=facts.carried_out_at,
        effective_at=facts.effective_at,
        jws=deps.signer.sign(payload),
        disclosures=disclosures,
        locale=said_in.locale if said_in is not None else customer.locale,
    )
    work.receipts.add(receipt)
    return receipt


def _facts(
    deps: Dependencies,
    operation: Operation,
    subscription: Subscription,
    declaration: Declaration,
    customer: Customer,
    *,
    number: str,
) -> ReceiptFacts:
    confirmed_at = operation.confirmed_at or deps.clock.now()
    return ReceiptFacts(
        number=number,
        kind=operation.kind,
        company=deps.company,
        customer_ref=customer.ref,
        customer_name=customer.name,
        subscription_ref=subscription.ref,
        plan_name=subscription.plan.name,
        generation=operation.generation,
        words=declaration.words,
        received_at=declaration.declared_at,
        carried_out_at=confirmed_at,
        effective_at=operation.effective_at or confirmed_at,
        charged=operation.charged,
        refunded=operation.refunded,
        until=operation.until,
    )


def summary(deps: Dependencies, receipt: Receipt) -> ReceiptSummary:
    """What a chat shows of a receipt, with the address that opens it."""
    return ReceiptSummary(
        number=receipt.number,
        kind=receipt.kind.value,
        subscription=receipt.plan_name,
        received_at=receipt.received_at,
        effective_at=receipt.effective_at,
        url=f"{deps.public_url}/receipts/{receipt.number}?key={deps.signer.page_key(receipt.number)}",
    )


def find(deps: Dependencies, number: str) -> Receipt:
    """The receipt with this number. Raises `NotFoundError`; the caller has checked the page key."""
    with deps.store.begin() as work:
        receipt = work.receipts.get(number)
    if receipt is None:
        raise NotFoundError("no such receipt")
    return receipt


def renew(deps: Dependencies, header: str) -> int:
    """Signs again, with the key that signs now, what is kept signed under the `header` of a revoked key.

    What they state stays byte for byte, and so do number, disclosures and page. Returns how many there were.
    Again is safe: each is done once. Raises `ConflictError` where it is that very key that signs now.
    """
    count, last = 0, None
    while True:
        with deps.store.begin() as work:
            found = work.receipts.signed_as(header, last)
            for receipt in found:
                signed = deps.signer.sign(decode(receipt.jws.split(".")[1]))
                if signed.startswith(f"{header}."):
                    raise ConflictError("the key that signs now can't take its own place")
                work.receipts.put_signature(receipt.number, signed)
            work.commit()
        if not found:
            return count
        count, last = count + len(found), found[-1].number


def _free_number(deps: Dependencies, work: UnitOfWork) -> str:
    number = deps.ids.number("R")
    while work.receipts.get(number) is not None:
        number = deps.ids.number("R")
    return number
