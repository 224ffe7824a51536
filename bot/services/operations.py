"""Carrying out: ledger, effect and receipt of one subscription and generation (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.cancellations import Operation, OperationKind, OperationState, Quote, quote_cancellation
from bot.domain.customers import Customer
from bot.domain.declarations import Declaration
from bot.domain.errors import NotOwnerError
from bot.domain.money import Money
from bot.domain.outbox import TELL, Job
from bot.domain.receipts import Receipt
from bot.domain.subscriptions import Status, Subscription
from bot.domain.wished_end import Days
from bot.ports import CancelAt
from bot.services import receipts
from bot.services.turn import Turn


@dataclass(frozen=True, slots=True)
class Done:
    """One operation carried out, with its proof; `joined` tells that another conversation asked for it.

    `instead_of` is the time that was wished for, where it does not end then.
    """

    subscription: Subscription
    operation: Operation
    receipt: Receipt
    joined: bool = False
    instead_of: Days | None = None


def generation_of(turn: Turn, subscription: Subscription) -> int:
    """The generation the next operation on this subscription will have; the first is 1."""
    latest = turn.work.operations.latest(subscription.ref)
    return 1 if latest is None else latest.generation + 1


def generation_of_all(turn: Turn) -> int:
    """Changes with every operation on any of the verified customer's subscriptions."""
    return sum(generation_of(turn, subscription) for subscription in held(turn))


def held(turn: Turn) -> Sequence[Subscription]:
    """The verified customer's subscriptions, ended ones too, oldest first; none while nobody is verified."""
    return turn.provider.subscriptions(turn.customer.ref) if turn.customer else ()


def quote(
    turn: Turn, subscription: Subscription, declaration: Declaration, wanted: Days | None = None
) -> Quote:
    """The terms of cancelling, as of the declaration's time; raises `TooFarAheadError`."""
    return quote_cancellation(subscription, declaration.declared_at, turn.now, turn.deps.zone, wanted)


def cancel(
    turn: Turn, subscription: Subscription, declaration: Declaration, wanted: Days | None = None
) -> Done:
    """Cancels one subscription of the verified customer, to end as near to `wanted` as its plan allows."""
    terms = quote(turn, subscription, declaration, wanted)
    operation = _record(turn, subscription, declaration, OperationKind.CANCEL, terms)
    at = CancelAt(
        effective_at=terms.effective_at,
        immediately=terms.effective_at <= turn.now,
        refunded=terms.refunded,
    )
    changed = turn.provider.cancel(subscription.ref, at=at, idempotency_key=operation.idempotency_key)
    done = _confirm(turn, operation, changed, declaration)
    return replace(done, instead_of=terms.instead_of)


def undo(turn: Turn, subscription: Subscription, declaration: Declaration) -> Done:
    """Takes back the cancellation of one subscription of the verified customer (P7).

    Raises `ConflictError` when the end has come meanwhile.
    """
    none = Money(0, subscription.plan.price.currency)
    terms = Quote(turn.now, charged=none, refunded=none, undoable=False)
    operation = _record(turn, subscription, declaration, OperationKind.UNDO, terms)
    changed = turn.provider.resume(subscription.ref, idempotency_key=operation.idempotency_key)
    return _confirm(turn, operation, changed, declaration)


def standing(turn: Turn, subscription: Subscription, declaration: Declaration) -> Done | None:
    """The cancellation that stands for a subscription, with its receipt; None where we did not make one.

    It is `joined` when this declaration was made before that cancellation was done: two requests that raced
    each other met one operation, and both get the same answer.
    """
    latest = turn.work.operations.latest(subscription.ref)
    if latest is None or latest.kind is not OperationKind.CANCEL or latest.confirmed_at is None:
        return None
    receipt = turn.work.receipts.of_operation(latest.id)
    if receipt is None:
        return None
    return Done(subscription, latest, receipt, joined=declaration.declared_at <= latest.confirmed_at)


def cancellable(turn: Turn) -> list[Subscription]:
    """The verified customer's subscriptions that can be cancelled."""
    return [item for item in held(turn) if item.cancellable]


def undoable(turn: Turn) -> list[Subscription]:
    """The verified customer's subscriptions whose cancellation can still be taken back."""
    return [item for item in held(turn) if item.status is Status.CANCELLING]


def _owner(turn: Turn, subscription: Subscription) -> Customer:
    """Asked again right before the effect, whatever was checked on the way here (P3)."""
    if turn.customer is None or subscription.customer_ref != turn.customer.ref:
        raise NotOwnerError("only the verified owner may change a subscription")
    return turn.customer


def _record(
    turn: Turn, subscription: Subscription, declaration: Declaration, kind: OperationKind, terms: Quote
) -> Operation:
    customer = _owner(turn, subscription)
    operation = Operation(
        id=turn.deps.ids.new("o"),
        subscription_ref=subscription.ref,
        generation=generation_of(turn, subscription),
        kind=kind,
        state=OperationState.RECORDED,
        customer_ref=customer.ref,
        declaration_id=declaration.id,
        recorded_at=turn.now,
        confirmed_at=None,
        effective_at=terms.effective_at,
        charged=terms.charged,
        refunded=terms.refunded,
    )
    turn.work.operations.add(operation)
    return operation


def _confirm(turn: Turn, operation: Operation, changed: Subscription, declaration: Declaration) -> Done:
    customer = _owner(turn, changed)
    confirmed = replace(operation, state=OperationState.CONFIRMED, confirmed_at=turn.deps.clock.now())
    turn.work.operations.put(confirmed)
    receipt = receipts.issue(turn.deps, turn.work, confirmed, changed, declaration, customer)
    if operation.kind is OperationKind.CANCEL:
        _have_it_told(turn, receipt)
    return Done(changed, confirmed, receipt)


def _have_it_told(turn: Turn, receipt: Receipt) -> None:
    """On the customer's other channels, after this turn: no other conversation is locked from within one."""
    payload = {"receipt": receipt.number, "conversation": turn.conversation.id}
    job = Job(turn.deps.ids.new("j"), TELL, f"{TELL}:{receipt.number}", payload, turn.now)
    turn.work.outbox.add(job)
