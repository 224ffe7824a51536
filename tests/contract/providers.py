"""The billing providers that the contract is run on. A new one joins by an entry in `PROVIDERS`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.billing.book import Book
from bot.domain.money import Money
from bot.domain.subscriptions import Subscription
from bot.ports import Billing, CancelAt, Store
from tests.fixtures import builders
from tests.fixtures.builders import BERLIN
from tests.fixtures.fakes import FakeClock

NOTHING = Money(0, "EUR")


@dataclass(frozen=True)
class World:
    """A provider with one customer, `ada`, and a way to give her subscriptions."""

    billing: Billing
    store: Store
    clock: FakeClock
    give: Callable[[Subscription], None]

    def all(self) -> Sequence[Subscription]:
        """All of ada's."""
        with self.store.begin() as work:
            return list(self.billing.within(work).subscriptions("ada"))

    def one(self) -> Subscription:
        """The only one she has."""
        (subscription,) = self.all()
        return subscription

    def cancel(self, key: str, *, at: datetime | None = None, immediately: bool = False) -> Subscription:
        """Cancels `s_1`, at the end of its period unless told otherwise, and commits."""
        ends_at = at or self.one().period.end
        with self.store.begin() as work:
            given = CancelAt(ends_at, immediately, NOTHING)
            done = self.billing.within(work).cancel("s_1", at=given, idempotency_key=key)
            work.commit()
            return done

    def resume(self, key: str) -> Subscription:
        """Resumes `s_1` and commits."""
        with self.store.begin() as work:
            done = self.billing.within(work).resume("s_1", idempotency_key=key)
            work.commit()
            return done


def book(store: Store) -> World:
    """The embedded book."""
    clock = FakeClock()

    def give(subscription: Subscription) -> None:
        with store.begin() as work:
            work.customers.put(builders.customer())
            work.book.put_plan(subscription.plan)
            work.book.put(subscription)
            work.commit()

    return World(Book(BERLIN, clock), store, clock, give)


PROVIDERS: dict[str, Callable[[Store], World]] = {"book": book}
