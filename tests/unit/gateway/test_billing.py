from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.domain.customers import Customer
from bot.domain.errors import (
    BillingRefusedError,
    BillingUnavailableError,
    FairwellError,
    NotFoundError,
    SignatureInvalidError,
)
from bot.domain.subscriptions import Status
from bot.ports import BillingNews
from bot.services import views
from gateway.app import create_app
from tests.fixtures import builders
from tests.fixtures.fake_billing import FakeBilling
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, World, application, until

Hear = Callable[[Mapping[str, str], bytes], BillingNews | None]


class Elsewhere(FakeBilling):
    """A billing system whose news a test makes up."""

    said: Hear = staticmethod(lambda _, body: BillingNews(body.decode(), ("ada",)))

    def hear(self, headers: Mapping[str, str], body: bytes) -> BillingNews | None:
        """What the test says."""
        return self.said(headers, body)


@asynccontextmanager
async def _running(home: Path, billing: FakeBilling | None) -> AsyncIterator[World]:
    clock = FakeClock()
    made = application(home, clock=clock, demo=False)
    if billing is not None:
        billing.clock = clock
        made = replace(made, deps=replace(made.deps, billing=billing))
    rasa = FakeRasa(made.deps)
    app = create_app(made, rasa, QUICK)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        yield World(made, rasa, app, client, clock)


@pytest.fixture
def billing() -> Elsewhere:
    """Where ada has a subscription."""
    made = Elsewhere(FakeClock(), name="stripe")
    made.put(builders.subscription())
    return made


@pytest.fixture
async def world(tmp_path: Path, billing: Elsewhere) -> AsyncIterator[World]:
    """One process of the gateway; ada is known, and what she has was read."""
    async with _running(tmp_path, billing) as made:
        deps = made.application.deps
        with deps.store.begin() as work:
            work.customers.put(builders.customer())
            work.commit()
        views.refresh(deps, "ada", 5)
        yield made


def _known(world: World) -> Status:
    deps = world.application.deps
    with deps.store.begin() as work:
        (found,) = views.reader(deps, work, asked=True).subscriptions("ada")
        return found.status


async def test_what_is_sent_is_read_anew(world: World, billing: Elsewhere) -> None:
    """Answered at once; then what holds now is read from the billing system."""
    billing.put(replace(builders.subscription(), status=Status.ENDED, ends_at=world.clock.now()))
    answer = await world.client.post("/billing/stripe", content=b"evt_1")
    assert (answer.status_code, answer.json()) == (200, {})
    await until(lambda: _known(world) is Status.ENDED)


async def test_repeated_late_and_out_of_order_it_ends_the_same(world: World, billing: Elsewhere) -> None:
    """Nothing that was sent is believed, so no order of it can be wrong."""
    billing.put(replace(builders.subscription(), status=Status.ENDED, ends_at=world.clock.now()))
    for event in (b"evt_3", b"evt_1", b"evt_3", b"evt_2", b"evt_1"):
        assert (await world.client.post("/billing/stripe", content=event)).status_code == 200
    await until(lambda: _known(world) is Status.ENDED)


async def test_a_new_customer_is_known_from_then_on(world: World, billing: Elsewhere) -> None:
    """Before anybody has asked for anything."""
    bob = Customer("bob", "Bob", "bob@example.com")
    billing.said = lambda _, body: BillingNews(body.decode(), ("bob",), (bob,))
    await world.client.post("/billing/stripe", content=b"evt_1")
    with world.application.deps.store.begin() as work:
        assert work.customers.get("bob") == bob


async def test_no_news_is_fine(world: World, billing: Elsewhere) -> None:
    """Whatever else a billing system sends, it need not send it again."""
    billing.said = lambda *_: None
    assert (await world.client.post("/billing/stripe", content=b"{}")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (SignatureInvalidError("x"), 401, "signature_invalid"),
        (NotFoundError("x"), 404, "provider_silent"),
        (BillingUnavailableError("x"), 503, "billing_unavailable"),
        (BillingRefusedError("x"), 422, "event_refused"),
    ],
)
async def test_what_is_not_taken_is_told_in_the_one_shape(
    world: World, billing: Elsewhere, fault: FairwellError, status: int, code: str
) -> None:
    """With a status by which the sender knows whether to send it again, and no effect."""

    def refuse(*_: object) -> None:
        raise fault

    billing.said = refuse
    answer = await world.client.post("/billing/stripe", content=b"{}")
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert _known(world) is Status.ACTIVE


async def test_header_names_come_in_lower_case_and_the_body_as_it_was_sent(
    world: World, billing: Elsewhere
) -> None:
    """Signatures are over bytes."""
    heard: list[tuple[str | None, bytes]] = []
    billing.said = lambda headers, body: heard.append((headers.get("stripe-signature"), body))
    body = b'{ "a" :\xc3\xa9}\n'
    await world.client.post("/billing/stripe", content=body, headers={"Stripe-Signature": "t=1,v1=x"})
    assert heard == [("t=1,v1=x", body)]


@pytest.mark.parametrize("provider", ["http", "paypal", "STRIPE", "stripe%2f"])
async def test_another_provider_is_not_connected(world: World, provider: str) -> None:
    """Not found, whatever is sent."""
    answer = await world.client.post(f"/billing/{provider}", content=b"{}")
    assert answer.status_code == 404
    assert "error" in answer.json()


async def test_with_the_book_nobody_sends_anything(tmp_path: Path) -> None:
    """There is no billing system elsewhere."""
    async with _running(tmp_path, None) as world:
        answer = await world.client.post("/billing/stripe", content=b"{}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "provider_unknown")


async def test_only_posts_and_nothing_too_large(world: World) -> None:
    """An invoice with many lines fits; more than a megabyte is nobody's event."""
    assert (await world.client.get("/billing/stripe")).status_code == 405
    assert (await world.client.post("/billing/stripe", content=b"x" * 200_000)).status_code == 200
    assert (await world.client.post("/billing/stripe", content=b"x" * 1_100_000)).status_code == 413
