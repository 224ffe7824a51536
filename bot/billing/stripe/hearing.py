"""What Stripe sends us: that something has changed, and about whom. What holds now is read from Stripe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import stripe

from bot.billing.stripe.account import Account, Json, id_of
from bot.billing.stripe.customers import Customers
from bot.domain.customers import Customer
from bot.domain.errors import NotFoundError, SignatureInvalidError
from bot.ports import BillingNews

#: A signature is good for so many seconds; it is the library's own choice as well.
TOLERANCE = 300
#: Events that may change what a customer sees; docs/connect-stripe.md has the list to subscribe to.
_ABOUT_SUBSCRIPTIONS = ("customer.subscription.", "subscription_schedule.", "invoice.", "credit_note.")
_ABOUT_CUSTOMERS = frozenset({"customer.created", "customer.updated"})


def hear(
    account: Account, whose: Customers, secret: str, headers: Mapping[str, str], body: bytes
) -> BillingNews | None:
    """Reads an event. Raises `SignatureInvalidError`, and what reading the customer raises."""
    event = _verified(secret, headers, body)
    if event.get("livemode") is not account.config.live:
        raise SignatureInvalidError("an event of the other mode, test or live")
    kind, about = str(event.get("type") or ""), _object(event)
    if event.get("account") or not isinstance(event.get("id"), str):
        return None  # of an account that is connected to the company's
    if kind == "customer.deleted":
        return BillingNews(event["id"], tuple(dict.fromkeys((whose.ref_of(about), id_of(about)))))
    if kind in _ABOUT_CUSTOMERS:
        found = _current(account, id_of(about)) or {"id": id_of(about)}
        return _news(event, whose, found, new=whose.known(found))
    if kind.startswith(_ABOUT_SUBSCRIPTIONS) and id_of(about.get("customer")):
        found = _current(account, id_of(about.get("customer"))) or {"id": id_of(about.get("customer"))}
        return _news(event, whose, found, new=kind.startswith("customer.subscription."))
    return None


def _verified(secret: str, headers: Mapping[str, str], body: bytes) -> Json:
    try:
        stripe.WebhookSignature.verify_header(
            body, headers.get("stripe-signature"), secret, tolerance=TOLERANCE
        )
        event = json.loads(body)
    # Besides its own fault the library raises whatever a malformed header or body leads to.
    except (stripe.SignatureVerificationError, ValueError, TypeError, OverflowError, RecursionError):
        raise SignatureInvalidError("not signed by Stripe for us, or too old") from None
    if not isinstance(event, dict):
        raise SignatureInvalidError("not an event")
    return event


def _object(event: Json) -> Json:
    found: Any = event.get("data")
    found = found.get("object") if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _current(account: Account, customer_id: str) -> Json | None:
    """The customer as they are now; None where they are deleted, or never were."""
    try:
        found = account.get(account.api.customers.retrieve, customer_id)
    except NotFoundError:
        return None
    return None if found.get("deleted") else found


def _news(event: Json, whose: Customers, found: Json, *, new: bool) -> BillingNews:
    """`new` says that we should know this customer: who has no subscription may yet be given a ref."""
    named = whose.named(found) is not None
    customer = whose.customer(found) if named or new else None
    customers: tuple[Customer, ...] = () if customer is None else (customer,)
    refs = dict.fromkeys((whose.ref_of(found), id_of(found)))
    return BillingNews(str(event["id"]), tuple(refs), customers)
