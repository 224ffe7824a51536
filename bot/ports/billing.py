"""The company's billing system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from bot.domain.customers import Customer
from bot.domain.money import Money
from bot.domain.subscriptions import Plan, Subscription

if TYPE_CHECKING:
    from bot.ports.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class CancelAt:
    """When and on what terms a provider is to end a subscription; `immediately` ends it now. UTC.

    `effective_at` may be periods ahead and need not be the end of one: until then it renews as usual.
    `refunded` is paid back of its last charge when it ends, now or then, unless it is resumed before.
    """

    effective_at: datetime
    immediately: bool
    refunded: Money


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a provider can do beside cancelling and taking a cancellation back."""

    pause: bool = False
    refund: bool = False


@dataclass(frozen=True, slots=True)
class BillingNews:
    """What a billing system has sent: something has changed about these customers' subscriptions.

    It says that, and no more: what holds now is read from the system, so that news may come late, twice or in
    any order. `customers` are those that are new or have another address.
    """

    event_id: str
    customer_refs: tuple[str, ...] = ()
    customers: tuple[Customer, ...] = ()


class BillingProvider(Protocol):
    """The company's billing system. A call with a key that was used before returns what now holds.

    That is so for ever, however old the key is: what the system itself forgets, the provider finds again by
    the mark it left there. Every call but those on the embedded book may raise `BillingUnavailableError`
    (try again with the same key: it may have acted) and `BillingRefusedError` (it never will, and did not).
    """

    def subscriptions(self, customer_ref: str) -> Sequence[Subscription]:
        """All subscriptions of a customer, ended ones too, oldest first."""
        ...

    def plans(self) -> Sequence[Plan]:
        """Every plan on sale, so that a sentence can be seen to name one that the customer does not have."""
        ...

    def cancel(self, ref: str, *, at: CancelAt, idempotency_key: str) -> Subscription:
        """Ends a subscription. Raises `NotFoundError` for an unknown one.

        Raises `ConflictError` when it is cancelled already, by somebody else or under another key; one that
        is, and still runs, can be ended immediately all the same.
        """
        ...

    def resume(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Takes a cancellation back. Raises `ConflictError` when it has ended, or nothing is cancelled."""
        ...

    def pause(self, ref: str, *, until: datetime | None, idempotency_key: str) -> Subscription:
        """Stops charging until then (UTC), or until it is resumed. Raises `ConflictError` when it can't."""
        ...

    def unpause(self, ref: str, *, idempotency_key: str) -> Subscription:
        """Goes on after a pause. Raises `ConflictError` when it is not paused."""
        ...

    def acted(self, ref: str, *, idempotency_key: str) -> bool:
        """Whether an earlier call with this key has had its effect, for one whose answer was lost.

        What a cancellation owes by now, because its end has come, is paid back.
        """
        ...

    def note_reason(self, ref: str, *, feedback: str | None, comment: str | None) -> None:
        """Writes down why it was cancelled, beside the subscription; again replaces it.

        `feedback` is one of Stripe's values of `cancellation_details.feedback`.
        """
        ...


@runtime_checkable
class EmbeddedBilling(Protocol):
    """A provider in our own database: ledger, effect and receipt are one transaction."""

    abilities: Abilities

    def within(self, work: UnitOfWork) -> BillingProvider:
        """The provider as part of `work`."""
        ...


@runtime_checkable
class RemoteBilling(Protocol):
    """A provider elsewhere, never called inside a transaction."""

    name: str
    abilities: Abilities

    def outside(self, seconds: float) -> BillingProvider:
        """The provider, where each call answers or fails within so many seconds."""
        ...

    def hear(self, headers: Mapping[str, str], body: bytes) -> BillingNews | None:
        """Reads what it has sent; None where that says nothing about customers. Header names in lower case.

        Raises `SignatureInvalidError` when it is not from there, too old, or altered.
        """
        ...

    def customers(self) -> Iterator[Customer]:
        """All customers it knows, to be taken over; none where it keeps no such list."""
        ...


Billing: TypeAlias = EmbeddedBilling | RemoteBilling
