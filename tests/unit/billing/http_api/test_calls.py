"""What is asked, what is believed of what comes back, and what each fault is to whoever asks."""

from __future__ import annotations

import json
from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from bot.billing.http_api.calls import EXPIRES_AFTER
from bot.domain.errors import (
    BillingRefusedError,
    BillingUnavailableError,
    ConflictError,
    FairwellError,
    NotFoundError,
)
from bot.services import billing_state
from tests.fixtures.fakes import START
from tests.unit.billing.http_api.scripted import AT, HELD, Scripted, answer, fault_of, scripted


def test_every_call_says_what_it_is_in_what_is_signed() -> None:
    """One address, one method: nothing that counts stands outside the body."""

    def respond(request: httpx.Request) -> httpx.Response:
        return answer(request, {**HELD, "acted": True, "subscriptions": [], "plans": []})

    with scripted(respond) as made:
        provider, until = made.provider(), START + timedelta(days=9)
        provider.subscriptions("ada")
        provider.plans()
        provider.cancel("s_1", at=AT, idempotency_key="s_1:1")
        provider.resume("s_1", idempotency_key="s_1:2")
        provider.pause("s_1", until=until, idempotency_key="s_1:3")
        provider.pause("s_1", until=None, idempotency_key="s_1:4")
        provider.unpause("s_1", idempotency_key="s_1:5")
        assert provider.acted("s_1", idempotency_key="s_1:5")
        provider.note_reason("s_1", feedback="unused", comment="Never used it – „so“")
    assert {(request.method, str(request.url)) for request in made.asked} == {
        ("POST", "https://billing.example.com/fairwell")
    }
    of = {"version": 1, "subscription": "s_1"}
    terms = {"at": "2026-03-13T09:30:00Z", "immediately": False, "refund": {"minor": 250, "currency": "EUR"}}
    assert made.told() == [
        {"version": 1, "call": "subscriptions", "customer": "ada"},
        {"version": 1, "call": "plans"},
        {**of, "call": "cancel", "key": "s_1:1", **terms},
        {**of, "call": "resume", "key": "s_1:2"},
        {**of, "call": "pause", "key": "s_1:3", "until": "2026-03-19T09:30:00Z"},
        {**of, "call": "pause", "key": "s_1:4", "until": None},
        {**of, "call": "unpause", "key": "s_1:5"},
        {**of, "call": "acted", "key": "s_1:5"},
        {**of, "call": "reason", "feedback": "unused", "comment": "Never used it – „so“"},
    ]
    ids = [request.headers["webhook-id"] for request in made.asked]
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("req_") for name in ids)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "not_found", NotFoundError),
        (409, "conflict", ConflictError),
        (400, "not_understood", BillingRefusedError),
        (403, "locked_account", BillingRefusedError),
        (422, "no_pauses", BillingRefusedError),
    ],
)
def test_what_is_refused_with_a_signature_is_believed(
    status: int, code: str, kind: type[FairwellError]
) -> None:
    """It has not acted, and never will."""
    fault = fault_of(lambda request: answer(request, {"error": {"code": code}}, status))
    assert type(fault) is kind
    assert kind is not BillingRefusedError or code in str(fault)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("signed", [True, False])
def test_busy_is_tried_again_when_it_says(status: int, signed: bool) -> None:
    """Signed or not: whoever answers so has not done it for us to rely on."""

    def respond(request: httpx.Request) -> httpx.Response:
        made = answer(request, {"error": {"code": "busy"}}, status) if signed else httpx.Response(status)
        made.headers["retry-after"] = "17"
        return made

    fault = fault_of(respond)
    assert isinstance(fault, BillingUnavailableError)
    assert fault.retry_after == 17


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("99999999999999", 3600),
        (format_datetime(START + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(START - timedelta(seconds=90), usegmt=True), 0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 3600),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
    ],
)
def test_how_long_to_wait_is_read_as_http_has_it(given: str, seconds: float | None) -> None:
    """Seconds or a date; never longer than an hour, and never an error of its own."""
    fault = fault_of(lambda _: httpx.Response(503, headers=[(b"Retry-After", given.encode())]))
    assert isinstance(fault, BillingUnavailableError)
    assert fault.retry_after == seconds


