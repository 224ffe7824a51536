from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.bootstrap import Application
from gateway.app import create_app
from gateway.channels import HostOf
from tests.fixtures.fakes import FakeClock
from tests.fixtures.postcards import Postcards, PostOffice
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import API_KEY, QUICK, World, application, bearer

KEY = {"Authorization": f"Bearer {API_KEY}"}
WANTED = {"channel": "telegram", "customer": "demo-solo"}


class Messenger(Postcards):
    """A channel that takes links, once it knows its own name."""

    name = "telegram"
    bot: str | None = "bot"

    def link(self, token: str) -> str | None:
        """Its address with a token."""
        return f"https://t.me/{self.bot}?start={token}" if self.bot else None


@pytest.fixture
def messenger() -> Messenger:
    """Connected."""
    return Messenger(PostOffice())


@pytest.fixture
async def world(tmp_path: Path, messenger: Messenger) -> AsyncIterator[World]:
    """One process of the gateway, with that channel."""

    def channels(_: Application, __: HostOf) -> Iterator[Messenger]:
        yield messenger

    clock = FakeClock()
    made = application(tmp_path, clock=clock)
    rasa = FakeRasa(made.deps)
    app = create_app(made, rasa, QUICK, channels)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        yield World(made, rasa, app, client, clock)


def fault(response: httpx.Response) -> tuple[int, str]:
    """The status and the code of an error, in the one shape."""
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    return response.status_code, body["error"]["code"]


def links(world: World) -> int:
    """How many links the store knows."""
    return len(world.application.deps.store.tables["links"])  # type: ignore[attr-defined]  # in memory


async def chat_link(world: World, session: dict[str, str], **body: Any) -> httpx.Response:
    """Asks for a link in a chat."""
    content = {"channel": "telegram", **body}
    return await world.client.post("/chat/links", json=content, headers=bearer(session))


async def test_who_is_verified_gets_a_link(world: World) -> None:
    """201, with the address that opens the channel and its end, in UTC."""
    response = await chat_link(world, await world.session("demo-solo"))

    assert response.status_code == 201
    assert set(response.json()) == {"url", "expires_at"}
    assert response.json()["url"].startswith("https://t.me/bot?start=token-")
    assert datetime.fromisoformat(response.json()["expires_at"]) == world.clock.now() + timedelta(minutes=15)


async def test_the_link_is_one_that_works(world: World) -> None:
    """Its token is kept by a digest, for that channel and that customer."""
    response = await chat_link(world, await world.session("demo-solo"))
    token = response.json()["url"].partition("start=")[2]

    deps = world.application.deps
    with deps.store.begin() as work:
        found = work.identities.use_link(
            deps.hasher.digest("link", token), "telegram", "c_0", world.clock.now()
        )
    assert found is not None
    assert (found.customer_ref, found.purpose) == ("demo-solo", "telegram")


async def test_where_nobody_is_verified_there_is_no_link(world: World) -> None:
    """409, for a visitor and after the proof has ended; none is made."""
    visitor, ended = await world.session(), await world.session("demo-solo")
    assert fault(await chat_link(world, visitor)) == (409, "not_verified")
    world.clock.advance(hours=24)
    assert fault(await chat_link(world, ended)) == (409, "not_verified")
    assert links(world) == 0


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, KEY])
async def test_a_chats_link_takes_a_session(world: World, headers: dict[str, str]) -> None:
    """401; the API's key is none."""
    response = await world.client.post("/chat/links", json={"channel": "telegram"}, headers=headers)
    assert fault(response) == (401, "session_invalid")


@pytest.mark.parametrize("channel", ["pigeons", "", "Telegram"])
async def test_a_channel_that_is_not_there(world: World, channel: str) -> None:
    """404 on both routes."""
    session = await world.session("demo-solo")
    assert fault(await chat_link(world, session, channel=channel)) == (404, "channel_unknown")
    body = {**WANTED, "channel": channel}
    response = await world.client.post("/api/v1/links", json=body, headers=KEY)
    assert fault(response) == (404, "channel_unknown")
    assert links(world) == 0


