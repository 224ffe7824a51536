"""The company's billing system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.domain.money import Money
from bot.domain.subscriptions import Plan, Subscription

if TYPE_CHECKING:
    from bot.ports.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class CancelAt:
    """When and on what terms a provider is to end a subscription; `immediately` ends it now. UTC.

    `effective_at` may be periods ahead and need not be the end of one: until then it renews as usual, and
    `refunded` is paid back of its last charge.
    """

    effective_at: datetime
    immediately: bool
    refunded: Money


class BillingProvider(Protocol):
    """The company's billing system. A call with a key that was used before returns the earlier outcome."""

    def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
        """All subscriptions of a customer, ended ones too, oldest first."""
        ...

    def plans(self) -> Sequence[Plan]:
        """Every plan on sale, so that a sentence can be seen to name one that the customer does not have."""
        ...

    def cancel(self, ref: str, *, at: CancelAt, idempotency_key: str) -> Subscription:
        """Ends a subscription. Raises `NotFoundError` for an unknown one."""
        ...

    def resume(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Takes a cancellation back. Raises `ConflictError` when the end has come."""
        ...


class Billing(Protocol):
    """Gives the provider for a unit of work.

    The embedded book takes part in it, so that ledger, effect and receipt are one transaction; a provider
    elsewhere would ignore it and must never be called inside one.
    """

    def within(self, work: UnitOfWork) -> BillingProvider:
        """The provider to use inside `work`."""
        ...