def test_a_closed_connection_is_tried_once_more_with_a_new_signature() -> None:
    """It was kept, most likely, and closed in that moment; the key is the same, so it acts once."""

    def drop_first(request: httpx.Request) -> httpx.Response:
        if len(made.asked) == 1:
            raise httpx.RemoteProtocolError("closed")
        return answer(request)

    with scripted(drop_first) as made:
        assert made.provider().resume("s_1", idempotency_key="s_1:1").ref == "s_1"
        assert made.told()[0] == made.told()[1]
        first, second = (request.headers["webhook-id"] for request in made.asked)
        assert first != second


@pytest.mark.parametrize("kind", [httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError])
def test_a_connection_that_is_closed_again_is_given_up(kind: type[httpx.TransportError]) -> None:
    """Whoever asks tries again later."""

    def drop(request: httpx.Request) -> httpx.Response:
        raise kind("closed, with a secret in its words", request=request)

    with scripted(drop) as made:
        with pytest.raises(BillingUnavailableError) as caught:
            made.provider().plans()
        assert len(made.asked) == 2
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol])
def test_who_can_not_be_reached_is_not_tried_again_at_once(kind: type[httpx.TransportError]) -> None:
    """It would not be there a millisecond later."""

    def away(request: httpx.Request) -> httpx.Response:
        raise kind("no", request=request)

    with scripted(away) as made:
        with pytest.raises(BillingUnavailableError, match="no connection"):
            made.provider().plans()
        assert len(made.asked) == 1


def test_a_certificate_that_is_not_trusted_is_said() -> None:
    """It will not be there a minute later either, unless somebody sees to it."""

    def refuse(request: httpx.Request) -> httpx.Response:
        words = "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate (_ssl.c:1006)"
        raise httpx.ConnectError(words, request=request)

    assert str(fault_of(refuse)) == "its certificate is not trusted here"


def test_a_customer_nobody_knows_has_no_subscriptions() -> None:
    """However the billing system says so."""
    with scripted(lambda request: answer(request, {"error": {"code": "not_found"}}, 404)) as made:
        assert list(made.provider().subscriptions("nobody")) == []


def test_the_key_names_our_own_database() -> None:
    """Keys act once for ever: those of a database made anew must not be taken for the old one's."""
    made = Scripted(lambda request: answer(request, {**HELD, "acted": True}), ledger="x7k2")
    made.provider().resume("s_1", idempotency_key="s_1:2")
    made.provider().acted("s_1", idempotency_key="s_1:2")
    made.billing.close()
    assert [told["key"] for told in made.told()] == ["x7k2:s_1:2", "x7k2:s_1:2"]


def test_what_is_asked_can_be_read_by_any_json_library() -> None:
    """Plain ASCII, one line; a customer's words are escaped."""
    made = Scripted(lambda request: answer(request, {}))
    made.provider().note_reason("s_1", feedback=None, comment='"\u2028\n🙂 ä\x00')
    made.billing.close()
    assert made.asked[0].content.isascii()
    assert b"\n" not in made.asked[0].content
    assert made.told()[0]["comment"] == '"\u2028\n🙂 ä\x00'


def test_what_is_held_up_on_its_way_expires() -> None:
    """Long before a call that nobody heard of counts as lost; a second try has its own time."""

    def later(request: httpx.Request) -> httpx.Response:
        made.clock.advance(seconds=10)
        if len(made.asked) == 1:
            raise httpx.ReadError("closed")
        return answer(request, at=made.clock.now())

    with scripted(later) as made:
        made.provider().resume("s_1", idempotency_key="s_1:1")
        expires = [json.loads(request.content)["expires"] for request in made.asked]
    assert expires == ["2026-03-10T09:31:00Z", "2026-03-10T09:31:10Z"]
    assert EXPIRES_AFTER < billing_state.SETTLES_WITHIN