@pytest.mark.parametrize("channel", ["web", "telegram"])
async def test_a_channel_that_takes_no_links(world: World, messenger: Messenger, channel: str) -> None:
    """409: the website, and one that is not connected yet; no token is made that would lead nowhere."""
    messenger.bot = None
    session = await world.session("demo-solo")
    assert fault(await chat_link(world, session, channel=channel)) == (409, "channel_takes_no_links")
    body = {**WANTED, "channel": channel}
    response = await world.client.post("/api/v1/links", json=body, headers=KEY)
    assert fault(response) == (409, "channel_takes_no_links")
    assert links(world) == 0


async def test_the_companys_server_gets_a_link_for_a_customer(world: World) -> None:
    """201, for fifteen minutes, or as many as it says."""
    response = await world.client.post("/api/v1/links", json=WANTED, headers=KEY)
    longer = await world.client.post("/api/v1/links", json={**WANTED, "minutes": 1440}, headers=KEY)

    assert (response.status_code, longer.status_code) == (201, 201)
    ends = [datetime.fromisoformat(item.json()["expires_at"]) for item in (response, longer)]
    assert ends == [world.clock.now() + timedelta(minutes=minutes) for minutes in (15, 1440)]
    assert response.json()["url"] != longer.json()["url"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Bearer {API_KEY}x",
        f"Bearer {API_KEY[:-1]}",
        f"Basic {API_KEY}",
        API_KEY,
        "Bearer \u00e9",
    ],
)
async def test_without_the_key_there_is_nothing(world: World, value: str | None) -> None:
    """401 for none, a wrong one and another scheme, before anything else is looked at."""
    headers = {"Authorization": value.encode("latin-1")} if value is not None else {}
    for body in (WANTED, {**WANTED, "customer": "stranger"}, {}):
        response = await world.client.post("/api/v1/links", json=body, headers=headers)  # type: ignore[arg-type]
        assert fault(response) == (401, "api_key_invalid")
        assert response.headers["www-authenticate"] == "Bearer"
    assert links(world) == 0


async def test_a_session_is_no_key(world: World) -> None:
    """401: who is signed in as one customer gets no links for others."""
    session = await world.session("demo-solo")
    response = await world.client.post("/api/v1/links", json=WANTED, headers=bearer(session))
    assert fault(response) == (401, "api_key_invalid")


async def test_a_customer_nobody_knows(world: World) -> None:
    """404."""
    body = {**WANTED, "customer": "stranger"}
    response = await world.client.post("/api/v1/links", json=body, headers=KEY)
    assert fault(response) == (404, "customer_unknown")


@pytest.mark.parametrize(
    "change",
    [
        {"channel": None},
        {"channel": 7},
        {"channel": "x" * 33},
        {"customer": None},
        {"customer": ["demo-solo"]},
        {"customer": "x" * 129},
        {"minutes": 0},
        {"minutes": -1},
        {"minutes": 1441},
        {"minutes": "15"},
        {"minutes": 1.5},
        {"minutes": True},
    ],
)
async def test_bodies_that_do_not_fit(world: World, change: dict[str, object]) -> None:
    """422, naming the field."""
    response = await world.client.post("/api/v1/links", json={**WANTED, **change}, headers=KEY)
    assert fault(response) == (422, "invalid")
    assert next(iter(change)) in response.json()["error"]["message"]


@pytest.mark.parametrize("body", [{}, {"channel": None}, {"channel": 7}, [], "telegram"])
async def test_a_chats_bodies_that_do_not_fit(world: World, body: object) -> None:
    """422; what is no JSON at all is 400."""
    session = await world.session("demo-solo")
    response = await world.client.post("/chat/links", json=body, headers=bearer(session))
    assert fault(response) == (422, "invalid")
    response = await world.client.post("/chat/links", content=b"{", headers=bearer(session))
    assert fault(response) == (400, "invalid")


async def test_no_token_is_logged(world: World, log: io.StringIO) -> None:
    """Nor the API's key."""
    await chat_link(world, await world.session("demo-solo"))
    await world.client.post("/api/v1/links", json=WANTED, headers=KEY)
    assert "token-" not in log.getvalue()
    assert API_KEY not in log.getvalue()
