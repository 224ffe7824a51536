"""The demo customers: put in at first start, put back on request, and none but them touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.domain.cancellations import Operation, OperationKind, OperationState
from bot.domain.conversations import Conversation
from bot.domain.customers import Customer, normalise_email
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.money import Money
from bot.domain.periods import period_containing
from bot.domain.subscriptions import Plan, Status, Subscription
from bot.ports import UnitOfWork
from bot.services import receipts
from bot.services.dependencies import Dependencies

PREFIX = "demo-"


class DemoData(Protocol):
    """Customers to try things out with, and what they hold."""

    @property
    def customers(self) -> Sequence[Customer]:
        """Each with a ref that begins with `demo-`."""
        ...

    @property
    def plans(self) -> Sequence[Plan]:
        """Every plan that is subscribed to."""
        ...

    @property
    def subscriptions(self) -> Sequence[Subscription]:
        """What they hold when nothing was tried out yet."""
        ...


def ensure(deps: Dependencies, data: DemoData) -> None:
    """Puts the demo customers in, unless they are there."""
    with deps.store.begin() as work:
        present = work.customers.get(data.customers[0].ref) is not None
    if not present:
        reset(deps, data)


def reset(deps: Dependencies, data: DemoData) -> None:
    """Puts the demo customers, and what they hold, back as they were. Old demo receipts are gone after it.

    Codes are sent to their addresses as if none had been asked for.

    Raises `ValueError` for data that names a customer whose ref does not begin with `demo-`: this never
    touches anybody else.
    """
    if not all(customer.ref.startswith(PREFIX) for customer in data.customers):
        raise ValueError("demo data may hold demo customers only")
    with deps.store.begin() as work:
        for plan in data.plans:
            work.book.put_plan(plan)
        for customer in data.customers:
            work.customers.put(customer)
            work.customers.lock(customer.ref)
            work.follow_ups.remove_customer(customer.ref)
            work.receipts.remove_customer(customer.ref)
            work.operations.remove_customer(customer.ref)
            work.book.remove_customer(customer.ref)
            address = deps.hasher.digest("address", normalise_email(customer.email))
            work.identities.forget_code_requests(address)
        for subscription in data.subscriptions:
            fresh = replace(subscription, ref=deps.ids.new(f"s-{subscription.customer_ref}"))
            work.book.put(fresh)
            if fresh.status in {Status.CANCELLING, Status.ENDED}:
                _cancelled_earlier(deps, work, fresh, _holder(data, fresh))
        work.commit()


def _holder(data: DemoData, subscription: Subscription) -> Customer:
    return next(item for item in data.customers if item.ref == subscription.customer_ref)


def _cancelled_earlier(
    deps: Dependencies, work: UnitOfWork, subscription: Subscription, customer: Customer
) -> None:
    """The ledger and the receipt of a cancellation that happened before the demo began."""
    ended = subscription.ends_at or deps.clock.now()
    said_at = _said_at(deps, subscription, ended)
    declaration = _said_earlier(deps, work, customer, said_at)
    none = Money(0, subscription.plan.price.currency)
    operation = Operation(
        id=deps.ids.new("o"),
        subscription_ref=subscription.ref,
        generation=1,
        kind=OperationKind.CANCEL,
        state=OperationState.CONFIRMED,
        customer_ref=customer.ref,
        declaration_id=declaration.id,
        recorded_at=said_at,
        confirmed_at=said_at,
        effective_at=ended,
        charged=none,
        refunded=none,
    )
    work.operations.add(operation)
    receipts.issue(deps, work, operation, subscription, declaration, customer)


def _said_at(deps: Dependencies, subscription: Subscription, ended: datetime) -> datetime:
    """In the last period, two thirds before its end."""
    just_before = ended - (ended - subscription.anchor) / 1000
    last = period_containing(subscription.anchor, subscription.plan.interval, just_before, deps.zone)
    return last.start + (ended - last.start) / 3


def _said_earlier(deps: Dependencies, work: UnitOfWork, customer: Customer, said_at: datetime) -> Declaration:
    conversation_id = deps.ids.new("c")
    work.conversations.put(
        Conversation(conversation_id, "web", conversation_id, customer.locale, said_at, said_at)
    )
    declaration = Declaration(
        id=deps.ids.new("d"),
        conversation_id=conversation_id,
        inbox_id=deps.ids.new("m"),
        words="Please cancel my plan.",
        arrived_at=said_at,
        state=DeclarationState.CARRIED_OUT,
        customer_ref=customer.ref,
    )
    work.declarations.put(declaration)
    return declaration
