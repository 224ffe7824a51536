"""The ledger: what was declared, what was done about it, and the receipts that prove it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select

from bot.domain.cancellations import Operation, OperationKind, OperationState
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.errors import ConflictError
from bot.domain.money import Money
from bot.domain.receipts import Receipt
from bot.store.repository import Repository
from bot.store.tables.ledger import declarations, operations, receipts

#: As many declarations of one conversation as anybody needs to look at.
DECLARATIONS_SHOWN = 20


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
        )


class SqlOperations(Repository):
    """Implements `ports.OperationRepository`."""

    def add(self, operation: Operation) -> None:
        if not self._add(operations, _operation_values(operation)):
            raise ConflictError("the subscription has an operation of this generation")

    def put(self, operation: Operation) -> None:
        self._put(operations, _operation_values(operation), operations.c.id)

    def latest(self, subscription_ref: str) -> Operation | None:
        theirs = select(operations).where(operations.c.subscription_ref == subscription_ref)
        row = self._one(theirs.order_by(operations.c.generation.desc()).limit(1))
        return None if row is None else _operation(row)

    def of_declaration(self, declaration_id: str) -> Sequence[Operation]:
        theirs = select(operations).where(operations.c.declaration_id == declaration_id)
        return [_operation(row) for row in self._all(theirs.order_by(operations.c.position))]

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
    )


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
