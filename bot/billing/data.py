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


def load(work: UnitOfWork, data: BookData) -> int:
    """Puts everything into the book; returns how many subscriptions were left as they are.

    Customers, plans and subscriptions that are there are brought up to date, but for subscriptions that were
    cancelled or resumed here: an older file must not undo what a customer did. Raises `ConflictError`, and
    the caller commits nothing, when an e-mail address (a code sent there would not tell which of two is
    asking) or a subscription belongs to another customer.
    """
    for customer in data.customers:
        holder = work.customers.by_email(customer.email)
        if holder is not None and holder.ref != customer.ref:
            raise ConflictError(f"customer {holder.ref} has the e-mail address given for {customer.ref}")
        work.customers.put(customer)
    for plan in data.plans:
        work.book.put_plan(plan)
    return sum(not _put(work, subscription) for subscription in data.subscriptions)


def _put(work: UnitOfWork, subscription: Subscription) -> bool:
    present = work.book.get(subscription.ref)
    if present is not None and present.customer_ref != subscription.customer_ref:
        raise ConflictError(f"subscription {subscription.ref} belongs to customer {present.customer_ref}")
    if work.operations.latest(subscription.ref) is not None:
        return False
    work.book.put(subscription)
    return True
