from __future__ import annotations

import pytest

from bot.domain.errors import BillingUnavailableError
from tests.fixtures.builders import ANCHOR
from tests.fixtures.stripe.connected import Connected
from tests.fixtures.stripe.stand_in import Fault


def _refs(stripe: Connected, customer_ref: str) -> list[str]:
    return [item.ref for item in stripe.provider().subscriptions(customer_ref)]


def _held_by(stripe: Connected, customer: str, subscription: str) -> None:
    stripe.state.subscription(subscription, customer=customer, start=ANCHOR)


def test_customers_are_found_by_the_companys_own_ref_in_metadata(stripe: Connected) -> None:
    """At all Stripe customers that carry it, oldest subscription first."""
    stripe.state.customer("cus_dollars", email="other@example.com", metadata={"customer": "ada"})
    stripe.state.subscription("sub_0", customer="cus_dollars", start=ANCHOR.replace(year=2025))
    assert _refs(stripe, "ada") == ["sub_0", "sub_1"]


def test_customers_without_a_ref_are_found_by_their_address(stripe: Connected) -> None:
    """Several may share one, in any spelling of it; all of them count."""
    stripe.ours.emails["bob"] = "bob@example.com"
    stripe.state.customer("cus_b1", email="bob@example.com")
    stripe.state.customer("cus_b2", email="Bob@Example.COM")
    _held_by(stripe, "cus_b1", "sub_b1")
    _held_by(stripe, "cus_b2", "sub_b2")
    assert sorted(_refs(stripe, "bob")) == ["sub_b1", "sub_b2"]


def test_customers_are_found_by_stripes_own_id(stripe: Connected) -> None:
    """Where the company has no ref of its own; with others of the same address."""
    stripe.ours.emails["cus_b1"] = "bob@example.com"
    stripe.state.customer("cus_b1", email="bob@example.com")
    stripe.state.customer("cus_b2", email="bob@example.com")
    _held_by(stripe, "cus_b1", "sub_b1")
    _held_by(stripe, "cus_b2", "sub_b2")
    assert sorted(_refs(stripe, "cus_b1")) == ["sub_b1", "sub_b2"]
    assert _refs(stripe, "cus_b2") == ["sub_b2"]


def test_nobody_is_found_without_fuss(stripe: Connected) -> None:
    """An unknown customer has no subscriptions."""
    assert _refs(stripe, "nobody") == []
    assert _refs(stripe, "cus_nobody") == []
    assert _refs(stripe, "cus_../../prices") == []


def test_who_is_named_in_metadata_belongs_to_nobody_else(stripe: Connected) -> None:
    """Neither by the same address nor by the id of Stripe's: bob is not ada, whoever shares a mailbox."""
    stripe.ours.emails["bob"] = "ada@example.com"
    assert _refs(stripe, "bob") == []
    stripe.state.customer("cus_b1", email="ada@example.com", metadata={"customer": "bob"})
    _held_by(stripe, "cus_b1", "sub_b1")
    assert _refs(stripe, "bob") == ["sub_b1"]
    assert _refs(stripe, "ada") == ["sub_1"]


def test_an_account_with_a_ref_gets_nothing_by_its_address(stripe: Connected) -> None:
    """Mallory's has the address of a guest. Nobody has verified it, and it is no way to the guest's plan."""
    stripe.state.customer("cus_guest", email="guest@example.com")
    _held_by(stripe, "cus_guest", "sub_guest")
    stripe.state.customer("cus_m", email="guest@example.com", metadata={"customer": "mallory"})
    _held_by(stripe, "cus_m", "sub_m")
    stripe.ours.emails["mallory"] = "guest@example.com"
    assert _refs(stripe, "mallory") == ["sub_m"]


@pytest.mark.parametrize(
    "claimed",
    ["ADA", "Ada", "ada ", " ada", "ａda", "аda", "ada\u200b", "ad\u00e1", "ada\n", "cus_ada"],
)
def test_look_alikes_are_somebody_else(stripe: Connected, claimed: str) -> None:
    """Stripe's search takes no notice of case; we do, and of everything else."""
    stripe.state.customer("cus_m", email="m@example.com", metadata={"customer": claimed})
    _held_by(stripe, "cus_m", "sub_m")
    assert _refs(stripe, "ada") == ["sub_1"]
    assert "sub_1" not in _refs(stripe, claimed) or claimed == "cus_ada"


