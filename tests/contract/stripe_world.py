"""Stripe, on the contract of billing providers: asked over a socket, at the tests' own stand-in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.billing.stripe.billing import StripeBilling
from bot.billing.stripe.config import StripeConfig
from bot.billing.stripe.money import to_money, to_stripe
from bot.domain.money import Money
from bot.domain.subscriptions import Plan, Status, Subscription
from bot.ports import BillingProvider
from tests.contract.world import World
from tests.fixtures.fakes import FakeClock
from tests.fixtures.stripe.connected import OurCustomers
from tests.fixtures.stripe.shapes import Json
from tests.fixtures.stripe.stand_in import KEY, StripeStandIn

#: Seconds a call may take here: tests share two cores with others.
_SECONDS = 20.0


class StripeWorld(World):
    """The provider `stripe`. Stripe counts periods by the clock of UTC."""

    zone = ZoneInfo("UTC")

    def __init__(self, server: StripeStandIn, billing: StripeBilling) -> None:
        super().__init__()
        self._server = server
        self._state = server.state
        self._billing = billing

    @contextmanager
    def provider(self) -> Iterator[BillingProvider]:
        """For calls of any reasonable time."""
        yield self._billing.outside(_SECONDS)

    def put(self, subscription: Subscription) -> str:
        """With its customer, its price and the invoices there would be, as staff would see them."""
        customer = f"cus_{subscription.customer_ref}"
        if customer not in self._state.customers:
            email = f"{subscription.customer_ref}@example.com"
            self._state.customer(customer, email=email, metadata={"customer": subscription.customer_ref})
        self._price(subscription.plan)
        made = self._state.subscription(
            subscription.ref,
            customer=customer,
            start=subscription.anchor,
            prices={subscription.plan.ref: 1},
            trial_end=subscription.trial_until,
        )
        self._stands(made, subscription)
        return subscription.ref

    def set_time(self, at: datetime) -> None:
        """By the clock that the provider and the stand-in share."""
        self._server.clock.time = at

    def refunds(self) -> Sequence[Money]:
        """As Stripe has them."""
        return [to_money(item["amount"], item["currency"]) for item in self._state.refunds.values()]

    def reason(self, ref: str) -> tuple[str | None, str | None] | None:
        """As it stands in `cancellation_details`."""
        details = self._state.subscriptions[ref]["cancellation_details"]
        return details["feedback"], details["comment"]

    def _price(self, plan: Plan) -> None:
        interval = {"interval": plan.interval.unit.value, "interval_count": plan.interval.number}
        amount, currency = to_stripe(plan.price), plan.price.currency.lower()
        if plan.ref not in self._state.prices:
            fields = {"unit_amount": amount, "currency": currency, "recurring": interval}
            self._state.price(plan.ref, plan.name, **fields)

    def _stands(self, made: Json, subscription: Subscription) -> None:
        if subscription.status is Status.ENDED and subscription.ends_at is not None:
            self._state.end(made, int(subscription.ends_at.timestamp()))
        elif subscription.status is Status.PAUSED:
            until = subscription.paused_until
            resumes_at = int(until.timestamp()) if until else None
            made["pause_collection"] = {"behavior": "void", "resumes_at": resumes_at}
        elif subscription.status is Status.CANCELLING and subscription.ends_at is not None:
            made["cancel_at"] = int(subscription.ends_at.timestamp())


@contextmanager
def stripe_world(_: pytest.FixtureRequest, __: Path) -> Iterator[World]:
    """A fresh account."""
    clock = FakeClock()
    with StripeStandIn(clock) as server:
        billing = StripeBilling(StripeConfig(KEY, api_url=server.url), OurCustomers(), clock)
        yield StripeWorld(server, billing)
        billing.account.close()
        assert server.complaints == []
