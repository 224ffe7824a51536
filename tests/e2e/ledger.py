"""Looks into an instance's database from outside, reading only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import create_engine, make_url, text


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of the ledger with the numbers of its receipts."""

    subscription: str
    generation: int
    kind: str
    state: str
    receipts: tuple[str, ...]


class Ledger:
    """What an instance has recorded."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self._engine = create_engine(parsed)

    def close(self) -> None:
        """Gives connections back."""
        self._engine.dispose()

    def status(self, customer: str) -> dict[str, str]:
        """The customer's subscriptions as stored in the book: plan and status."""
        found = self._rows(
            "SELECT plan_ref, status FROM subscriptions WHERE customer_ref = :customer", customer
        )
        return {str(plan).removeprefix("demo-"): str(status) for plan, status in found}

    def operations(self, customer: str) -> list[Operation]:
        """The customer's ledger, in order."""
        rows = self._rows(
            "SELECT o.subscription_ref, o.generation, o.kind, o.state, r.number FROM operations o"
            " LEFT JOIN receipts r ON r.operation_id = o.id WHERE o.customer_ref = :customer"
            " ORDER BY o.subscription_ref, o.generation",
            customer,
        )
        found: dict[tuple[str, int], Operation] = {}
        for subscription, generation, kind, state, number in rows:
            earlier = found.get((subscription, generation))
            numbers = (*(earlier.receipts if earlier else ()), *([number] if number else ()))
            found[subscription, generation] = Operation(subscription, generation, kind, state, numbers)
        return list(found.values())

    def in_the_middle(self) -> bool:
        """Whether an action has stored its result and the answer is not written yet."""
        return bool(self._rows("SELECT 1 FROM inbox WHERE state = 'accepted' AND result IS NOT NULL LIMIT 1"))

    def waiting(self) -> int:
        """How many accepted messages have no answer yet."""
        return int(self._rows("SELECT count(*) FROM inbox WHERE state = 'accepted'")[0][0])

    def answered(self) -> int:
        """How many messages have been answered."""
        return int(self._rows("SELECT count(*) FROM inbox WHERE state = 'answered'")[0][0])

    def arrived(self) -> int:
        """How many messages were taken in at all."""
        return int(self._rows("SELECT count(*) FROM inbox")[0][0])

    def on_their_way(self) -> int:
        """How many messages a platform does not have yet."""
        return int(self._rows("SELECT count(*) FROM deliveries WHERE state = 'waiting'")[0][0])

    def transcript(self) -> list[str]:
        """Everything that was said in the conversation that was begun last, in order."""
        newest = "(SELECT id FROM conversations ORDER BY created_at DESC LIMIT 1)"
        rows = self._rows(f"SELECT text FROM messages WHERE conversation_id = {newest} ORDER BY seq")  # noqa: S608 - no input
        return [str(row[0]) for row in rows]

    def newest_case(self) -> str:
        """The number of the case that was opened last."""
        return str(self._rows("SELECT id FROM cases ORDER BY position DESC LIMIT 1")[0][0])

    def _rows(self, statement: str, customer: str = "") -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(text(statement), {"customer": customer} if customer else {}).all()