@pytest.mark.parametrize(
    "ref",
    [
        'x" OR email:"ada@example.com',
        'x" OR metadata["customer"]:"ada',
        "x' OR email:'ada@example.com",
        'x\\" OR email:"ada@example.com',
        'x\\\\" OR email:"ada@example.com',
        "ada*",
        'ada"',
        "",
        " ",
        "a\nda",
        "x" * 600,
    ],
)
def test_a_ref_cannot_change_what_is_searched_for(stripe: Connected, ref: str) -> None:
    """Quotes and words of the search language are a part of the ref, and find nobody."""
    assert _refs(stripe, ref) == []


def test_refs_with_quotes_are_found(stripe: Connected) -> None:
    """They are only text."""
    ref = """o'hara "the\\great" """.strip()
    stripe.state.customer("cus_o", email="o@example.com", metadata={"customer": ref})
    _held_by(stripe, "cus_o", "sub_o")
    assert _refs(stripe, ref) == ["sub_o"]


def test_metadata_cannot_pass_for_an_id_of_stripes(stripe: Connected) -> None:
    """A ref that begins like one is none: it could be another one's."""
    stripe.state.customer("cus_v", email="victim@example.com")
    _held_by(stripe, "cus_v", "sub_v")
    stripe.state.customer("cus_m", email="m@example.com", metadata={"customer": "cus_v"})
    _held_by(stripe, "cus_m", "sub_m")
    assert _refs(stripe, "cus_v") == ["sub_v"]


def test_who_was_deleted_has_nothing(stripe: Connected) -> None:
    """Whatever Stripe's search still finds."""
    stripe.ours.emails["cus_gone"] = "gone@example.com"
    stripe.state.deleted["cus_gone"] = {}
    assert _refs(stripe, "cus_gone") == []
    stripe.state.customers["cus_ada"]["deleted"] = True
    assert _refs(stripe, "ada") == []


def test_without_search_customers_are_found_by_address(stripe: Connected) -> None:
    """Stripe has none in India; a ref that stands with the address is believed all the same."""
    stripe.server.routes.search = False
    assert _refs(stripe, "ada") == ["sub_1"]
    stripe.state.customers["cus_ada"]["metadata"] = {}
    assert _refs(stripe, "ada") == ["sub_1"]
    stripe.state.customers["cus_ada"]["metadata"] = {"customer": "somebody"}
    assert _refs(stripe, "ada") == []


def test_an_address_that_two_of_ours_have_finds_nobody(stripe: Connected) -> None:
    """The directory does not give it out, so nobody is asked for."""
    stripe.state.customers["cus_ada"]["metadata"] = {}
    del stripe.ours.emails["ada"]
    assert _refs(stripe, "ada") == []


def test_a_search_that_fails_is_no_answer(stripe: Connected) -> None:
    """Only where there is none it is done without; an outage must not look like "no subscriptions"."""
    stripe.server.fail(Fault("broken", fits=lambda asked: asked.path.endswith("/search")))
    with pytest.raises(BillingUnavailableError):
        stripe.provider().subscriptions("ada")


def test_whose_a_subscription_is_is_told_when_it_is_changed(stripe: Connected) -> None:
    """By metadata, else whoever has the address, else Stripe's id."""
    assert stripe.cancel().customer_ref == "ada"
    stripe.state.customers["cus_ada"]["metadata"] = {}
    assert stripe.provider().resume("sub_1", idempotency_key="sub_1:2").customer_ref == "ada"
    stripe.ours.emails.clear()
    end = stripe.raw()["items"]["data"][0]["current_period_end"]
    at = stripe.clock.now().fromtimestamp(end, stripe.clock.now().tzinfo)
    assert stripe.cancel("sub_1:3", at=at).customer_ref == "cus_ada"
