from __future__ import annotations

import pytest
import stripe

from bot.billing.stripe.config import API_VERSION
from tests.fixtures.stripe.shapes import names, shape

#: Fields that come only when they are asked for, or in some states only.
_ON_REQUEST = {
    "credit_note": set[str](),
    "customer": {
        "cash_balance", "deleted", "invoice_credit_balance", "sources", "subscriptions", "tax", "tax_ids",
    },
    "event": {"account", "context"},
    "invoice": {"amount_paid_off_stripe", "confirmation_secret", "deleted", "payments"},
    "invoice_payment": set[str](),
    "plan": {"deleted", "tiers"},
    "price": {"currency_options", "deleted", "tiers"},
    "product": {"deleted"},
    "refund": {
        "description", "failure_balance_transaction", "failure_reason", "instructions_email", "next_action",
        "presentment_details",
    },
    "subscription": {"presentment_details"},
    "subscription_item": {"billed_until", "deleted"},
    "subscription_schedule": set[str](),
}  # fmt: skip
_CLASSES: dict[str, type] = {
    "credit_note": stripe.CreditNote,
    "customer": stripe.Customer,
    "event": stripe.Event,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "plan": stripe.Plan,
    "price": stripe.Price,
    "product": stripe.Product,
    "refund": stripe.Refund,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "subscription_schedule": stripe.SubscriptionSchedule,
}


@pytest.mark.parametrize("name", names())
def test_shapes_have_the_fields_that_the_official_library_declares(name: str) -> None:
    """All of them, but for those that come on request; an upgrade that changes any is noticed here."""
    declared = set(_CLASSES[name].__annotations__) - {"OBJECT_NAME"}
    assert set(shape(name)) == declared - _ON_REQUEST[name]


def test_the_version_is_the_one_that_the_library_is_made_for() -> None:
    """The types of the library are of one version; another one would be read by luck."""
    assert stripe.api_version == API_VERSION == shape("event")["api_version"]
