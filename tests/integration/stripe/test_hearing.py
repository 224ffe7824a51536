from __future__ import annotations

import json
import time
from typing import Any

import pytest
import stripe as library

from bot.billing.stripe.billing import StripeBilling
from bot.billing.stripe.config import StripeConfig
from bot.domain.errors import BillingUnavailableError, NotFoundError, SignatureInvalidError
from bot.ports import BillingNews
from tests.fixtures.stripe.connected import WEBHOOK_SECRET, Connected
from tests.fixtures.stripe.events import event, signed
from tests.fixtures.stripe.shapes import Json
from tests.fixtures.stripe.stand_in import KEY, Fault


def _hear(stripe: Connected, kind: str, about: Json, **fields: Any) -> BillingNews | None:
    return stripe.billing.hear(*signed(event(kind, about, **fields)))


@pytest.mark.parametrize(
    "kind",
    [
        "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted",
        "customer.subscription.paused", "customer.subscription.resumed",
    ],
)  # fmt: skip
def test_a_changed_subscription_is_news_of_its_customer(stripe: Connected, kind: str) -> None:
    """By our ref and by Stripe's; with the customer, who may be new."""
    news = _hear(stripe, kind, stripe.raw())
    assert news is not None
    assert (news.event_id, news.customer_refs) == ("evt_1", ("ada", "cus_ada"))
    (customer,) = news.customers
    assert (customer.ref, customer.name, customer.email) == ("ada", "Ada Berg", "ada@example.com")


@pytest.mark.parametrize(
    "kind", ["invoice.paid", "invoice.payment_failed", "invoice.voided", "credit_note.created"]
)
def test_what_was_paid_is_news_too(stripe: Connected, kind: str) -> None:
    """It decides what is paid back."""
    news = _hear(stripe, kind, next(iter(stripe.state.invoices.values())))
    assert news is not None
    assert news.customer_refs == ("ada", "cus_ada")


def test_a_schedule_is_news(stripe: Connected) -> None:
    """Its phases change the subscription."""
    schedule = {**stripe.state.schedule("sub_1"), "customer": "cus_ada"}
    assert _hear(stripe, "subscription_schedule.updated", schedule) is not None


def test_another_address_is_news(stripe: Connected) -> None:
    """As it is now at Stripe, and not as it was when that was sent."""
    sent = dict(stripe.state.customers["cus_ada"])
    stripe.state.customers["cus_ada"]["email"] = "Ada.Berg@Example.com"
    news = _hear(stripe, "customer.updated", sent)
    assert news is not None
    assert [item.email for item in news.customers] == ["ada.berg@example.com"]


def test_who_has_no_ref_yet_and_no_subscription_is_not_taken_over(stripe: Connected) -> None:
    """The company's server gives a ref a moment later; with a first subscription it has."""
    found = stripe.state.customer("cus_new", email="new@example.com")
    for kind in ("customer.created", "customer.updated"):
        news = _hear(stripe, kind, found)
        assert news is not None
        assert news.customers == ()
    subscription = stripe.state.subscription("sub_new", customer="cus_new")
    news = _hear(stripe, "customer.subscription.created", subscription)
    assert news is not None
    assert [item.ref for item in news.customers] == ["cus_new"]
    stripe.ours.emails["cus_new"] = "new@example.com"
    news = _hear(stripe, "customer.updated", found)
    assert news is not None
    assert [item.ref for item in news.customers] == ["cus_new"]


def test_who_shares_an_address_with_one_of_ours_is_news_of_both(stripe: Connected) -> None:
    """Without a ref it counts as that customer's."""
    stripe.ours.emails["bob"] = "bob@example.com"
    stripe.state.customer("cus_b", email="Bob@example.com")
    news = _hear(
        stripe, "customer.subscription.updated", stripe.state.subscription("sub_b", customer="cus_b")
    )
    assert news is not None
    assert news.customer_refs == ("bob", "cus_b")


def test_a_deleted_customer_is_news_and_not_put_in_again(stripe: Connected) -> None:
    """Their subscriptions have ended with them."""
    found = stripe.state.customers.pop("cus_ada")
    stripe.state.deleted["cus_ada"] = found
    news = _hear(stripe, "customer.deleted", found)
    assert news is not None
    assert (news.customer_refs, news.customers) == (("ada", "cus_ada"), ())
    news = _hear(stripe, "customer.subscription.deleted", stripe.raw())
    assert news is not None
    assert news.customers == ()


def test_a_phone_number_is_not_taken_over(stripe: Connected) -> None:
    """Whoever typed it was not asked to prove it, and a number is a proof on Telegram."""
    stripe.state.customers["cus_ada"].update(phone="+4930123456", address={"country": "de"})
    news = _hear(stripe, "customer.updated", stripe.state.customers["cus_ada"])
    assert news is not None
    assert (news.customers[0].phone, news.customers[0].country) == (None, "DE")


