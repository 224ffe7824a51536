"""The example billing system: whom it believes, and what it says; the contract of providers has the rest."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from standardwebhooks import Webhook
from starlette.testclient import TestClient

from bot.billing.http_api.billing import HttpBilling, HttpConfig
from bot.billing.http_api.reading import customers, plans, subscriptions
from bot.billing.http_api.told import Told
from bot.ports import BillingNews
from bot.system import SystemClock, SystemIds
from examples.billing import __main__ as command
from examples.billing import book, server

Json = dict[str, Any]

SECRET = "whsec_" + base64.b64encode(b"of the example's tests, 32 bytes").decode()
OTHER = "whsec_" + base64.b64encode(b"another one of the tests, longer").decode()


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """With its two customers."""
    monkeypatch.setattr(book, "FILE", str(tmp_path / "billing.db"))
    monkeypatch.setattr(server, "SECRETS", [Webhook(SECRET)])
    book.fill()
    with TestClient(server.app) as made:
        yield made


def post(
    client: TestClient,
    told: Json,
    name: str = "req_1",
    secret: str = SECRET,
    ahead: int = 0,
    **headers: str,
) -> httpx2.Response:
    """A call, signed so many minutes from now, or with other headers."""
    now = datetime.now(UTC) + timedelta(minutes=ahead)
    expires = datetime.now(UTC) + timedelta(minutes=1)
    body = json.dumps({"expires": expires.isoformat(), **told})
    signed = {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, now, body),
    }
    answer: httpx2.Response = client.post("/fairwell", content=body, headers={**signed, **headers})
    return answer


PLANS = {"version": 1, "call": "plans"}


def test_it_can_be_tried_at_once(client: TestClient) -> None:
    """It has a plan and two customers, whom the provider can read; filled again it is the same."""
    book.fill()
    (plan,) = plans(Told(post(client, PLANS).json()))
    everybody, following = customers(
        Told(post(client, {"version": 1, "call": "customers", "after": None}).json())
    )
    assert [item.name for item in everybody] == ["Ada", "Grace"]
    assert following is None
    asked = {"version": 1, "call": "subscriptions", "customer": "c-1"}
    (held,) = subscriptions(Told(post(client, asked).json()), "c-1")
    assert (held.ref, held.plan) == ("s-1", plan)
    assert held.period.start <= datetime.now(UTC) < held.period.end


def test_an_answer_is_signed_and_names_its_request(client: TestClient) -> None:
    """With `res_` for `req_`."""
    answer = post(client, PLANS, "req_abc")
    assert answer.status_code == 200
    assert answer.headers["webhook-id"] == "res_abc"
    Webhook(SECRET).verify(answer.content, dict(answer.headers))


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": OTHER},
        {"name": "res_1"},
        {"name": "evt_1"},
        {"ahead": -6},
        {"ahead": 6},
        {"webhook-id": "req_2"},
        {"webhook-id": ""},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "1e9999"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,!"},
        {"webhook-signature": "v2,abc v1"},
        {"webhook-signature": ""},
    ],
    ids=[
        "another secret", "an answer", "an event", "old", "ahead", "another id", "no id", "no time",
        "too long a time", "no base64", "bad base64", "other versions", "empty",
    ],
)  # fmt: skip
def test_who_is_not_fairwell_is_told_nothing(client: TestClient, wrong: dict[str, Any]) -> None:
    """Forged, replayed later, reflected, or with headers that are none."""
    answer = post(client, PLANS, **wrong)
    assert (answer.status_code, answer.json()) == (401, {"error": {"code": "not_signed"}})
    assert "webhook-signature" not in answer.headers


def test_an_altered_call_does_nothing(client: TestClient) -> None:
    """A signature of one body is none of another."""
    told = {"version": 1, "call": "cancel", "subscription": "s-1", "key": "k", "at": "x", "immediately": True}
    good = json.dumps(told)
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "req_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("req_1", now, good),
    }
    answer = client.post("/fairwell", content=good.replace("s-1", "s-2"), headers=headers)
    assert answer.status_code == 401
    with book.transaction() as db:
        assert book.acted(db, {"key": "k"}) == {"acted": False}


def test_the_same_request_again_changes_nothing_more(client: TestClient) -> None:
    """Recorded on its way and sent once more within minutes: it says what the first answer said."""
    end = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    told = {
        "version": 1,
        "call": "cancel",
        "subscription": "s-1",
        "key": "k",
        "at": end,
        "immediately": False,
    }
    first, second = (post(client, told, "req_same") for _ in range(2))
    assert first.json() == second.json()
    assert first.json()["subscription"]["status"] == "cancelling"
    with book.transaction() as db:
        assert db.execute("SELECT count(*) FROM effects").fetchone() == (1,)


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"version": 2, "call": "plans"}, 400, "not_understood"),
        ({"version": 1, "call": "refund_everybody"}, 400, "not_understood"),
        ({"version": 1, "call": "resume", "subscription": "none", "key": "k"}, 404, "not_found"),
        ({"version": 1, "call": "resume", "subscription": "s-1", "key": "k"}, 409, "conflict"),
        ({"version": 1, "call": "plans", "expires": "2026-03-10T09:30:00Z"}, 408, "expired"),
    ],
)
def test_what_can_not_be_done_is_said_with_a_signature(
    client: TestClient, told: Json, status: int, code: str
) -> None:
    """So that it is believed."""
    answer = post(client, told)
    assert (answer.status_code, answer.json()) == (status, {"error": {"code": code}})
    Webhook(SECRET).verify(answer.content, dict(answer.headers))


@pytest.mark.parametrize("length", [64 * 1024 + 1, 10**9])
def test_nothing_long_is_read(client: TestClient, length: int) -> None:
    """Nobody has to be known to send it."""
    answer = client.post("/fairwell", content="{}", headers={"content-length": str(length)})
    assert answer.status_code == 413
    assert client.post("/fairwell", content=iter([b"{}"])).status_code == 413


def test_two_secrets_serve_while_one_is_changed_for_the_other(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are taken, and every answer carries both signatures."""
    monkeypatch.setattr(server, "SECRETS", [Webhook(OTHER), Webhook(SECRET)])
    for secret in (SECRET, OTHER):
        answer = post(client, PLANS, secret=secret)
        assert answer.status_code == 200
        for one in (SECRET, OTHER):
            Webhook(one).verify(answer.content, dict(answer.headers))


