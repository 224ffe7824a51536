"""Putting customers and their subscriptions into the book from outside."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.customers import Customer
from bot.domain.errors import ConflictError
from bot.domain.subscriptions import Plan, Subscription
from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class BookData:
    """Customers with the plans and subscriptions of theirs."""

    customers: tuple[Customer, ...]
    plans: tuple[Plan, ...]
    subscriptions: tuple[Subscription, ...]


def load(work: UnitOfWork, data: BookData) -> None:
    """Puts everything into the book; customers and plans that are there are brought up to date.

    Raises `ConflictError`, and the caller commits nothing, when a subscription is there already (putting it
    in again would take back a cancellation) or an e-mail address belongs to another customer (a code sent
    there would not tell which of the two is asking).
    """
    for customer in data.customers:
        other = work.customers.by_email(customer.email)
        if other is not None and other.ref != customer.ref:
            raise ConflictError(f"customer {other.ref} has the e-mail address given for {customer.ref}")
        work.customers.put(customer)
    for plan in data.plans:
        work.book.put_plan(plan)
    for subscription in data.subscriptions:
        if work.book.get(subscription.ref) is not None:
            raise ConflictError(f"subscription {subscription.ref} is in the book already")
        work.book.put(subscription)
