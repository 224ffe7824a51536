"""Whether what was done to a subscription still stands, whatever was asked for after it."""

from __future__ import annotations

from bot.domain.cancellations import Operation, OperationState
from bot.domain.errors import BillingUnavailableError
from bot.ports import UnitOfWork


def stands(work: UnitOfWork, operation: Operation) -> bool:
    """Whether nothing has been carried out since that changed it; what was refused or taken back has not.

    Raises `BillingUnavailableError` while something is still to be done.
    """
    made = work.operations.of_subscription(operation.subscription_ref)
    since = [item for item in made if item.generation > operation.generation]
    if any(item.state is OperationState.CONFIRMED for item in since):
        return False
    if any(item.open for item in since):
        raise BillingUnavailableError("what was asked for after it is not done yet")
    return True
