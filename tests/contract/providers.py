"""The billing providers that the contract is run on: a new one joins by an entry in `PROVIDERS`.

An entry opens a `World` (tests/contract/world.py), empty, with its clock at START. What has to be written for
one is four methods: the provider, a subscription put into it, the time set, and, for one elsewhere, what was
paid back and noted there. `HttpWorld` below is one. Then the suite runs on it:

    python -m pytest tests/contract -k "test_provider and NAME"
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from bot.billing.book import Book
from bot.billing.http_api.billing import HttpBilling, HttpConfig
from bot.domain.money import Money
from bot.domain.subscriptions import Status, Subscription
from bot.ports import BillingProvider, Store
from bot.system import SystemClock, SystemIds
from tests.contract.backends import BACKENDS, opened
from tests.contract.stripe_world import stripe_world
from tests.contract.world import World
from tests.fixtures import builders
from tests.fixtures.billing_process import SECRET, BillingServer
from tests.fixtures.builders import BERLIN
from tests.fixtures.fakes import FakeClock
from tests.fixtures.punchcards import Card, CardOffice, PunchCards

#: Seconds a call may take here: tests share two cores with others.
_SECONDS = 20.0


class BookWorld(World):
    """The embedded book, on one of the stores."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self._clock = FakeClock()
        self.billing = Book(BERLIN, self._clock)

    @contextmanager
    def provider(self) -> Iterator[BillingProvider]:
        """In a unit of work of its own."""
        with self.store.begin() as work:
            yield self.billing.within(work)
            work.commit()

    def put(self, subscription: Subscription) -> str:
        """With its plan and its customer."""
        with self.store.begin() as work:
            work.customers.put(builders.customer(subscription.customer_ref))
            work.book.put_plan(subscription.plan)
            work.book.put(subscription)
            work.commit()
        return subscription.ref

    def set_time(self, at: datetime) -> None:
        """By the clock it was given."""
        self._clock.time = at


class HttpWorld(World):
    """The provider `http`, which asks the example billing system over a socket."""

    def __init__(self, server: BillingServer, billing: HttpBilling) -> None:
        super().__init__()
        self._server = server
        self._billing = billing
        self.set_time(self.now)

    @contextmanager
    def provider(self) -> Iterator[BillingProvider]:
        """For calls of any reasonable time."""
        yield self._billing.outside(_SECONDS)

    def put(self, subscription: Subscription) -> str:
        """By a route of the tests'."""
        self._server.put(subscription)
        return subscription.ref

    def set_time(self, at: datetime) -> None:
        """By a route of the tests'; what dates the signatures is the machine's clock."""
        self._server.set_time(at)

    def refunds(self) -> Sequence[Money]:
        """As its effects record them."""
        return [Money(**item["refund"]) for item in self._server.effects() if item["refund"]]

    def reason(self, ref: str) -> tuple[str | None, str | None] | None:
        """As it keeps it for staff."""
        return self._server.reasons().get(ref)


class PunchcardWorld(World):
    """The small one of docs/add-a-provider.md."""

    def __init__(self) -> None:
        super().__init__()
        self._clock, self._office = FakeClock(), CardOffice()
        self._billing = PunchCards(self._office, self._clock, BERLIN)

    @contextmanager
    def provider(self) -> Iterator[BillingProvider]:
        """At the counter."""
        yield self._billing.outside(_SECONDS)

    def put(self, subscription: Subscription) -> str:
        """Has the office write a card."""
        item = subscription
        rests = (item.anchor, item.paused_until) if item.status is Status.PAUSED else None
        self._office.cards[item.ref] = Card(
            number=item.ref,
            holder=item.customer_ref,
            title=item.plan.name,
            cents=item.plan.price.minor,
            months=item.plan.interval.months,
            begun=item.anchor,
            free_until=item.trial_until,
            stops=item.ends_at,
            rests=rests,
        )
        return item.ref

    def set_time(self, at: datetime) -> None:
        """The clock on the office's wall."""
        self._clock.time = at

    def refunds(self) -> Sequence[Money]:
        """What is written on the cards."""
        return [Money(cents, "EUR") for card in self._office.cards.values() for cents in card.refunds]

    def reason(self, ref: str) -> tuple[str | None, str | None] | None:
        """What is pencilled on the back."""
        return self._office.card(ref).remark


@contextmanager
def _book(backend: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[World]:
    with opened(backend, request, folder) as made:
        yield BookWorld(made.store)


@contextmanager
def _http(request: pytest.FixtureRequest, _: Path) -> Iterator[World]:
    server: BillingServer = request.getfixturevalue("billing_server")
    server.forget()
    billing = HttpBilling(HttpConfig(server.url, SECRET, "l1"), SystemClock(), SystemIds())
    yield HttpWorld(server, billing)
    billing.close()


@contextmanager
def _punchcards(_: pytest.FixtureRequest, __: Path) -> Iterator[World]:
    yield PunchcardWorld()


@dataclass(frozen=True)
class Entry:
    """One provider. `elsewhere` says that it pays back and notes reasons itself, where tests can see it."""

    opened: Callable[[pytest.FixtureRequest, Path], AbstractContextManager[World]]
    elsewhere: bool = True
    marks: tuple[pytest.MarkDecorator, ...] = ()


PROVIDERS: dict[str, Entry] = {
    **{
        f"book-{name}": Entry(partial(_book, name), elsewhere=False, marks=marks)
        for name, marks in BACKENDS.items()
    },
    "http": Entry(_http),
    "stripe": Entry(stripe_world),
    "punchcards": Entry(_punchcards),
}
