"""The ledger: what is recorded before a subscription is changed, and what once it is (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.cancellations import Operation, OperationKind, OperationState
from bot.domain.customers import Customer
from bot.domain.errors import NotFoundError
from bot.domain.outbox import TELL, Job
from bot.domain.receipts import Receipt
from bot.domain.subscriptions import Status, Subscription
from bot.domain.wished_end import Days
from bot.ports import BillingProvider, CancelAt, UnitOfWork
from bot.services import end_notices, facets, receipt_mail, receipts, refunds, webhooks
from bot.services.dependencies import Dependencies

#: What was found where somebody else had done it already.
MET = "done meanwhile by somebody else"
ENDS = frozenset({OperationKind.CANCEL, OperationKind.WITHDRAW})


@dataclass(frozen=True, slots=True)
class Done:
    """One operation carried out, with its proof; `joined` tells that another conversation asked for it."""

    subscription: Subscription
    operation: Operation
    receipt: Receipt
    joined: bool = False

    @property
    def instead_of(self) -> Days | None:
        """The time that was wished for, where it does not end then."""
        return self.operation.instead_of


def generation_of(work: UnitOfWork, subscription_ref: str) -> int:
    """The generation the next operation on this subscription will have; the first is 1."""
    latest = work.operations.latest(subscription_ref)
    return 1 if latest is None else latest.generation + 1


def ask(provider: BillingProvider, operation: Operation) -> Subscription:
    """Has the provider do what was recorded; raises what it raises. The key makes it safe to repeat."""
    ref, key = operation.subscription_ref, operation.idempotency_key
    match operation.kind:
        case OperationKind.UNDO:
            return provider.resume(ref, idempotency_key=key)
        case OperationKind.PAUSE:
            return provider.pause(ref, until=operation.until, idempotency_key=key)
        case OperationKind.RESUME:
            return provider.unpause(ref, idempotency_key=key)
        case OperationKind.CANCEL | OperationKind.WITHDRAW:
            at = CancelAt(
                effective_at=operation.effective_at or operation.recorded_at,
                immediately=operation.immediately,
                refunded=operation.refunded,
            )
            return provider.cancel(ref, at=at, idempotency_key=key)


def confirm(
    deps: Dependencies, work: UnitOfWork, operation: Operation, changed: Subscription, customer: Customer
) -> Done:
    """Records what the provider did, with the receipt and everything that follows from it."""
    declaration = work.declarations.get(operation.declaration_id)
    if declaration is None:
        raise NotFoundError("nobody has declared this")
    confirmed = replace(operation, state=OperationState.CONFIRMED, confirmed_at=deps.clock.now())
    work.operations.put(confirmed)
    receipt = receipts.issue(deps, work, confirmed, changed, declaration, customer)
    receipt_mail.queue(deps, work, receipt)
    webhooks.completed(deps, work, confirmed, receipt)
    facets.confirmed(work, declaration.conversation_id, operation.kind, changed.plan.name)
    if operation.kind in ENDS:
        end_notices.schedule(deps, work, confirmed)
        refunds.schedule(deps, work, confirmed)
        # On the customer's other channels, after this turn: no other conversation is locked from within one.
        payload = {"receipt": receipt.number, "conversation": declaration.conversation_id}
        key = f"{TELL}:{receipt.number}"
        work.outbox.add(Job(deps.ids.new("j"), TELL, key, payload, deps.clock.now()))
    return Done(changed, confirmed, receipt)


def promised(operation: Operation) -> Operation:
    """The same operation, with the promise that the customer hears when it is done."""
    return replace(operation, tell_later=True)


def foreseen(subscription: Subscription, latest: Operation | None) -> Subscription:
    """The subscription as it will be once its open operation is carried out; else as it is."""
    if latest is None or not latest.open:
        return subscription
    before = subscription.status_before or subscription.status
    match latest.kind:
        case OperationKind.CANCEL | OperationKind.WITHDRAW:
            ends = {"status": Status.CANCELLING, "ends_at": latest.effective_at}
            return replace(subscription, **ends, status_before=before, pending=True)  # type: ignore[arg-type]
        case OperationKind.PAUSE:
            paused = replace(subscription, status=Status.PAUSED, paused_until=latest.until, pending=True)
            return replace(paused, paused_at=latest.recorded_at)
        case OperationKind.UNDO | OperationKind.RESUME:
            goes_on = Status.ACTIVE if before in {Status.CANCELLING, Status.PAUSED} else before
            running = replace(subscription, status=goes_on, status_before=None, pending=True)
            return replace(running, ends_at=None, paused_until=None)


def held(work: UnitOfWork, subscriptions: Sequence[Subscription]) -> list[Subscription]:
    """What a customer holds, with what is on its way."""
    return [foreseen(item, work.operations.latest(item.ref)) for item in subscriptions]
