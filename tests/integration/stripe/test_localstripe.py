from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.billing.stripe.billing import StripeBilling
from bot.billing.stripe.config import StripeConfig
from bot.domain.errors import BillingUnavailableError, ConflictError, NotFoundError
from bot.domain.money import Money
from bot.domain.subscriptions import Status, Subscription
from bot.ports import BillingProvider, CancelAt
from bot.system import SystemClock
from tests.fixtures.stripe.connected import NOTHING, OurCustomers
from tests.fixtures.stripe.localstripe import KEY, LocalStripe

_SECONDS = 10.0
_ADAS = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStripe]:
    """Running, for all tests here."""
    with LocalStripe(tmp_path_factory.mktemp("localstripe")) as running:
        yield running


@pytest.fixture
def ours() -> OurCustomers:
    """Whose addresses we know."""
    return OurCustomers()


@pytest.fixture
def billing(server: LocalStripe, ours: OurCustomers) -> Iterator[StripeBilling]:
    """Connected to it."""
    made = StripeBilling(StripeConfig(KEY, api_url=server.url), ours, SystemClock())
    yield made
    made.account.close()


@pytest.fixture
def held(server: LocalStripe, ours: OurCustomers) -> str:
    """The id of a subscription that `ada` has; each test has another ada."""
    ours.emails["ada"] = f"ada{next(_ADAS)}@example.com"
    return str(server.subscribed(ours.emails["ada"])["id"])


def _one(billing: StripeBilling) -> Subscription:
    (found,) = billing.outside(_SECONDS).subscriptions("ada")
    return found


def _cancel(provider: BillingProvider, ref: str, key: str, at: datetime | None) -> Subscription:
    told = CancelAt(at or SystemClock().now(), at is None, NOTHING)
    return provider.cancel(ref, at=told, idempotency_key=key)


def test_a_customers_subscriptions_are_read(billing: StripeBilling, held: str) -> None:
    """By the address, with what it costs and the running period."""
    found = _one(billing)
    assert (found.ref, found.customer_ref, found.status) == (held, "ada", Status.ACTIVE)
    assert (found.plan.name, found.plan.price, found.plan.interval) == ("Pro", Money(1200, "EUR"), "month")
    assert SystemClock().now() in found.period
    assert list(billing.outside(_SECONDS).subscriptions("nobody")) == []


def test_cancel_with_the_period_and_take_it_back(
    server: LocalStripe, billing: StripeBilling, held: str
) -> None:
    """As the server has it, and as we read it."""
    before, provider = _one(billing), billing.outside(_SECONDS)
    done = _cancel(provider, held, f"{held}:1", before.period.end)
    assert (done.status, done.ends_at, done.customer_ref) == (Status.CANCELLING, before.period.end, "ada")
    assert server.get(f"subscriptions/{held}")["cancel_at_period_end"] is True
    assert _one(billing) == done
    assert provider.resume(held, idempotency_key=f"{held}:2") == before
    assert server.get(f"subscriptions/{held}")["cancel_at_period_end"] is False


def test_cancel_at_once(server: LocalStripe, billing: StripeBilling, held: str) -> None:
    """It has ended there as well."""
    done = _cancel(billing.outside(_SECONDS), held, f"{held}:1", None)
    assert done.status is Status.ENDED
    assert done.ends_at is not None
    assert abs(done.ends_at - SystemClock().now()) < timedelta(minutes=1)
    assert server.get(f"subscriptions/{held}")["status"] == "canceled"
    assert _one(billing).status is Status.ENDED


def test_staff_who_were_first(server: LocalStripe, billing: StripeBilling, held: str) -> None:
    """A conflict, and nothing is changed."""
    server.make(f"subscriptions/{held}", cancel_at_period_end="true")
    provider = billing.outside(_SECONDS)
    with pytest.raises(ConflictError):
        _cancel(provider, held, f"{held}:1", _one(billing).period.end)
    assert provider.resume(held, idempotency_key=f"{held}:2").status is Status.ACTIVE
    with pytest.raises(ConflictError):
        provider.resume(held, idempotency_key=f"{held}:3")


def test_an_unknown_subscription(billing: StripeBilling) -> None:
    """Not found, by Stripe's own answer."""
    with pytest.raises(NotFoundError):
        _cancel(billing.outside(_SECONDS), "sub_0", "sub_0:1", None)


def test_what_the_server_breaks_at_is_no_success(billing: StripeBilling, held: str) -> None:
    """It answers 500 to what it does not know, such as a pause: nobody is told that it was done."""
    provider = billing.outside(_SECONDS)
    with pytest.raises(BillingUnavailableError):
        provider.pause(held, until=None, idempotency_key=f"{held}:1")
    assert not provider.acted(held, idempotency_key=f"{held}:1")
    assert _one(billing).status is Status.ACTIVE


def test_all_customers_are_taken_over(server: LocalStripe, billing: StripeBilling) -> None:
    """Page by page."""
    for number in range(120):
        server.make("customers", email=f"many{number}@example.com")
    found = [item.email for item in billing.customers()]
    assert len({email for email in found if email.startswith("many")}) == 120
