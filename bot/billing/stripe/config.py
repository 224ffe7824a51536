"""What a connection to Stripe is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

#: The version of Stripe's API that this package is written and tested for; an upgrade is a decision (ADR 26).
API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True, slots=True)
class StripeConfig:
    """Where Stripe is, and by which key. `customer_key` is the key of metadata with the company's own refs.

    `ledger` names our database, in a few letters, and goes into all that we leave at Stripe; `locale` is the
    language of customers of whom Stripe knows none.
    """

    key: str = field(repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    api_url: str = "https://api.stripe.com"
    customer_key: str = "customer"
    ledger: str = "0"
    locale: str = "en"

    @property
    def live(self) -> bool:
        """Whether this is real money: Stripe's keys say so, `sk_live_…` and `rk_live_…`."""
        return self.key.split("_", 2)[1:2] == ["live"]


class Directory(Protocol):
    """What our own store knows of customers' addresses."""

    def email_of(self, customer_ref: str) -> str | None:
        """Normalised; None where there is none, or it is another one's as well."""
        ...

    def ref_of(self, email: str) -> str | None:
        """Whose a normalised address is."""
        ...
