"""The billing system as a whole: what it sends, whom it knows, and where it may be."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.http_api.billing import HttpBilling, HttpConfig
from bot.domain.customers import Customer
from bot.domain.errors import (
    BillingRefusedError,
    BillingUnavailableError,
    FairwellError,
    SignatureInvalidError,
)
from bot.ports import BillingNews, RemoteBilling
from bot.system import SystemIds
from tests.fixtures.billing_process import SECRET
from tests.fixtures.fakes import START, FakeClock
from tests.unit.billing.http_api.scripted import Json, answer, scripted, signature

ADA = {"id": "c-1", "name": "Ada Berg", "email": "Ada@Example.com", "locale": "de", "country": "DE"}


def heard(told: object, name: str = "evt_1", **signed: Any) -> BillingNews | None:
    """What an event says."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    with scripted() as made:
        return made.billing.hear(signature(name, body, **signed), body)


def test_it_is_a_billing_system_elsewhere() -> None:
    """With the name of its setting."""
    with scripted() as made:
        assert isinstance(made.billing, RemoteBilling)
        assert made.billing.name == "http"


def test_an_event_says_whose_subscriptions_to_read_anew() -> None:
    """And nothing that is believed without asking."""
    told = {"type": "customer.changed", "customer": {"id": "c-1", "plan": "free"}, "status": "ended"}
    assert heard(told) == BillingNews("evt_1", ("c-1",))


def test_an_event_can_bring_a_customer_who_is_new() -> None:
    """Or has another address."""
    expected = Customer("c-1", "Ada Berg", "ada@example.com", "de", None, "DE")
    assert heard({"type": "customer.changed", "customer": ADA}) == BillingNews("evt_1", ("c-1",), (expected,))


def test_events_of_other_kinds_are_let_pass() -> None:
    """There may be more of them one day."""
    assert heard({"type": "invoice.paid", "customer": 17}) is None
    assert heard({}) is None


@pytest.mark.parametrize(
    "told",
    [
        b"[]",
        b"no JSON",
        {"type": "customer.changed"},
        {"type": "customer.changed", "customer": {"id": ""}},
        {"type": "customer.changed", "customer": {**ADA, "email": "nobody"}},
        {"type": "customer.changed", "customer": {**ADA, "phone": "030 123"}},
        {"type": "customer.changed", "customer": {**ADA, "country": "Germany"}},
        {"type": "customer.changed", "customer": {**ADA, "locale": "german"}},
        {"type": "customer.changed", "customer": {**ADA, "email": "a@b.example\u200b"}},
    ],
    ids=str,
)
def test_an_event_that_is_not_as_documented_is_refused(told: object) -> None:
    """So that whoever builds the other side sees it."""
    with pytest.raises(BillingRefusedError, match="the event"):
        heard(told)


@pytest.mark.parametrize(
    ("name", "signed"),
    [
        ("evt_1", {"secret": "whsec_" + "b" * 44}),
        ("evt_1", {"at": START - timedelta(minutes=6)}),
        ("evt_1", {"at": START + timedelta(minutes=6)}),
        ("req_1", {}),
        ("res_1", {}),
        ("evt.1", {}),
        ("", {}),
    ],
)
def test_an_event_of_somebody_else_or_of_another_time_is_refused(name: str, signed: Json) -> None:
    """Forged, replayed later, or an answer that is passed off as one."""
    with pytest.raises(SignatureInvalidError):
        heard({"type": "customer.changed", "customer": {"id": "c-1"}}, name, **signed)


def test_an_altered_event_is_refused() -> None:
    """Or one whose headers are not there."""
    body = b'{"type":"customer.changed","customer":{"id":"c-1"}}'
    with scripted() as made:
        with pytest.raises(SignatureInvalidError):
            made.billing.hear(signature("evt_1", body), body.replace(b"c-1", b"c-2"))
        with pytest.raises(SignatureInvalidError):
            made.billing.hear({}, body)


@given(body=st.binary(max_size=80), headers=st.dictionaries(st.text(), st.text(), max_size=4))
def test_whatever_is_sent_is_one_of_our_faults(body: bytes, headers: dict[str, str]) -> None:
    """Anybody can send something to this address."""
    with scripted() as made, pytest.raises(FairwellError):
        made.billing.hear(headers, body)


def test_all_customers_are_read_page_by_page() -> None:
    """Until there is no next one."""
    pages: dict[object, Json] = {
        None: {"customers": [ADA], "next": "p2"},
        "p2": {"customers": [], "next": "p3"},
        "p3": {"customers": [{**ADA, "id": "c-2", "locale": None, "phone": "+49 30 123456"}]},
    }

    def respond(request: httpx.Request) -> httpx.Response:
        return answer(request, pages[json.loads(request.content)["after"]])

    with scripted(respond) as made:
        found = list(made.billing.customers())
    assert [(item.ref, item.locale, item.phone) for item in found] == [
        ("c-1", "de", None),
        ("c-2", "en", "+4930123456"),
    ]
    assert [told["after"] for told in made.told()] == [None, "p2", "p3"]


def test_a_list_that_turns_in_a_circle_ends() -> None:
    """A page that was there before does not come again."""
    with scripted(lambda request: answer(request, {"customers": [], "next": "p2"})) as made:
        with pytest.raises(BillingUnavailableError, match="does not end"):
            list(made.billing.customers())
        assert len(made.asked) == 2


def test_where_customers_are_not_listed_there_are_none() -> None:
    """The call need not be there."""
    with scripted(lambda request: answer(request, {"error": {"code": "not_found"}}, 404)) as made:
        assert list(made.billing.customers()) == []


def test_a_page_is_tried_again_while_it_is_busy() -> None:
    """As it asks for, else a little longer each time; then it is given up."""

    def respond(request: httpx.Request) -> httpx.Response:
        if len(made.asked) == 2:
            return httpx.Response(503)
        if len(made.asked) == 1:
            return httpx.Response(429, headers={"retry-after": "7"})
        return answer(request, {"customers": [ADA]})

    with scripted(respond) as made:
        assert [item.ref for item in made.billing.customers()] == ["c-1"]
        assert made.waits == [7, 4]
    with scripted(lambda _: httpx.Response(503)) as made:
        with pytest.raises(BillingUnavailableError):
            list(made.billing.customers())
        assert made.waits == [1, 4, 16]


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://billing.example.com", True),
        ("http://127.0.0.1:8090/fairwell", True),
        ("http://localhost:8090", True),
        ("http://[::1]:8090", True),
        ("http://billing.example.com", False),
        ("http://10.0.0.1", False),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
    ],
)
def test_another_machine_is_asked_by_https_only(url: str, taken: bool) -> None:
    """What is signed can be read on its way all the same."""
    try:
        HttpBilling(HttpConfig(url, SECRET), FakeClock(), SystemIds())
    except ValueError:
        assert not taken
    else:
        assert taken


def test_a_line_that_was_never_used_can_be_closed_twice() -> None:
    """There is nothing to close."""
    billing = HttpBilling(HttpConfig("https://b.example", SECRET), FakeClock(), SystemIds())
    billing.close()
    billing.close()


def test_the_secret_is_not_shown() -> None:
    """In a log or an error."""
    assert SECRET not in repr(HttpConfig("https://b.example", SECRET))