@pytest.mark.parametrize(
    "kind", ["charge.succeeded", "payment_intent.created", "product.updated", "ping", ""]
)
def test_what_is_not_about_subscriptions_is_no_news(stripe: Connected, kind: str) -> None:
    """Whoever subscribes to everything gets along."""
    assert _hear(stripe, kind, {"id": "x_1", "customer": "cus_ada"}) is None


def test_an_event_of_a_connected_account_is_not_ours(stripe: Connected) -> None:
    """It is of another company's customers."""
    assert _hear(stripe, "customer.subscription.updated", stripe.raw(), account="acct_2") is None


def test_an_event_of_the_other_mode_is_refused(stripe: Connected) -> None:
    """Test events must not reach an installation of live mode, nor the other way round."""
    with pytest.raises(SignatureInvalidError):
        _hear(stripe, "customer.subscription.updated", stripe.raw(), livemode=True)


def test_stripe_being_away_is_said_so_that_it_is_sent_again(stripe: Connected) -> None:
    """Nothing is lost."""
    stripe.server.fail(Fault("broken", fits=lambda _: True))
    with pytest.raises(BillingUnavailableError):
        _hear(stripe, "customer.subscription.updated", stripe.raw())


@pytest.mark.parametrize(
    "about", [{}, {"customer": None}, {"customer": 7}, {"customer": "../prices"}, {"customer": ["cus_ada"]}]
)
def test_signed_nonsense_breaks_nothing(stripe: Connected, about: Json) -> None:
    """It says nothing about anybody we know."""
    for kind in ("customer.subscription.updated", "customer.updated", "customer.deleted"):
        news = _hear(stripe, kind, about)
        assert news is None or news.customers == ()


def _header(body: bytes, at: float, secret: str = WEBHOOK_SECRET) -> str:
    made: str = library.WebhookSignature.generate_signature_header(body.decode(), secret, timestamp=int(at))
    return made


@pytest.mark.parametrize("seconds", [-301, -3600])
def test_an_old_signature_is_refused(stripe: Connected, seconds: int) -> None:
    """Whoever recorded one can't send it again the next day."""
    body = json.dumps(event("customer.subscription.updated", stripe.raw())).encode()
    header = _header(body, time.time() + seconds)
    with pytest.raises(SignatureInvalidError):
        stripe.billing.hear({"stripe-signature": header}, body)


def test_a_signature_is_for_these_bytes_and_by_this_secret(stripe: Connected) -> None:
    """Nothing else will do; a second signature beside it, as while a secret is replaced, does no harm."""
    body = json.dumps(event("customer.subscription.updated", stripe.raw())).encode()
    good = _header(body, time.time())
    bad = _header(body, time.time(), "whsec_of_somebody_else")
    assert stripe.billing.hear({"stripe-signature": f"{good},v1={'0' * 64}"}, body) is not None
    for header, sent in (
        (bad, body),
        (good, body + b" "),
        (good.replace("v1=", "v0="), body),
        (good.replace("t=", "t=1"), body),
    ):
        with pytest.raises(SignatureInvalidError):
            stripe.billing.hear({"stripe-signature": header}, sent)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t",
        "t=",
        "t=x,v1=y",
        "t=1",
        "v1=abc",
        "t=1,v1=é",
        "t=99999999999999999999,v1=aa",
        "=,=,=",
        "t=1,v1=",
    ],
)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b"null", b"[" * 10_000])
def test_what_is_no_signature_is_refused_whatever_it_looks_like(
    stripe: Connected, header: str, body: bytes
) -> None:
    """Nothing that a stranger sends breaks anything."""
    with pytest.raises(SignatureInvalidError):
        stripe.billing.hear({"stripe-signature": header} if header else {}, body)


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b"{", b"", b"{}", b'{"livemode": false}'])
def test_signed_bodies_that_are_no_event(stripe: Connected, body: bytes) -> None:
    """Refused, or no news."""
    header = {"stripe-signature": _header(body, time.time())}
    try:
        assert stripe.billing.hear(header, body) is None
    except SignatureInvalidError:
        return


def test_without_a_secret_nothing_is_heard(stripe: Connected) -> None:
    """Nothing could be verified."""
    config = StripeConfig(KEY, api_url=stripe.server.url)
    billing = StripeBilling(config, stripe.ours, stripe.clock)
    with pytest.raises(NotFoundError):
        billing.hear(*signed(event("customer.subscription.updated", stripe.raw())))
    billing.account.close()
