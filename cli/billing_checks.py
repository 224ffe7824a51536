"""What `fairwell doctor` checks of the billing system: the key, what it may do, what is sent to us."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cli.checks import Finding, bad, off, ok

if TYPE_CHECKING:
    from bot.settings import Settings

#: For all that is asked, and nobody but the engineer waits.
_SECONDS = 30.0


def billing(settings: Settings) -> Iterator[Finding]:
    """The billing system is there, and lets us do what customers will ask for."""
    if settings.billing == "book":
        yield ok("billing", "the built-in book")
    elif settings.billing == "stripe" and settings.stripe_key is not None:
        yield from _stripe(settings, settings.stripe_key.get_secret_value())
    elif settings.billing == "http" and settings.billing_http_url and settings.billing_http_secret:
        yield from _own(settings, settings.billing_http_url, settings.billing_http_secret.get_secret_value())


def _stripe(settings: Settings, key: str) -> Iterator[Finding]:
    from bot.billing.stripe.account import Account
    from bot.billing.stripe.config import StripeConfig
    from bot.billing.stripe.permissions import missing, search_works
    from bot.domain.errors import FairwellError

    account = Account(StripeConfig(key, api_url=settings.stripe_api_url))
    try:
        lacks = missing(account, _SECONDS)
        searched = search_works(account, _SECONDS)
    except FairwellError as fault:
        yield bad("billing", f"{settings.stripe_api_url}: {fault}")
        return
    finally:
        account.close()
    mode = "live mode" if settings.stripe_live else "test mode"
    if lacks:
        hint = "give it these in Stripe's Dashboard, under API keys"
        yield bad("billing", f"Stripe's key lacks permissions: {', '.join(lacks)}; {hint}")
    else:
        kind = "secret key, which may do everything" if key.startswith("sk_") else "restricted key"
        yield ok("billing", f"Stripe, {mode}, by a {kind}")
    if not searched:
        yield off("billing", "Stripe has no search here: customers are found by e-mail address or cus_… only")
    if settings.stripe_webhook_secret is None:
        yield off("billing", "Stripe's webhook; without it, changes by staff show up to 30 seconds late")
    elif not settings.public_url.startswith("https://"):
        yield bad("billing", f"webhooks need https, and FAIRWELL_PUBLIC_URL is {settings.public_url}")
    else:
        yield ok("billing", f"webhook at {settings.public_url}/billing/stripe, if Stripe is told so")


def _own(settings: Settings, url: str, secret: str) -> Iterator[Finding]:
    from bot.billing.http_api.billing import HttpBilling, HttpConfig
    from bot.domain.errors import FairwellError
    from bot.system import SystemClock, SystemIds

    billing = HttpBilling(HttpConfig(url, secret), SystemClock(), SystemIds())
    try:
        plans = billing.outside(_SECONDS).plans()
    except FairwellError as fault:
        yield bad("billing", f"{url}: {fault}; docs/billing-http.md says what it has to answer")
        return
    finally:
        billing.close()
    count = f"{len(plans)} plan{'' if len(plans) == 1 else 's'}"
    yield ok("billing", f"{url} answers with its signature, and sells {count}")
    yield ok("billing", f"changes can be told to {settings.public_url}/billing/http")
