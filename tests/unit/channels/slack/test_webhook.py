from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import structlog
from starlette.applications import Starlette

from bot.domain.inbox import Event
from channels.slack.adapter import SlackChannel
from tests.fixtures.slack import payloads
from tests.fixtures.slack.catalogue import MALFORMED, OF_NO_INTEREST
from tests.fixtures.slack.deliveries import encoded, signature
from tests.unit.channels.slack.support import SECRET, MemoryVault, Received, config, host

BODY = payloads.event_callback(payloads.direct_message("I want to cancel"))


class Webhook:
    """The channel's routes, and Slack's way to call them."""

    def __init__(self, received: Received, **settings: object) -> None:
        self.channel = SlackChannel(config(**settings), host(MemoryVault()))  # type: ignore[arg-type]
        app = Starlette(routes=list(self.channel.routes(received)))
        transport = httpx.ASGITransport(app)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://test")

    async def post(
        self, body: payloads.Json, kind: str = "events_api", secret: str = SECRET, **headers: str
    ) -> httpx.Response:
        """Signed, unless `headers` say otherwise."""
        raw, content_type = encoded(kind, body)
        return await self.raw(raw, {"Content-Type": content_type, **signature(secret, raw), **headers})

    async def raw(self, raw: bytes, headers: dict[str, str]) -> httpx.Response:
        """Anything."""
        return await self.client.post("/channels/slack", content=raw, headers=headers)


@pytest.fixture
def received() -> Received:
    """What came in."""
    return Received()


@pytest.fixture
async def webhook(received: Received) -> AsyncIterator[Webhook]:
    """One workspace over HTTP."""
    made = Webhook(received)
    yield made
    await made.channel.stop()


async def test_an_event(webhook: Webhook, received: Received) -> None:
    """Signed: taken in and acknowledged. Again: the same id, for the inbox to know it by."""
    assert (await webhook.post(BODY)).status_code == 200
    again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert (await webhook.post(BODY, **again)).status_code == 200

    assert [item.text for item in received.messages] == ["I want to cancel"] * 2
    assert received.messages[0] == received.messages[1]


async def test_a_command(webhook: Webhook, received: Received) -> None:
    """Acknowledged with words that only they see; the time is the signed request's."""
    response = await webhook.post(payloads.command("Pro"), "slash_commands")

    assert response.text == "slack_command_received()"
    said = received.messages[0]
    assert (said.event, said.text) == (Event.CANCEL, "/cancel-subscription Pro")
    assert said.said_at is not None
    assert abs(said.said_at.timestamp() - time.time()) < 60


async def test_a_press(webhook: Webhook, received: Received) -> None:
    """A form with JSON in it."""
    assert (await webhook.post(payloads.press(payloads.button("tok")), "interactive")).status_code == 200
    assert received.messages[0].button == "tok"


def _unsigned(raw: bytes) -> dict[str, dict[str, str]]:
    good = signature(SECRET, raw)
    return {
        "nothing": {},
        "no signature": {"X-Slack-Request-Timestamp": good["X-Slack-Request-Timestamp"]},
        "no time": {"X-Slack-Signature": good["X-Slack-Signature"]},
        "another secret": signature("another", raw),
        "another body": signature(SECRET, raw + b" "),
        "six minutes old": signature(SECRET, raw, time.time() - 360),
        "from the future": signature(SECRET, raw, time.time() + 360),
        "a newer time": {**good, "X-Slack-Request-Timestamp": str(int(time.time()) + 1)},
        "a time that is none": {**good, "X-Slack-Request-Timestamp": "now"},
        "a time in other digits": {**good, "X-Slack-Request-Timestamp": "-1"},
        "half a signature": {**good, "X-Slack-Signature": good["X-Slack-Signature"][:20]},
        "another version": {**good, "X-Slack-Signature": good["X-Slack-Signature"].replace("v0", "v1")},
    }


@pytest.mark.parametrize("how", _unsigned(b""))
@pytest.mark.parametrize("body", [BODY, {"type": "url_verification", "challenge": "c"}], ids=["event", "url"])
async def test_unsigned(webhook: Webhook, received: Received, how: str, body: payloads.Json) -> None:
    """401 in the one shape, no effect, not even a challenge, and a line without the secret."""
    raw, content_type = encoded("events_api", body)
    with structlog.testing.capture_logs() as logs:
        response = await webhook.raw(raw, {"Content-Type": content_type, **_unsigned(raw)[how]})

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "unauthorized"
    assert response.json()["error"]["message"]
    assert received.messages == []
    assert [line["event"] for line in logs] == ["slack_request_refused"]
    assert SECRET not in str(logs)
    assert "cancel" not in str(logs)


