from __future__ import annotations

import itertools

import pytest

from bot.billing.stripe.permissions import missing, search_works
from bot.domain.errors import BillingUnavailableError
from tests.fixtures.stripe.connected import Connected
from tests.fixtures.stripe.stand_in import Asked, Fault


def _lists(asked: Asked) -> bool:
    return asked.path == "/v1/customers"


def test_everybody_who_has_an_address_comes(stripe: Connected) -> None:
    """With the ref of the company's own, or else Stripe's; in their language, where Stripe knows it."""
    stripe.state.customer("cus_b", email=" Bob@Example.com ", name=None, preferred_locales=["de-AT", "en"])
    stripe.state.customer("cus_none", email=None)
    stripe.state.customer("cus_odd", email="not an address")
    found = {item.ref: item for item in stripe.billing.customers()}
    assert set(found) == {"ada", "cus_b"}
    assert (found["cus_b"].email, found["cus_b"].name) == ("bob@example.com", "bob@example.com")
    assert found["cus_b"].locale == "de"
    assert found["ada"].name == "Ada Berg"


def test_who_is_named_comes_first(stripe: Connected) -> None:
    """So that a guest's account with the same address does not take it away from them."""
    for number in range(150):
        stripe.state.customer(f"cus_{number:03}", email=f"{number}@example.com")
    stripe.state.customer("cus_last", email="3@example.com", metadata={"customer": "carla"})
    refs = [item.ref for item in stripe.billing.customers()]
    assert refs[:2] == ["carla", "ada"]
    assert len(refs) == 152


def test_who_is_known_by_address_keeps_their_ref(stripe: Connected) -> None:
    """Imported before, from a file: Stripe's ids do not matter to anybody then."""
    stripe.ours.emails["bob"] = "bob@example.com"
    stripe.state.customer("cus_b1", email="bob@example.com")
    stripe.state.customer("cus_b2", email="BOB@example.com")
    assert [item.ref for item in stripe.billing.customers()] == ["ada", "bob", "bob"]


def test_it_is_read_as_it_comes(stripe: Connected) -> None:
    """A page at a time: the second is not asked for before the first is used up."""
    for number in range(250):
        stripe.state.customer(f"cus_{number:03}", metadata={"customer": f"c{number}"})
    found = stripe.billing.customers()
    assert len(list(itertools.islice(found, 100))) == 100
    assert len(stripe.server.asked) == 1
    assert len(list(found)) == 151


def test_an_outage_in_the_middle_is_waited_out(stripe: Connected) -> None:
    """Three times, and as long as Stripe asks for."""
    stripe.server.fail(
        Fault("too_many", headers={"Retry-After": "2"}, fits=_lists), Fault("broken", fits=_lists)
    )
    assert [item.ref for item in stripe.billing.customers()] == ["ada"]
    assert stripe.waits == [2.0, 4.0]


def test_an_outage_that_lasts_ends_it(stripe: Connected) -> None:
    """It can be begun again."""
    stripe.server.fail(*(Fault("broken", fits=_lists) for _ in range(4)))
    with pytest.raises(BillingUnavailableError):
        list(stripe.billing.customers())
    assert [item.ref for item in stripe.billing.customers()] == ["ada"]


def test_a_key_that_may_do_everything_lacks_nothing(stripe: Connected) -> None:
    """And nothing has changed by asking."""
    before = repr(stripe.state)
    assert missing(stripe.billing.account, 10) == []
    assert search_works(stripe.billing.account, 10)
    assert repr(stripe.state) == before


def test_what_a_key_lacks_is_named(stripe: Connected) -> None:
    """As Stripe calls it, each once."""
    stripe.server.fail(
        Fault("not_allowed", fits=lambda asked: asked.path.startswith("/v1/subscriptions/")),
        Fault("not_allowed", fits=lambda asked: asked.path == "/v1/invoices"),
    )
    assert missing(stripe.billing.account, 10) == ["Subscriptions Write"]


def test_a_key_that_is_not_taken_is_said_to_be_so(stripe: Connected) -> None:
    """It was revoked, or mistyped."""
    stripe.server.fail(Fault("bad_key", fits=lambda _: True))
    with pytest.raises(BillingUnavailableError, match="does not take the key"):
        missing(stripe.billing.account, 10)
    stripe.server.fail(Fault("broken", fits=lambda _: True))
    with pytest.raises(BillingUnavailableError):
        search_works(stripe.billing.account, 10)


def test_no_search_is_found_out(stripe: Connected) -> None:
    """Customers are found by their address then."""
    stripe.server.routes.search = False
    assert not search_works(stripe.billing.account, 10)
