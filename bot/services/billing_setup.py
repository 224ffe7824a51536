"""What a billing system elsewhere needs of our own database: addresses of customers, and a name for it."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import ConflictError
from bot.ports import Clock, Ids, Store

#: How long one process may take to give the database its name.
_NAMING = timedelta(minutes=1)
#: The name's length; it stands in what we leave at the billing system.
_LETTERS = 6


class Addresses:
    """Whose an e-mail address is, by our own store; each question is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def email_of(self, customer_ref: str) -> str | None:
        """Normalised; None where there is none, or it is another one's as well."""
        with self._store.begin() as work:
            customer = work.customers.get(customer_ref)
            holder = work.customers.by_email(customer.email) if customer else None
        return customer.email if customer and holder and holder.ref == customer_ref else None

    def ref_of(self, email: str) -> str | None:
        """Whose a normalised address is."""
        with self._store.begin() as work:
            holder = work.customers.by_email(email)
        return None if holder is None else holder.ref


def settle(store: Store, clock: Clock, ids: Ids, provider: str, mode: str) -> str:
    """Ties this database to one mode of a billing system, at the first start; returns the database's name.

    Operations are counted in the database. Another one counts anew, and the name tells their marks apart.
    Raises `ConflictError` where it is tied to another mode: test customers and real ones must never meet.
    """
    name, made = f"billing:{provider}", ids.new("l").rpartition("_")[2][-_LETTERS:]
    for _ in range(2):
        with store.begin() as work:
            now = clock.now()
            kept = work.vault.get(name, now)
            if kept is not None:
                known, _, ledger = kept.partition(":")
                if known != mode:
                    raise ConflictError(f"this database has been used in {known} mode")
                return ledger
            # Of two processes that start at the same time one names it, and the other finds the name.
            if work.roles.take(name, made, now + _NAMING, now):
                work.vault.put(name, f"{mode}:{made}")
                work.commit()
                return made
    raise ConflictError("another process is giving this database its name")