async def test_bytes_that_are_no_text(webhook: Webhook) -> None:
    """They can't be signed as Slack signs."""
    response = await webhook.raw(b"\xff\xfe", signature(SECRET, b"\xff\xfe"))
    assert response.status_code == 401


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"", "application/json"),
        (b"", "application/x-www-form-urlencoded"),
        (b"payload={", "application/x-www-form-urlencoded"),
        (b"payload=[]", "application/x-www-form-urlencoded"),
        (b"[" * 50_000, "application/json"),
    ],
    ids=["half", "a list", "empty", "no form", "half a payload", "a list in a form", "deep"],
)
async def test_signed_and_not_readable(webhook: Webhook, raw: bytes, content_type: str) -> None:
    """400, as it would not get better by being sent again."""
    response = await webhook.raw(raw, {"Content-Type": content_type, **signature(SECRET, raw)})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid")


async def test_slack_checks_the_address(webhook: Webhook) -> None:
    """A signed challenge is given back; the check of the certificate is unsigned by design."""
    challenge = await webhook.post({"type": "url_verification", "challenge": "c-1", "token": "t"})
    check = await webhook.raw(b"ssl_check=1&token=t", {"Content-Type": "application/x-www-form-urlencoded"})

    assert challenge.json() == {"challenge": "c-1"}
    assert (check.status_code, check.text) == (200, "")


async def test_no_acknowledgement_before_it_is_stored(webhook: Webhook, received: Received) -> None:
    """The answer waits for the inbox."""
    received.gate.clear()
    posting = asyncio.create_task(webhook.post(BODY))
    await asyncio.wait_for(received.waiting.wait(), 10)
    assert not posting.done()

    received.gate.set()
    assert (await posting).status_code == 200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (BODY, "events_api"),
        (payloads.command(), "slash_commands"),
        (payloads.press(payloads.button("tok")), "interactive"),
    ],
    ids=["event", "command", "press"],
)
async def test_what_could_not_be_stored(
    webhook: Webhook, received: Received, body: payloads.Json, kind: str
) -> None:
    """500 in the one shape: Slack sends it again, or tells the person who pressed."""
    received.fault = RuntimeError("no database: ann@example.com")
    with structlog.testing.capture_logs():
        response = await webhook.post(body, kind)

    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal"
    assert "ann@example.com" not in response.text


@pytest.mark.parametrize("name", [*OF_NO_INTEREST, *MALFORMED])
async def test_everything_else_is_acknowledged(webhook: Webhook, received: Received, name: str) -> None:
    """Or Slack would send it again, three times over. What is not even an event may be refused."""
    body = {**OF_NO_INTEREST, **MALFORMED}[name]
    response = await webhook.raw(
        raw := json.dumps(body).encode(), {"Content-Type": "application/json", **signature(SECRET, raw)}
    )

    assert response.status_code == 200 if name in OF_NO_INTEREST else response.status_code in {200, 400, 500}
    assert name in MALFORMED or received.messages == []


async def test_nothing_of_a_message_is_logged(
    webhook: Webhook, received: Received, caplog: pytest.LogCaptureFixture
) -> None:
    """Not by Bolt either, at DEBUG, taken in or not."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logs:
        for fault in (None, RuntimeError("I want to cancel")):
            received.fault = fault
            await webhook.post(BODY)
            await webhook.post(payloads.command("my words"), "slash_commands")

    shown = caplog.text + str([{**line, "exc_info": None} for line in logs])
    assert not any(item in shown for item in ("I want to cancel", "my words", "xoxb-T1", SECRET))


async def test_a_workspace_nobody_installed(received: Received) -> None:
    """Acknowledged, dropped, and noted in the log: nobody there could be answered."""
    webhook = Webhook(received, bot_token=None, client_id="1.2", client_secret="s")
    with structlog.testing.capture_logs() as logs:
        statuses = [
            (await webhook.post(BODY)).status_code,
            (await webhook.post(payloads.command(), "slash_commands")).status_code,
            (await webhook.post(payloads.press(payloads.button("tok")), "interactive")).status_code,
        ]

    assert statuses == [200] * 3
    assert received.messages == []
    assert [(line["event"], line["workspace"]) for line in logs] == [("slack_unknown_workspace", "T1")] * 3


def test_routes_follow_the_settings() -> None:
    """Without a signing secret nothing can be verified, so nothing is taken; OAuth has two pages."""

    def paths(**settings: object) -> list[str]:
        channel = SlackChannel(config(**settings), host())  # type: ignore[arg-type]
        return [str(getattr(route, "path", "")) for route in channel.routes(Received())]

    assert paths(signing_secret=None) == []
    assert paths() == ["/channels/slack"]
    assert paths(bot_token=None, client_id="1", client_secret="s") == [
        "/channels/slack",
        "/channels/slack/install",
        "/channels/slack/oauth",
    ]