def test_effects_are_shown_only_where_that_is_asked_for(client: TestClient) -> None:
    """They name subscriptions, and need no signature."""
    assert client.get("/effects").status_code == 404


def test_what_staff_do_is_told_until_it_has_arrived(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same id each time, signed so that Fairwell takes it for what it is."""
    sent: list[urllib.request.Request] = []

    class Taken:
        def close(self) -> None:
            """There is nothing to read."""

    def take(request: urllib.request.Request, timeout: float) -> Taken:
        assert timeout
        sent.append(request)
        if len(sent) == 1:
            raise urllib.error.URLError("away")
        return Taken()

    monkeypatch.setattr(urllib.request, "urlopen", take)
    monkeypatch.setattr(server, "FAIRWELL_URL", "http://127.0.0.1:8000")
    command.main("cancel", "s-1")
    for _ in range(3):
        server.send_news()
    assert [request.full_url for request in sent] == ["http://127.0.0.1:8000/billing/http"] * 2
    billing = HttpBilling(HttpConfig("http://127.0.0.1:1", SECRET), SystemClock(), SystemIds())
    heard = []
    for request in sent:
        assert isinstance(request.data, bytes)
        headers = {name.lower(): value for name, value in request.header_items()}
        heard.append(billing.hear(headers, request.data))
    assert heard[0] == heard[1] == BillingNews(heard[0].event_id if heard[0] else "", ("c-1",))
    asked = {"version": 1, "call": "subscriptions", "customer": "c-1"}
    assert post(client, asked).json()["subscriptions"][0]["status"] == "cancelling"


def test_without_a_secret_it_does_not_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how it is used."""
    monkeypatch.setattr(server, "SECRETS", [])
    with pytest.raises(SystemExit, match="BILLING_SECRET"):
        command.main("serve")
    with pytest.raises(SystemExit, match="BILLING_SECRET"):
        command.main()
