"""The ledger: what was declared, what was done about it, and the receipts that prove it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, select, update

from bot.domain.cancellations import Operation, OperationKind, OperationState
from bot.domain.declarations import DECLARATIONS_SHOWN, Declaration, DeclarationState
from bot.domain.errors import ConflictError
from bot.domain.money import Money
from bot.domain.receipts import Receipt
from bot.domain.wished_end import Days
from bot.store.repository import Repository, known
from bot.store.tables.ledger import declarations, operations, receipts


class SqlDeclarations(Repository):
    """Implements `ports.DeclarationRepository`."""

    def get(self, declaration_id: str) -> Declaration | None:
        row = self._one(select(declarations).where(declarations.c.id == declaration_id))
        return None if row is None else self._declaration(row)

    def put(self, declaration: Declaration) -> None:
        values = {
            "id": declaration.id,
            "conversation_id": declaration.conversation_id,
            "inbox_id": declaration.inbox_id,
            "words": self._seal(declaration.words),
            "arrived_at": declaration.arrived_at,
            "said_at": declaration.said_at,
            "state": declaration.state.value,
            "customer_ref": declaration.customer_ref,
            "number": declaration.number,
            "kind": declaration.kind.value,
        }
        self._put(declarations, values, declarations.c.id)

    def of_conversation(self, conversation_id: str) -> Sequence[Declaration]:
        theirs = select(declarations).where(declarations.c.conversation_id == conversation_id)
        rows = self._all(theirs.order_by(declarations.c.position.desc()).limit(DECLARATIONS_SHOWN))
        return [self._declaration(row) for row in rows]

    def _declaration(self, row: Row[Any]) -> Declaration:
        return Declaration(
            id=row.id,
            conversation_id=row.conversation_id,
            inbox_id=row.inbox_id,
            words=self._open(row.words),
            arrived_at=row.arrived_at,
            said_at=row.said_at,
            state=DeclarationState(row.state),
            customer_ref=row.customer_ref,
            number=row.number,
            kind=OperationKind(row.kind),
        )


class SqlOperations(Repository):
    """Implements `ports.OperationRepository`."""

    def add(self, operation: Operation) -> None:
        if not self._add(operations, _operation_values(operation)):
            raise ConflictError("the subscription has an operation of this generation")

    def put(self, operation: Operation) -> None:
        self._put(operations, _operation_values(operation), operations.c.id)

    def get(self, operation_id: str) -> Operation | None:
        row = self._one(select(operations).where(operations.c.id == operation_id))
        return None if row is None else _operation(row)

    def claim(self, operation_id: str, owner: str, now: datetime, until: datetime) -> Operation | None:
        mine = operations.c.id == operation_id
        row = self._one(select(operations).where(mine).with_for_update())
        if row is None or not _operation(row).open or (row.lease_until or now) > now:
            return None
        self._change(update(operations).where(mine).values(lease_owner=owner, lease_until=until))
        return _operation(row)

    def release(self, operation_id: str, owner: str) -> None:
        mine = and_(operations.c.id == operation_id, operations.c.lease_owner == owner)
        self._change(update(operations).where(mine).values(lease_owner=None, lease_until=None))

    def unfinished(self, limit: int = 200) -> Sequence[Operation]:
        still_open = operations.c.state.in_([known(OperationState.RECORDED), known(OperationState.ASKED)])
        rows = self._all(select(operations).where(still_open).order_by(operations.c.recorded_at).limit(limit))
        return [_operation(row) for row in rows]

    def latest(self, subscription_ref: str) -> Operation | None:
        theirs = select(operations).where(operations.c.subscription_ref == subscription_ref)
        row = self._one(theirs.order_by(operations.c.generation.desc()).limit(1))
        return None if row is None else _operation(row)

    def of_declaration(self, declaration_id: str) -> Sequence[Operation]:
        theirs = select(operations).where(operations.c.declaration_id == declaration_id)
        return [_operation(row) for row in self._all(theirs.order_by(operations.c.position))]

    def of_subscription(self, subscription_ref: str) -> Sequence[Operation]:
        theirs = select(operations).where(operations.c.subscription_ref == subscription_ref)
        return [_operation(row) for row in self._all(theirs.order_by(operations.c.generation))]

    def of_customer(self, customer_ref: str, limit: int = 20) -> Sequence[Operation]:
        theirs = select(operations).where(operations.c.customer_ref == customer_ref)
        return [
            _operation(row) for row in self._all(theirs.order_by(operations.c.position.desc()).limit(limit))
        ]

    def remove_customer(self, customer_ref: str) -> None:
        self._change(delete(operations).where(operations.c.customer_ref == customer_ref))


def _operation_values(operation: Operation) -> dict[str, object]:
    return {
        "id": operation.id,
        "subscription_ref": operation.subscription_ref,
        "generation": operation.generation,
        "kind": operation.kind.value,
        "state": operation.state.value,
        "customer_ref": operation.customer_ref,
        "declaration_id": operation.declaration_id,
        "recorded_at": operation.recorded_at,
        "confirmed_at": operation.confirmed_at,
        "effective_at": operation.effective_at,
        # One column for both: adding zero refuses amounts of two currencies.
        "currency": (operation.charged + Money(0, operation.refunded.currency)).currency,
        "charged_minor": operation.charged.minor,
        "refunded_minor": operation.refunded.minor,
        "immediately": operation.immediately,
        "until": operation.until,
        "instead_of": _days_out(operation.instead_of),
        "asked_at": operation.asked_at,
        "attempts": operation.attempts,
        "fault": operation.fault,
        "tell_later": operation.tell_later,
    }


def _operation(row: Row[Any]) -> Operation:
    return Operation(
        id=row.id,
        subscription_ref=row.subscription_ref,
        generation=row.generation,
        kind=OperationKind(row.kind),
        state=OperationState(row.state),
        customer_ref=row.customer_ref,
        declaration_id=row.declaration_id,
        recorded_at=row.recorded_at,
        confirmed_at=row.confirmed_at,
        effective_at=row.effective_at,
        charged=Money(row.charged_minor, row.currency),
        refunded=Money(row.refunded_minor, row.currency),
        immediately=row.immediately,
        until=row.until,
        instead_of=_days_in(row.instead_of),
        asked_at=row.asked_at,
        attempts=row.attempts,
        fault=row.fault,
        tell_later=row.tell_later,
    )


def _days_out(days: Days | None) -> list[str] | None:
    return None if days is None else [days.first.isoformat(), days.last.isoformat()]


def _days_in(stored: list[str] | None) -> Days | None:
    return None if stored is None else Days(*map(date.fromisoformat, stored))


class SqlReceipts(Repository):
    """Implements `ports.ReceiptRepository`."""

    def add(self, receipt: Receipt) -> None:
        values = {
            "number": receipt.number,
            "kind": receipt.kind.value,
            "operation_id": receipt.operation_id,
            "customer_ref": receipt.customer_ref,
            "subscription_ref": receipt.subscription_ref,
            "plan_name": receipt.plan_name,
            "received_at": receipt.received_at,
            "carried_out_at": receipt.carried_out_at,
            "effective_at": receipt.effective_at,
            "jws": receipt.jws,
            "disclosures": self._seal(json.dumps(receipt.disclosures)),
            "locale": receipt.locale,
        }
        if not self._add(receipts, values):
            raise ConflictError("the number is taken, or the operation has its receipt")

    def get(self, number: str) -> Receipt | None:
        row = self._one(select(receipts).where(receipts.c.number == number))
        return None if row is None else self._receipt(row)

    def of_operation(self, operation_id: str) -> Receipt | None:
        row = self._one(select(receipts).where(receipts.c.operation_id == operation_id))
        return None if row is None else self._receipt(row)

    def remove_customer(self, customer_ref: str) -> None:
        self._change(delete(receipts).where(receipts.c.customer_ref == customer_ref))

    def of_customer(self, customer_ref: str, limit: int = 20) -> Sequence[Receipt]:
        theirs = select(receipts).where(receipts.c.customer_ref == customer_ref)
        rows = self._all(theirs.order_by(receipts.c.position.desc()).limit(limit))
        return [self._receipt(row) for row in rows]

    def signed_as(self, header: str, after: str | None = None, limit: int = 200) -> Sequence[Receipt]:
        # Compared as a prefix and not by LIKE, to which the alphabet's "_" means anything.
        begins = func.substr(receipts.c.jws, 1, len(header) + 1) == f"{header}."
        theirs = select(receipts).where(begins)
        if after is not None:
            last = select(receipts.c.position).where(receipts.c.number == after).scalar_subquery()
            theirs = theirs.where(receipts.c.position > last)
        rows = self._all(theirs.order_by(receipts.c.position).limit(limit))
        return [self._receipt(row) for row in rows]

    def put_signature(self, number: str, jws: str) -> None:
        self._change(update(receipts).where(receipts.c.number == number).values(jws=jws))

    def _receipt(self, row: Row[Any]) -> Receipt:
        return Receipt(
            number=row.number,
            kind=OperationKind(row.kind),
            operation_id=row.operation_id,
            customer_ref=row.customer_ref,
            subscription_ref=row.subscription_ref,
            plan_name=row.plan_name,
            received_at=row.received_at,
            carried_out_at=row.carried_out_at,
            effective_at=row.effective_at,
            jws=row.jws,
            disclosures=tuple(json.loads(self._open(row.disclosures))),
            locale=row.locale,
        )
