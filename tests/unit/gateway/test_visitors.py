"""Flood control: opening sessions without saying who one is, by where one comes from."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.gateway.support import World, bearer
from tests.unit.gateway.websites import serving

PROXIES: dict[str, Any] = {"trusted_proxies": "10.0.0.0/8,127.0.0.1"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Reached from the internet, with nothing in front."""
    async with serving(tmp_path) as made:
        yield made


async def opening(
    world: World,
    peer: str,
    headers: Mapping[str, str] | None = None,
    identity: str | None = None,
    **body: object,
) -> httpx.Response:
    """One session, asked for from an address."""
    content = {**body, "identity": identity} if identity is not None else body
    transport = httpx.ASGITransport(world.app, client=(peer, 4711), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://leave.example") as client:
        return await client.post("/chat/sessions", json=content, headers=headers)


async def statuses(
    world: World, count: int, peer: str, headers: Mapping[str, str] | None = None
) -> list[int]:
    """The statuses of so many."""
    return [(await opening(world, peer, headers)).status_code for _ in range(count)]


async def test_a_flood_from_one_address(world: World) -> None:
    """Attack: sessions without end. The twenty-first is refused, with a time to wait; other people get in."""
    assert await statuses(world, 20, "192.0.2.1") == [201] * 20

    refused = await opening(world, "192.0.2.1")

    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "too_many_sessions"
    assert refused.headers["Retry-After"] == "600"
    assert (await opening(world, "192.0.2.2")).status_code == 201
    world.clock.advance(minutes=10)
    assert (await opening(world, "192.0.2.1")).status_code == 201


async def test_all_at_once(world: World) -> None:
    """Attack: thirty requests in the same instant, so that none sees the others. Twenty get in."""
    responses = await asyncio.gather(*(opening(world, "192.0.2.1") for _ in range(30)))
    assert sorted(response.status_code for response in responses) == [201] * 20 + [429] * 10


async def test_what_was_refused_opened_nothing(world: World) -> None:
    """Attack: fill the database. Refused requests leave nothing in it, however many they are."""
    await statuses(world, 20, "192.0.2.1")
    tables = world.application.deps.store.tables  # type: ignore[attr-defined]  # in memory
    before = (len(tables["sessions"]), len(tables["conversations"]), repr(tables["visits"]))

    assert await statuses(world, 30, "192.0.2.1") == [429] * 30

    tables = world.application.deps.store.tables  # type: ignore[attr-defined]  # in memory
    assert (len(tables["sessions"]), len(tables["conversations"]), repr(tables["visits"])) == before


async def test_another_address_of_the_same_network(world: World) -> None:
    """Attack: a new IPv6 address for each session. A subscriber's /64 counts as one visitor."""
    for number in range(20):
        assert (await opening(world, f"2001:db8::{number:x}:1")).status_code == 201
    assert (await opening(world, "2001:db8::ffff:1")).status_code == 429
    assert (await opening(world, "2001:db8:0:1::1")).status_code == 201


async def test_ipv4_in_other_clothes(world: World) -> None:
    """Attack: the same address once as IPv4 and once as IPv6."""
    await statuses(world, 20, "192.0.2.1")
    assert (await opening(world, "::ffff:192.0.2.1")).status_code == 429


async def test_customers_get_in_all_the_same(world: World) -> None:
    """Who says who they are, by a token of the company's, is let in beside a flood from the same office."""
    await statuses(world, 21, "192.0.2.1")
    for customer in ("demo-solo", "demo-multi"):
        identity = world.application.identity_tokens.issue(customer)
        assert (await opening(world, "192.0.2.1", identity=identity)).status_code == 201


async def test_their_sessions_take_nobodys_place(world: World) -> None:
    """Nor do tokens that are not taken: nothing is opened for those, and so nothing is counted."""
    for _ in range(30):
        identity = world.application.identity_tokens.issue("demo-solo")
        assert (await opening(world, "192.0.2.1", identity=identity)).status_code == 201
        assert (await opening(world, "192.0.2.1", identity="nonsense")).status_code == 401
    assert await statuses(world, 21, "192.0.2.1") == [201] * 20 + [429]


async def test_a_body_that_does_not_fit_counts_for_nothing(world: World) -> None:
    """A client with a fault is not locked out by it."""
    for _ in range(30):
        assert (await opening(world, "192.0.2.1", locale=7)).status_code == 422
    assert (await opening(world, "192.0.2.1")).status_code == 201


async def test_a_session_lasts_while_new_ones_are_refused(world: World) -> None:
    """Whoever is in goes on."""
    session = (await opening(world, "192.0.2.1")).json()
    await statuses(world, 20, "192.0.2.1")
    assert (await world.client.get("/chat/messages", headers=bearer(session))).status_code == 200


async def test_another_replica_counts_too(tmp_path: Path) -> None:
    """Attack: half of the flood goes to each replica. They count in one store."""
    async with serving(tmp_path / "one") as one, serving(tmp_path / "two", beside=one) as two:
        assert await statuses(one, 10, "192.0.2.1") == [201] * 10
        assert await statuses(two, 11, "192.0.2.1") == [201] * 10 + [429]
        assert await statuses(one, 1, "192.0.2.1") == [429]


async def test_a_header_that_nobody_vouches_for(world: World, log: io.StringIO) -> None:
    """Attack: another `X-Forwarded-For` each time, where no proxy is trusted. It changes nothing.

    Should it be a proxy after all, the log says what to set, once.
    """
    for number in range(20):
        headers = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
        assert (await opening(world, "192.0.2.1", headers)).status_code == 201
    for _ in range(3):
        headers = {"X-Forwarded-For": "198.51.100.99", "X-Real-IP": "1.2.3.4"}
        assert (await opening(world, "192.0.2.1", headers)).status_code == 429
    assert log.getvalue().count("visitors_unknown_behind_proxy") == 1
    assert "198.51.100" not in log.getvalue()


async def test_behind_a_proxy_each_visitor_counts_alone(tmp_path: Path) -> None:
    """The hop before the last of our proxies is the visitor, from whichever of them they come."""
    async with serving(tmp_path, **PROXIES) as world:
        for peer, tail in (("10.0.0.1", ""), ("10.0.0.2", ""), ("127.0.0.1", ", 10.0.0.9")):
            headers = {"X-Forwarded-For": f"198.51.100.1{tail}"}
            await statuses(world, 7, peer, headers)
        assert (await opening(world, "10.0.0.1", {"X-Forwarded-For": "198.51.100.1"})).status_code == 429
        assert (await opening(world, "10.0.0.1", {"X-Forwarded-For": "198.51.100.2"})).status_code == 201


async def test_what_a_visitor_writes_before_the_proxy_does(tmp_path: Path) -> None:
    """Attack: a header that begins with made-up hops; the proxy adds the true one at the right."""
    async with serving(tmp_path, **PROXIES) as world:
        made_up = [f"203.0.113.{number}, 10.0.0.{number}, " for number in range(20)]
        for begin in made_up:
            headers = {"X-Forwarded-For": f"{begin}198.51.100.1"}
            assert (await opening(world, "10.0.0.1", headers)).status_code == 201
        headers = {"X-Forwarded-For": "203.0.113.99, 198.51.100.1"}
        assert (await opening(world, "10.0.0.1", headers)).status_code == 429


async def test_somebody_who_is_no_proxy(tmp_path: Path) -> None:
    """Attack: around the proxy, straight to the app, with a header as a proxy would write it."""
    async with serving(tmp_path, **PROXIES) as world:
        for number in range(20):
            headers = {"X-Forwarded-For": f"198.51.100.{number}"}
            assert (await opening(world, "192.0.2.1", headers)).status_code == 201
        assert (await opening(world, "192.0.2.1", {"X-Forwarded-For": "198.51.100.99"})).status_code == 429


async def test_a_proxy_nobody_told_us_about(world: World, log: io.StringIO) -> None:
    """All visitors would share one allowance: none is refused, and the log says once what to set."""
    headers = {"X-Forwarded-For": "198.51.100.77"}
    assert await statuses(world, 25, "127.0.0.1", headers) == [201] * 25

    assert log.getvalue().count("visitors_unknown_behind_proxy") == 1
    assert "FAIRWELL_TRUSTED_PROXIES" in log.getvalue()
    assert "198.51.100" not in log.getvalue()


async def test_this_machine_itself(world: World, log: io.StringIO) -> None:
    """The command line, the demo, a benchmark: no limit, and nothing to warn of."""
    assert await statuses(world, 25, "127.0.0.1") == [201] * 25
    assert "visitors_unknown" not in log.getvalue()
