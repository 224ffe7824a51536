"""Which websites may use the chat, over HTTP; each attack is one of a browser that is led elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.unit.gateway.support import World, bearer
from tests.unit.gateway.websites import FOREIGN, SHOP, serving, shared

#: What makes a browser ask first.
ASKING = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """That one."""
    async with serving(tmp_path) as made:
        yield made


async def calls(world: World, session: dict[str, str], **headers: str) -> list[httpx.Response]:
    """Everything a page may ask of the chat, with a good token."""
    given = {**bearer(session), **headers}
    message = {"id": "00000000-0000-4000-8000-000000000001", "text": "hello"}
    return [
        await world.client.post("/chat/sessions", json={}, headers=given),
        await world.client.post("/chat/messages", json=message, headers=given),
        await world.client.get("/chat/messages", headers=given),
        await world.client.delete("/chat/sessions", headers=given),
    ]


async def test_a_listed_site_may(world: World) -> None:
    """Its pages read every answer, when they may come again too. No word of cookies: there are none."""
    for response in await calls(world, await world.session(), Origin=SHOP):
        assert response.is_success
        assert shared(response) == {
            "access-control-allow-origin": SHOP,
            "access-control-expose-headers": "Retry-After",
        }
        assert "Origin" in response.headers["Vary"]


async def test_a_browser_asks_first(world: World) -> None:
    """The preflight says methods and headers, and may be remembered."""
    for path in ("/chat/sessions", "/chat/messages", "/chat/links"):
        response = await world.client.options(path, headers={"Origin": SHOP, **ASKING})
        assert response.status_code == 200
        answer = shared(response)
        assert answer["access-control-allow-origin"] == SHOP
        assert answer["access-control-allow-methods"] == "GET, POST, DELETE"
        assert {"authorization", "content-type"} <= set(
            answer["access-control-allow-headers"].lower().split(", ")
        )
        assert int(answer["access-control-max-age"]) > 0
        assert "access-control-allow-credentials" not in answer
        assert "Origin" in response.headers["Vary"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_preflight_for_what_is_not_taken(world: World) -> None:
    """400 in the one shape: another method, another header."""
    for wanted in (
        {**ASKING, "Access-Control-Request-Method": "PUT"},
        {**ASKING, "Access-Control-Request-Headers": "x-y"},
    ):
        response = await world.client.options("/chat/messages", headers={"Origin": SHOP, **wanted})
        assert response.status_code == 400
        assert response.json()["error"]["code"] == "invalid"


async def test_errors_can_be_read_as_well(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """401, 404, 405, 413, 422, 429 and 500: a widget has to know what went wrong, and when to come again."""
    session, post = await world.session(), world.client.post
    given = {"Origin": SHOP, **bearer(session)}
    found = [
        await world.client.get("/chat/messages", headers={"Origin": SHOP}),
        await world.client.get("/chat/nothing", headers=given),
        await world.client.put("/chat/messages", headers=given),
        await post("/chat/messages", content=b"x" * 70_000, headers=given),
        await post("/chat/messages", json={}, headers=given),
    ]
    while (last := await post("/chat/sessions", json={}, headers=given)).status_code == 201:
        pass
    monkeypatch.setattr("bot.services.sessions.conversation_of", lambda *_, **__: 1 / 0)
    found += [last, await world.client.get("/chat/messages", headers=given)]

    assert [response.status_code for response in found] == [401, 404, 405, 413, 422, 429, 500]
    assert [response.headers.get("Access-Control-Allow-Origin") for response in found] == [SHOP] * 7
    assert [response.headers.get("X-Content-Type-Options") for response in found] == ["nosniff"] * 7
    assert int(last.headers["Retry-After"]) == 600


@pytest.mark.parametrize("origin", FOREIGN)
async def test_another_sites_page_with_a_good_token(world: World, origin: str) -> None:
    """Attack: a page elsewhere, or one that looks like ours, uses the chat, even with a stolen token."""
    session = await world.session()
    for response in await calls(world, session, Origin=origin):
        assert response.status_code == 403
        assert response.json()["error"]["code"] == "origin_not_allowed"
        assert shared(response) == {}
        assert response.headers["Vary"] == "Origin"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert await world.history(session) == []


@pytest.mark.parametrize("origin", FOREIGN)
async def test_a_preflight_of_another_site_gives_nothing(world: World, origin: str) -> None:
    """Attack: a foreign page's browser asks whether it may. It hears no word that would let it."""
    response = await world.client.options("/chat/messages", headers={"Origin": origin, **ASKING})
    assert (response.status_code, shared(response)) == (403, {})


@pytest.mark.parametrize(
    "path", ["/chat//messages", "/chat/messages/", "/chat/%6Dessages", "/chat%2Fmessages", "/chat/x/y"]
)
async def test_there_is_no_other_way_to_write_the_address(world: World, path: str) -> None:
    """Attack: the guard is walked around by spelling the path in another way."""
    response = await world.client.get(
        path, headers={"Origin": "https://evil.example", **bearer(await world.session())}
    )
    assert (response.status_code, shared(response)) == (403, {})


async def test_two_origins_at_once(world: World) -> None:
    """Attack: a good origin is added to the bad one."""
    for order in ((SHOP, "https://evil.example"), ("https://evil.example", SHOP), (SHOP, SHOP)):
        headers = [("Origin", origin) for origin in order]
        assert (await world.client.post("/chat/sessions", json={}, headers=headers)).status_code == 403


async def test_no_browser_no_origin(world: World) -> None:
    """A company's own server, an app, the command line send none; caches are told that it matters."""
    for response in await calls(world, await world.session()):
        assert response.is_success
        assert shared(response) == {}
        assert "Origin" in response.headers["Vary"]
