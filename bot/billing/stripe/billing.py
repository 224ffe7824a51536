"""Stripe as the company's billing system."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

from bot.billing.stripe.account import Account
from bot.billing.stripe.config import Directory, StripeConfig
from bot.billing.stripe.customers import Customers
from bot.billing.stripe.hearing import hear
from bot.billing.stripe.provider import StripeProvider
from bot.domain.customers import Customer
from bot.domain.errors import NotFoundError
from bot.ports import Abilities, BillingNews, BillingProvider, Clock

#: Stripe waits longer for an answer to what it sends, and sends it again.
_HEARING_SECONDS = 10.0


class StripeBilling:
    """Implements `ports.RemoteBilling`. `pause` waits so many seconds, between tries of a long list."""

    name = "stripe"
    abilities = Abilities(pause=True, refund=True)

    def __init__(
        self,
        config: StripeConfig,
        directory: Directory,
        clock: Clock,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self.account = Account(config)
        self._config = config
        self._whose = Customers(self.account, directory)
        self._clock = clock
        self._pause = pause or threading.Event().wait

    def outside(self, seconds: float) -> BillingProvider:
        """The provider, where each call answers or fails within so many seconds."""
        return StripeProvider(self.account, self._whose, self._clock, seconds)

    def hear(self, headers: Mapping[str, str], body: bytes) -> BillingNews | None:
        """Reads what Stripe has sent. Raises `NotFoundError` where no secret is set to verify it by."""
        if self._config.webhook_secret is None:
            raise NotFoundError("FAIRWELL_STRIPE_WEBHOOK_SECRET is not set")
        with self.account.within(_HEARING_SECONDS):
            return hear(self.account, self._whose, self._config.webhook_secret, headers, body)

    def customers(self) -> Iterator[Customer]:
        """All customers that have an address."""
        return self._whose.all(self._pause)
