"""What a turn does to the verified customer's subscriptions: in the book at once, elsewhere soon after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.cancellations import Operation, OperationKind, OperationState, Quote, quote_cancellation
from bot.domain.customers import Customer
from bot.domain.declarations import Declaration
from bot.domain.errors import NotOwnerError
from bot.domain.money import Money
from bot.domain.outbox import Job
from bot.domain.subscriptions import Status, Subscription
from bot.domain.wished_end import Days
from bot.ports import EmbeddedBilling
from bot.services import carrying_out, ledger, policies
from bot.services.ledger import Done
from bot.services.turn import Turn


def generation_of(turn: Turn, subscription: Subscription) -> int:
    """The generation the next operation on this subscription will have; the first is 1."""
    return ledger.generation_of(turn.work, subscription.ref)


def generation_of_all(turn: Turn) -> int:
    """Changes with every operation on any of the verified customer's subscriptions."""
    return sum(generation_of(turn, subscription) for subscription in held(turn))


def held(turn: Turn) -> Sequence[Subscription]:
    """The verified customer's subscriptions, ended ones too, oldest first; none while nobody is verified.

    What is being done counts as done. Raises `BillingUnavailableError` where nothing is known of them.
    """
    if turn.customer is None:
        return ()
    return ledger.held(turn.work, turn.billing.subscriptions(turn.customer.ref))


def quote(
    turn: Turn, subscription: Subscription, declaration: Declaration, wanted: Days | None = None
) -> Quote:
    """The terms of cancelling, as of the declaration's time; raises `TooFarAheadError`."""
    policy = policies.policy_of(turn, subscription)
    return quote_cancellation(subscription, declaration.declared_at, turn.now, turn.deps.zone, wanted, policy)


def cancel(
    turn: Turn, subscription: Subscription, declaration: Declaration, wanted: Days | None = None
) -> Done | None:
    """Cancels one subscription of the verified customer, to end as near to `wanted` as its plan allows.

    None where a billing system elsewhere does it: this turn goes on once that has answered.
    """
    terms = quote(turn, subscription, declaration, wanted)
    return carry_out(turn, subscription, declaration, OperationKind.CANCEL, terms)


def undo(turn: Turn, subscription: Subscription, declaration: Declaration) -> Done | None:
    """Takes back the cancellation of one subscription of the verified customer (P7).

    One that the billing system has not been asked for yet never will be. Raises `ConflictError` when the end
    has come meanwhile.
    """
    latest = turn.work.operations.latest(subscription.ref)
    never_asked = False
    if latest is not None and latest.state is OperationState.RECORDED:
        turn.work.operations.put(replace(latest, state=OperationState.TAKEN_BACK))
        # What ends all the same, by an earlier cancellation or by others, is to be taken back there.
        never_asked = not _ends(turn, subscription.ref)
    none = Money(0, subscription.plan.price.currency)
    terms = Quote(turn.now, charged=none, refunded=none, undoable=False)
    if never_asked:
        operation = _new(turn, subscription, declaration, OperationKind.UNDO, terms)
        turn.work.operations.add(operation)
        return ledger.confirm(turn.deps, turn.work, operation, subscription, _owner(turn, subscription))
    return carry_out(turn, subscription, declaration, OperationKind.UNDO, terms)


def carry_out(
    turn: Turn,
    subscription: Subscription,
    declaration: Declaration,
    kind: OperationKind,
    terms: Quote,
    until: datetime | None = None,
) -> Done | None:
    """Records an operation on these terms and does it; None where a billing system elsewhere does it.

    `until` is the end of a pause (UTC).
    """
    operation = replace(_new(turn, subscription, declaration, kind, terms), until=until)
    turn.work.operations.add(operation)
    billing = turn.deps.billing
    if isinstance(billing, EmbeddedBilling):
        changed = ledger.ask(billing.within(turn.work), operation)
        return ledger.confirm(turn.deps, turn.work, operation, changed, _owner(turn, changed))
    payload = {"operation": operation.id}
    due = turn.now + carrying_out.FIRST_TRY_BY_THE_TURN
    turn.work.outbox.add(
        Job(carrying_out.job_id(operation), carrying_out.CARRY_OUT, operation.id, payload, due)
    )
    turn.awaits.append(operation.id)
    return None


def standing(turn: Turn, subscription: Subscription, declaration: Declaration) -> Done | None:
    """The cancellation that stands for a subscription, with its receipt; None where we did not make one.

    It is `joined` when this declaration was made before that cancellation was done: two requests that raced
    each other met one operation, and both get the same answer.
    """
    latest = turn.work.operations.latest(subscription.ref)
    if latest is None or latest.kind not in ledger.ENDS or latest.confirmed_at is None:
        return None
    receipt = turn.work.receipts.of_operation(latest.id)
    if receipt is None:
        return None
    return Done(subscription, latest, receipt, joined=declaration.declared_at <= latest.confirmed_at)


def under_way(turn: Turn, subscription: Subscription) -> bool:
    """Whether its end is being arranged; then this turn waits for that, too, and tells what comes of it."""
    latest = turn.work.operations.latest(subscription.ref)
    if latest is None or not latest.open or latest.kind not in ledger.ENDS:
        return False
    turn.awaits.append(latest.id)
    return True


def cancellable(turn: Turn) -> list[Subscription]:
    """The verified customer's subscriptions that can be cancelled."""
    return [item for item in held(turn) if item.cancellable]


def undoable(turn: Turn) -> list[Subscription]:
    """The verified customer's subscriptions whose cancellation can still be taken back."""
    return [item for item in held(turn) if item.status is Status.CANCELLING]


def _ends(turn: Turn, ref: str) -> bool:
    """Whether its end is arranged at the billing system, as far as is known here."""
    return any(
        item.ref == ref and item.status in {Status.CANCELLING, Status.ENDED}
        for item in turn.billing.subscriptions(turn.customer.ref if turn.customer else "")
    )


def _owner(turn: Turn, subscription: Subscription) -> Customer:
    """Asked again right before the effect, whatever was checked on the way here (P3)."""
    if turn.customer is None or subscription.customer_ref != turn.customer.ref:
        raise NotOwnerError("only the verified owner may change a subscription")
    return turn.customer


def _new(
    turn: Turn, subscription: Subscription, declaration: Declaration, kind: OperationKind, terms: Quote
) -> Operation:
    customer = _owner(turn, subscription)
    return Operation(
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
        immediately=kind in ledger.ENDS and terms.effective_at <= turn.now,
        instead_of=terms.instead_of,
    )
