from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from tests.fixtures.telegram import updates
from tests.fixtures.telegram.message_contents import PRIVATE
from tests.unit.channels.telegram.support import SECRET, World, until

HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def client(hooked: World) -> AsyncIterator[httpx.AsyncClient]:
    """Who posts to the webhook."""
    app = Starlette(routes=list(hooked.channel.routes(hooked.gateway.receive)))
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        yield client


async def post(
    client: httpx.AsyncClient, update: object, secret: str | bytes | None = SECRET
) -> httpx.Response:
    """One update, with the secret unless told otherwise."""
    given = secret.encode() if isinstance(secret, str) else secret
    headers = {} if given is None else {HEADER.encode(): given}
    return await client.post("/channels/telegram", json=update, headers=httpx.Headers(headers))


async def test_an_update(hooked: World, client: httpx.AsyncClient) -> None:
    """Is answered once it is stored, and once for each time it comes: the gateway knows it again."""
    for _ in range(2):
        response = await post(client, updates.written(text="I want to cancel"))
        assert response.status_code == 200

    assert [message.message_id for message in hooked.gateway.received] == ["1001", "1001"]
    # Who the bot is was not needed.
    assert hooked.telegram.calls == []


@pytest.mark.parametrize(
    "secret",
    [None, "", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "schlüssel".encode(), b"\xff\xfe"],
)
async def test_who_does_not_know_the_secret(
    hooked: World, client: httpx.AsyncClient, secret: str | bytes | None
) -> None:
    """Is refused in the one shape, nothing happens, and the log holds neither secret."""
    with capture_logs() as logs:
        response = await post(client, updates.written(text="/cancel"), secret)

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "unauthorized"
    assert hooked.gateway.received == []
    assert [entry["event"] for entry in logs] == ["telegram_webhook_refused"]
    assert SECRET not in repr(logs)
    assert "wrong" not in repr(logs)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"null", b'"x"', b"\xff", b"[" * 100_000])
async def test_what_is_no_update(hooked: World, client: httpx.AsyncClient, body: bytes) -> None:
    """A clear fault in the one shape."""
    response = await client.post("/channels/telegram", content=body, headers={HEADER: SECRET})

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid"
    assert hooked.gateway.received == []


async def test_when_it_cannot_be_stored(hooked: World, client: httpx.AsyncClient) -> None:
    """Telegram is told to send it again, and then it is taken."""
    hooked.gateway.refusals = 1

    refused = await post(client, updates.written(text="cancel"))
    again = await post(client, updates.written(text="cancel"))

    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "unavailable"
    assert again.status_code == 200
    assert len(hooked.gateway.received) == 1


async def test_no_update_holds_up_the_next(client: httpx.AsyncClient) -> None:
    """Whatever it is: passed over, or taken in; never a fault, and no text in the log."""
    with capture_logs() as logs:
        for update in updates.everything():
            response = await post(client, update)
            assert response.status_code == (200 if isinstance(update, dict) else 400), update

    assert "cancel" not in repr(logs)
    skipped = [entry for entry in logs if entry["event"] == "telegram_update_skipped"]
    assert len(skipped) > 10
    assert all(set(entry) == {"event", "log_level", "update", "kind", "fault"} for entry in skipped)


async def test_a_text_beside_what_is_new(hooked: World, client: httpx.AsyncClient) -> None:
    """A part of a message that nobody here can read does not take the words along with it."""
    odd = updates.message(text="old", sticker={"format": "of tomorrow"})
    assert (
        await post(client, updates.written(text="I want to cancel", reply_to_message=odd))
    ).status_code == 200
    assert [message.text for message in hooked.gateway.received] == ["I want to cancel"]

    forwarded = updates.written(
        contact={"phone_number": "1", "first_name": "A", "user_id": 77},
        forward_origin={"type": "of tomorrow"},
    )
    await post(client, forwarded)
    assert all(message.text != "1" for message in hooked.gateway.received)


async def test_a_press_with_parts_missing(hooked: World, client: httpx.AsyncClient) -> None:
    """A press counts although the message it belongs to is told in part only."""
    bare = {"chat": PRIVATE, "from": updates.BOT}
    await post(client, updates.press(chat_instance=None, message=bare))
    assert [message.button for message in hooked.gateway.received] == ["tok-1"]


async def test_groups_need_the_bots_name(hooked: World, client: httpx.AsyncClient) -> None:
    """While Telegram does not say who the bot is, what is said in a group has to come again."""
    hooked.telegram.fail_next("getMe", 500)
    spoken = updates.in_group(text="/cancel@fairwell_test_bot")

    assert (await post(client, spoken)).status_code == 503
    assert (await post(client, spoken)).status_code == 200
    assert (await post(client, spoken)).status_code == 200
    assert len(hooked.gateway.received) == 2
    assert len(hooked.telegram.called("getMe")) == 2


async def test_the_route_is_there_when_polling(world: World) -> None:
    """Whoever has the secret is Telegram; without it nobody gets in, in either mode."""
    app = Starlette(routes=list(world.channel.routes(world.gateway.receive)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as client:
        assert (await post(client, updates.written(text="hello"), "wrong")).status_code == 401
        assert (await post(client, updates.written(text="hello"))).status_code == 200
        assert (await client.get("/channels/telegram")).status_code == 405


async def test_the_webhook_is_set(hooked: World) -> None:
    """With the secret, for what we read only, in order, and keeping what waits."""
    waits = hooked.telegram.push(updates.written(text="cancel"))
    await hooked.start()
    await until(lambda: bool(hooked.telegram.called("setWebhook")))

    asked = hooked.telegram.called("setWebhook")[0].params
    assert asked["url"] == "https://leave.example.com/channels/telegram"
    assert asked["secret_token"] == SECRET
    assert asked["allowed_updates"] == '["message", "edited_message", "callback_query"]'
    assert asked["max_connections"] == "1"
    assert asked["drop_pending_updates"] == "false"
    assert hooked.telegram.called("getUpdates") == []
    assert waits in hooked.telegram.unconfirmed()
