"""Customers and the embedded billing book."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, delete, select

from bot.domain.customers import Customer
from bot.domain.errors import ConflictError
from bot.domain.money import Money
from bot.domain.periods import Interval, period_containing
from bot.domain.subscriptions import EndRule, Plan, Status, Subscription
from bot.store.repository import Repository
from bot.store.tables.ledger import customers, effects, plans, subscriptions

_UTC = ZoneInfo("UTC")


class SqlCustomers(Repository):
    """Implements `ports.CustomerRepository`."""

    def get(self, ref: str) -> Customer | None:
        row = self._one(select(customers).where(customers.c.ref == ref))
        return None if row is None else _customer(row)

    def lock(self, ref: str) -> Customer | None:
        # FOR NO KEY UPDATE: keeps out who would act for the customer, lets in who only refers to them. On
        # SQLite the unit of work holds the only write lock already, and the clause is left out.
        row = self._one(select(customers).where(customers.c.ref == ref).with_for_update(key_share=True))
        return None if row is None else _customer(row)

    def by_email(self, email: str) -> Customer | None:
        row = self._one(
            select(customers).where(customers.c.email == email).order_by(customers.c.ref).limit(1)
        )
        return None if row is None else _customer(row)

    def by_phone(self, phone: str) -> Sequence[Customer]:
        theirs = select(customers).where(customers.c.phone == phone).order_by(customers.c.ref).limit(2)
        return [_customer(row) for row in self._all(theirs)]

    def put(self, customer: Customer) -> None:
        values = {
            "ref": customer.ref,
            "name": customer.name,
            "email": customer.email,
            "locale": customer.locale,
            "phone": customer.phone,
            "country": customer.country,
        }
        self._put(customers, values, customers.c.ref)

    def all(self) -> Sequence[Customer]:
        return [_customer(row) for row in self._all(select(customers).order_by(customers.c.ref))]


def _customer(row: Row[Any]) -> Customer:
    return Customer(row.ref, row.name, row.email, row.locale, row.phone, row.country)


_joined = select(
    subscriptions, plans.c.name, plans.c.price_minor, plans.c.currency, plans.c.interval, plans.c.end_rule,
    plans.c.refund_unused,
).join(plans, plans.c.ref == subscriptions.c.plan_ref)  # fmt: skip


class SqlBook(Repository):
    """Implements `ports.BookRepository`."""

    def put_plan(self, plan: Plan) -> None:
        values = {
            "ref": plan.ref,
            "name": plan.name,
            "price_minor": plan.price.minor,
            "currency": plan.price.currency,
            "interval": plan.interval.value,
            "end_rule": plan.end_rule.value,
            "refund_unused": plan.refund_unused,
        }
        self._put(plans, values, plans.c.ref)

    def plans(self) -> Sequence[Plan]:
        rows = self._all(select(plans, plans.c.ref.label("plan_ref")).order_by(plans.c.ref))
        return [_plan(row) for row in rows]

    def put(self, subscription: Subscription) -> None:
        before = subscription.status_before
        values = {
            "ref": subscription.ref,
            "customer_ref": subscription.customer_ref,
            "plan_ref": subscription.plan.ref,
            "status": subscription.status.value,
            "status_before": None if before is None else before.value,
            "anchor": subscription.anchor,
            "ends_at": subscription.ends_at,
            "withdrawal_until": subscription.withdrawal_until,
            "trial_until": subscription.trial_until,
            "paused_until": subscription.paused_until,
            "paused_at": subscription.paused_at,
        }
        self._put(subscriptions, values, subscriptions.c.ref)

    def get(self, ref: str) -> Subscription | None:
        locked = _joined.where(subscriptions.c.ref == ref).with_for_update(key_share=True, of=subscriptions)
        row = self._one(locked)
        return None if row is None else _subscription(row)

    def of_customer(self, customer_ref: str) -> Sequence[Subscription]:
        theirs = _joined.where(subscriptions.c.customer_ref == customer_ref)
        rows = self._all(theirs.order_by(subscriptions.c.anchor, subscriptions.c.ref))
        return [_subscription(row) for row in rows]

    def remove_customer(self, customer_ref: str) -> None:
        self._change(delete(subscriptions).where(subscriptions.c.customer_ref == customer_ref))

    def effect(self, idempotency_key: str) -> str | None:
        row = self._one(
            select(effects.c.subscription_ref).where(effects.c.idempotency_key == idempotency_key)
        )
        return None if row is None else str(row.subscription_ref)

    def record_effect(self, idempotency_key: str, subscription_ref: str) -> None:
        if not self._add(effects, {"idempotency_key": idempotency_key, "subscription_ref": subscription_ref}):
            raise ConflictError("the idempotency key was used")


def _plan(row: Row[Any]) -> Plan:
    price = Money(row.price_minor, row.currency)
    return Plan(
        row.plan_ref, row.name, price, Interval(row.interval), EndRule(row.end_rule), row.refund_unused
    )


def _subscription(row: Row[Any]) -> Subscription:
    plan = _plan(row)
    return Subscription(
        ref=row.ref,
        customer_ref=row.customer_ref,
        plan=plan,
        status=Status(row.status),
        anchor=row.anchor,
        # The first one, in UTC: a store knows neither the time nor the company's zone.
        period=period_containing(row.anchor, plan.interval, row.anchor, _UTC),
        ends_at=row.ends_at,
        withdrawal_until=row.withdrawal_until,
        trial_until=row.trial_until,
        paused_until=row.paused_until,
        paused_at=row.paused_at,
        status_before=None if row.status_before is None else Status(row.status_before),
    )
