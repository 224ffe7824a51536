"""How a subscription stands at the billing system, and what that says of an operation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.cancellations import Operation, OperationKind
from bot.domain.charges import charges_ahead
from bot.domain.errors import BillingRefusedError, NotFoundError
from bot.domain.subscriptions import Status, Subscription
from bot.ports import BillingProvider
from bot.services import ledger
from bot.services.dependencies import Dependencies

#: A call that was given up may still arrive and act for so long; then it never will.
SETTLES_WITHIN = timedelta(minutes=2)


class RunsAgainError(BillingRefusedError):
    """It acted once, and somebody has taken that back since: a person has to see what is wanted."""


def may_arrive(deps: Dependencies, asked_at: datetime | None) -> bool:
    """Whether a call that was made then, and given up, may still act."""
    return asked_at is not None and deps.clock.now() < asked_at + SETTLES_WITHIN


def find(provider: BillingProvider, operation: Operation) -> Subscription:
    """The subscription as it is now. Raises `NotFoundError`."""
    for item in provider.subscriptions(operation.customer_ref):
        if item.ref == operation.subscription_ref:
            return item
    raise NotFoundError("no such subscription")


def wanted(operation: Operation) -> set[Status]:
    """Where a subscription stands once the operation is done."""
    return {
        OperationKind.CANCEL: {Status.CANCELLING, Status.ENDED},
        OperationKind.WITHDRAW: {Status.ENDED},
        OperationKind.PAUSE: {Status.PAUSED},
    }.get(operation.kind, {Status.ACTIVE, Status.TRIAL})


def changeable(operation: Operation) -> set[Status]:
    """Where nothing is in the way of the operation: it can be done from there."""
    running = {Status.TRIAL, Status.ACTIVE, Status.PAUSED}
    return {
        OperationKind.CANCEL: running,
        OperationKind.WITHDRAW: {*running, Status.CANCELLING},
        OperationKind.UNDO: {Status.CANCELLING},
        OperationKind.PAUSE: {Status.ACTIVE},
        OperationKind.RESUME: {Status.PAUSED},
    }[operation.kind]


def is_done(operation: Operation, found: Subscription) -> bool:
    """Whether there is nothing left to do, by whomever it was done.

    What a withdrawal pays back is paid only by doing it: that it has ended is not enough.
    """
    owes = operation.kind is OperationKind.WITHDRAW and operation.refunded.minor > 0
    return found.status in wanted(operation) and not owes


def refuse_if_it_runs(operation: Operation, changed: Subscription) -> None:
    """Raises `RunsAgainError` where an end is answered with a subscription that runs."""
    if operation.kind in ledger.ENDS and changed.status not in {Status.CANCELLING, Status.ENDED}:
        raise RunsAgainError("it was ended, and has been taken back there since")


def as_found(deps: Dependencies, operation: Operation, found: Subscription) -> Operation:
    """On the terms that hold, which somebody else has set: nothing is promised beyond them."""
    if operation.kind is OperationKind.PAUSE:
        return replace(operation, until=found.paused_until)
    if operation.kind not in ledger.ENDS or found.ends_at is None:
        return operation
    none = replace(operation.refunded, minor=0)
    charged = charges_ahead(found, deps.clock.now(), deps.zone)
    return replace(operation, effective_at=found.ends_at, refunded=none, charged=charged, instead_of=None)
