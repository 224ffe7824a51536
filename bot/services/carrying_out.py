"""Carrying out what was recorded, at a billing system elsewhere: never in a transaction, exactly once (P2).

The turn that recorded an operation tries first, for a few seconds; after that a job of the outbox goes on,
in any process. Who asks holds the operation's lease, so that no two ask at the same time; that whoever asks
again finds the first one's effect is the provider's promise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.cancellations import Operation, OperationState
from bot.domain.errors import (
    BillingRefusedError,
    BillingUnavailableError,
    ConflictError,
    NotFoundError,
)
from bot.domain.outbox import Job
from bot.domain.subscriptions import Subscription
from bot.ports import BillingProvider, RemoteBilling, UnitOfWork
from bot.services import billing_state, ledger, views
from bot.services.budget import IN_A_JOB, Budget
from bot.services.dependencies import Dependencies

#: The kinds of jobs: doing it, and telling the customer that it is done now.
CARRY_OUT, TELL_LATER = "carry_out", "tell_later"
#: So long a turn has the first right to what it recorded.
FIRST_TRY_BY_THE_TURN = timedelta(seconds=10)
#: Longer than anybody asks.
_LEASE = timedelta(seconds=30)


class StillOpenError(BillingUnavailableError):
    """It is not done yet; the job goes on."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """What this process may ask for now, and those before it that may or may not have acted.

    `asked_before` is when it was asked for itself, and the answer was lost (UTC).
    """

    operation: Operation
    doubtful: tuple[Operation, ...] = ()
    asked_before: datetime | None = None


def job_id(operation: Operation) -> str:
    """The job that carries it out, for whoever gets there first to close."""
    return f"j_{operation.id}"


def run(deps: Dependencies, job: Job) -> None:
    """Carries a job out. Raises `StillOpenError` while the billing system is away."""
    budget = Budget(IN_A_JOB)
    left = carry_out(deps, job.payload["operation"], budget)
    if left is not None and left.open:
        raise StillOpenError(left.fault or "another process is at it", budget.asked_to_wait)


def carry_out(deps: Dependencies, operation_id: str, budget: Budget) -> Operation | None:
    """Takes an operation as far as it goes now, or waits for the one who does; returns how it stands then.

    Where it was taken back meanwhile, that is what is carried out: nothing ends that somebody wants to keep.
    """
    owner = deps.ids.new("w")
    while True:
        claim, operation = _claim(deps, operation_id, owner)
        if claim is not None:
            _ask(deps, claim, owner, budget)
        elif operation is None or not operation.open or budget.over:
            return operation
        else:
            budget.pause()
            continue
        with deps.store.begin() as work:
            return work.operations.get(operation_id)


def _claim(deps: Dependencies, operation_id: str, owner: str) -> tuple[_Claim | None, Operation | None]:
    with deps.store.begin() as work:
        named = work.operations.get(operation_id)
        if named is None or work.customers.lock(named.customer_ref) is None:
            return None, named
        latest = work.operations.latest(named.subscription_ref) or named
        target = latest if latest.open else named
        doubtful = _before(work, target)
        now = deps.clock.now()
        mine = [work.operations.claim(item.id, owner, now, now + _LEASE) for item in (*doubtful, target)]
        if None in mine:
            # Read again: it may have been carried out while the customer was waited for.
            return None, work.operations.get(target.id)
        asked = replace(target, state=OperationState.ASKED, asked_at=now, attempts=target.attempts + 1)
        work.operations.put(asked)
        work.commit()
    return _Claim(asked, doubtful, target.asked_at), asked


def _before(work: UnitOfWork, target: Operation) -> tuple[Operation, ...]:
    """Those before it on the same subscription that are open still, oldest first."""
    made = work.operations.of_subscription(target.subscription_ref)
    return tuple(item for item in made if item.open and item.generation < target.generation)


def _ask(deps: Dependencies, claim: _Claim, owner: str, budget: Budget) -> None:
    """Asks the provider and records what came of it; whatever fails is noted, and tried again later."""
    if not isinstance(deps.billing, RemoteBilling):
        raise TypeError("the book acts in the turn's own transaction")
    operation, provider = claim.operation, deps.billing.outside(budget.left)
    try:
        for item in claim.doubtful:
            _settle(deps, provider, item)
        found = billing_state.find(provider, operation) if claim.doubtful else None
        if found is not None and billing_state.is_done(operation, found):
            operation, changed = billing_state.as_found(deps, operation, found), found
        else:
            changed = ledger.ask(provider, operation)
        billing_state.refuse_if_it_runs(operation, changed)
    except ConflictError:
        _met(deps, provider, operation, owner)
    except (NotFoundError, BillingRefusedError) as fault:
        answered = isinstance(fault, billing_state.RunsAgainError)
        if not answered and billing_state.may_arrive(deps, claim.asked_before):
            # What is refused now may have been taken when it was asked for first.
            _given_up(deps, claim, owner, str(fault))
        else:
            _record(deps, operation, OperationState.REFUSED, str(fault))
    except BillingUnavailableError as fault:
        budget.asked_to_wait = fault.retry_after
        _given_up(deps, claim, owner, str(fault))
    else:
        _confirm(deps, operation, changed)


def _settle(deps: Dependencies, provider: BillingProvider, doubtful: Operation) -> None:
    """Finds out whether an earlier call has acted: then its receipt is issued, else it counts as taken back.

    Raises `BillingUnavailableError` where it is too early to tell.
    """
    if provider.acted(doubtful.subscription_ref, idempotency_key=doubtful.idempotency_key):
        _confirm(deps, doubtful, billing_state.find(provider, doubtful))
        return
    if billing_state.may_arrive(deps, doubtful.asked_at):
        raise BillingUnavailableError("a call that was given up may still arrive")
    _record(deps, doubtful, OperationState.TAKEN_BACK)


def _met(deps: Dependencies, provider: BillingProvider, operation: Operation, owner: str) -> None:
    """Somebody is said to have changed it: our own lost call, somebody else, or nobody that is to be seen.

    Where it is as the customer wants it, that counts as done, by whomever.
    """
    try:
        ours = provider.acted(operation.subscription_ref, idempotency_key=operation.idempotency_key)
        found = billing_state.find(provider, operation)
    except (BillingUnavailableError, BillingRefusedError) as fault:
        _given_up(deps, _Claim(operation), owner, str(fault))
    except NotFoundError:
        _record(deps, operation, OperationState.REFUSED, "the subscription is gone")
    else:
        if ours:
            _confirm(deps, operation, found)
        elif billing_state.is_done(operation, found):
            met = None if _stood_so(deps, operation) else ledger.MET
            _confirm(deps, replace(billing_state.as_found(deps, operation, found), fault=met), found)
        elif found.status in billing_state.changeable(operation):
            _given_up(deps, _Claim(operation), owner, f"a conflict, though it is {found.status.value}")
        else:
            _record(deps, operation, OperationState.REFUSED, f"it is {found.status.value}")


def _stood_so(deps: Dependencies, operation: Operation) -> bool:
    """Whether what came before it never reached the other side: then it stands as we left it."""
    with deps.store.begin() as work:
        made = work.operations.of_subscription(operation.subscription_ref)
    before = [item for item in made if item.generation < operation.generation]
    return bool(before) and before[-1].state is OperationState.TAKEN_BACK


def _confirm(deps: Dependencies, operation: Operation, changed: Subscription) -> None:
    with deps.store.begin() as work:
        customer = work.customers.lock(operation.customer_ref)
        current = work.operations.get(operation.id)
        if customer is None or current is None or not current.open:
            return
        kept = replace(operation, tell_later=current.tell_later)
        ledger.confirm(deps, work, kept, changed, customer)
        views.put_one(work, changed, operation.asked_at or deps.clock.now())
        _close(deps, work, kept)
        work.commit()


def _record(
    deps: Dependencies, operation: Operation, state: OperationState, fault: str | None = None
) -> None:
    with deps.store.begin() as work:
        work.customers.lock(operation.customer_ref)
        current = work.operations.get(operation.id)
        if current is None or not current.open:
            return
        ended = replace(current, state=state, fault=fault)
        work.operations.put(ended)
        views.spoil(work, operation.customer_ref)
        _close(deps, work, ended)
        work.commit()


def _close(deps: Dependencies, work: UnitOfWork, operation: Operation) -> None:
    """There is no more to do for it but to tell who was promised to hear."""
    work.outbox.done(job_id(operation))
    if operation.tell_later:
        key = f"{TELL_LATER}:{operation.id}"
        payload = {"operation": operation.id}
        work.outbox.add(Job(deps.ids.new("j"), TELL_LATER, key, payload, deps.clock.now()))


def promise(deps: Dependencies, work: UnitOfWork, operation_id: str) -> None:
    """Has the customer told what comes of an operation, whenever that is known."""
    named = work.operations.get(operation_id)
    if named is None:
        return
    # Read again under the lock of those who carry it out, or what they have written meanwhile would be lost.
    work.customers.lock(named.customer_ref)
    operation = work.operations.get(operation_id) or named
    promised = ledger.promised(operation)
    work.operations.put(promised)
    if not operation.open:
        _close(deps, work, promised)


def _given_up(deps: Dependencies, claim: _Claim, owner: str, fault: str) -> None:
    """For now: the lease is given back, and why it failed is noted for staff."""
    with deps.store.begin() as work:
        work.customers.lock(claim.operation.customer_ref)
        for item in (claim.operation, *claim.doubtful):
            current = work.operations.get(item.id)
            if current is not None and current.open:
                work.operations.put(replace(current, fault=fault))
                work.operations.release(current.id, owner)
        work.commit()
