"""What is said of operations at a billing system elsewhere: done, refused, or not done yet."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cancellations import Operation, OperationKind, OperationState
from bot.domain.conversations import Reply, ReplyKind
from bot.domain.errors import BillingUnavailableError
from bot.domain.subscriptions import Subscription
from bot.services import (
    buttons,
    cancel_replies,
    cases,
    declarations,
    declared_mail,
    exit_interview,
    ledger,
    office_hours,
    pause,
    undo,
    withdraw,
)
from bot.services.ledger import Done
from bot.services.turn import Turn

_CONFIRMATIONS = {
    OperationKind.CANCEL: cancel_replies.confirmation,
    OperationKind.UNDO: undo.confirmation,
    OperationKind.PAUSE: pause.confirmation,
    OperationKind.RESUME: pause.resumed,
    OperationKind.WITHDRAW: withdraw.confirmation,
}


def tell(
    turn: Turn, operation_ids: Sequence[str], asks_why: str | None
) -> tuple[Sequence[Reply], Sequence[Reply]]:
    """What came of them, and what is asked after it: nothing, while anything is not done yet."""
    turn.billing_asked = True
    named = [turn.work.operations.get(operation_id) for operation_id in operation_ids]
    for customer_ref in {item.customer_ref for item in named if item is not None}:
        turn.customer = turn.work.customers.lock(customer_ref)
    # Read again under that lock, or what another process has written meanwhile would be lost.
    found = [turn.work.operations.get(operation_id) for operation_id in operation_ids]
    operations = [item for item in found if item is not None]
    told = [reply for item in operations if not item.open for reply in of(turn, item)]
    late = [item for item in operations if item.open]
    if late:
        return [*told, *_not_yet(turn, late)], ()
    return told, ask_why(turn, asks_why)


def ask_why(turn: Turn, declaration_id: str | None) -> Sequence[Reply]:
    """The exit question, once everything that was declared is done and anything of it is (P5)."""
    declaration = turn.work.declarations.get(declaration_id) if declaration_id else None
    if declaration is None:
        return ()
    made = turn.work.operations.of_declaration(declaration.id)
    done = any(item.state is OperationState.CONFIRMED and item.kind in ledger.ENDS for item in made)
    return exit_interview.ask(turn, declaration) if done and not any(item.open for item in made) else ()


def of(turn: Turn, operation: Operation) -> Sequence[Reply]:
    """What is said of one that is not open any more."""
    subscription = _subscription(turn, operation)
    receipt = turn.work.receipts.of_operation(operation.id)
    if operation.state is OperationState.REFUSED:
        return [_refused(turn, operation, subscription)]
    if operation.state is OperationState.TAKEN_BACK or receipt is None or subscription is None:
        return [Reply("billing_taken_back", {"plan": _plan(turn, operation, subscription)})]
    done = Done(subscription, operation, receipt)
    return [_CONFIRMATIONS[operation.kind](turn, done)]


def _not_yet(turn: Turn, late: Sequence[Operation]) -> Sequence[Reply]:
    """The truth, with the time it counts from and a number; they hear when it is done (P9)."""
    replies = []
    for item in late:
        turn.work.operations.put(ledger.promised(item))
        declaration = turn.work.declarations.get(item.declaration_id)
        if declaration is None:
            continue
        declaration = declarations.numbered(turn, declaration)
        subscription = _subscription(turn, item)
        values = {
            "plan": _plan(turn, item, subscription),
            "declared_at": declaration.declared_at,
            "number": declaration.number or "",
        }
        declared_mail.queue(turn.deps, turn.work, item, _plan(turn, item, subscription))
        can_undo = subscription is not None and item.kind is OperationKind.CANCEL and not item.immediately
        shown = (buttons.undo(turn, subscription),) if subscription is not None and can_undo else ()
        replies.append(Reply(f"billing_late_{item.kind.value}", values, ReplyKind.NOTICE, shown))
    return replies


def _refused(turn: Turn, operation: Operation, subscription: Subscription | None) -> Reply:
    """The billing system will not do it: a person will, and the time it was said at stands."""
    case = cases.open_quietly(turn, "billing_refused")
    declaration = turn.work.declarations.get(operation.declaration_id)
    values = {
        "plan": _plan(turn, operation, subscription),
        "declared_at": declaration.declared_at if declaration else operation.recorded_at,
        "number": case.id,
    }
    then = office_hours.back(turn.deps, turn.work)
    return Reply(f"billing_refused_{operation.kind.value}", values, ReplyKind.NOTICE, then=then)


def _subscription(turn: Turn, operation: Operation) -> Subscription | None:
    try:
        known = turn.billing.subscriptions(operation.customer_ref)
    except BillingUnavailableError:
        return None
    return next((item for item in known if item.ref == operation.subscription_ref), None)


def _plan(turn: Turn, operation: Operation, subscription: Subscription | None) -> str:
    if subscription is not None:
        return subscription.plan.name
    receipt = turn.work.receipts.of_operation(operation.id)
    return receipt.plan_name if receipt is not None else operation.subscription_ref
