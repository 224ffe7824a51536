"""What comes back for an end that lies ahead: paid when it has come, for until then it can be taken back."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.cancellations import Operation
from bot.domain.outbox import Job
from bot.ports import RemoteBilling, UnitOfWork
from bot.services.budget import IN_A_JOB
from bot.services.dependencies import Dependencies
from bot.services.still_stands import stands

#: The kind of job that sees to it.
SETTLE = "settle"
#: The billing system's clock and ours need not agree to the second.
_AFTER_THE_END = timedelta(minutes=2)


def schedule(deps: Dependencies, work: UnitOfWork, operation: Operation) -> None:
    """Has a confirmed end looked at when it has come, where something is to be paid back then."""
    end = operation.effective_at
    if not isinstance(deps.billing, RemoteBilling) or not operation.refunded or end is None:
        return
    if end > deps.clock.now():
        key, payload = f"{SETTLE}:{operation.id}", {"operation": operation.id}
        work.outbox.add(Job(deps.ids.new("j"), SETTLE, key, payload, end + _AFTER_THE_END))


def run(deps: Dependencies, job: Job) -> None:
    """Asks the provider after the operation, which has it pay what is owed by now; nothing if it was undone.

    Raises what the provider raises, and `BillingUnavailableError` while an undo is not done yet.
    """
    with deps.store.begin() as work:
        operation = work.operations.get(job.payload["operation"])
        if operation is None or not stands(work, operation):
            return
    if isinstance(deps.billing, RemoteBilling):
        provider = deps.billing.outside(IN_A_JOB)
        provider.acted(operation.subscription_ref, idempotency_key=operation.idempotency_key)
