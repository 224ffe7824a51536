"""Which pages are our own, which belong to the demo, and what is for everybody."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.gateway.support import World
from tests.unit.gateway.websites import SHOP, serving


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """That one."""
    async with serving(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://leave.example", "leave.example"),
        ("https://leave.example", "app:8000"),  # a proxy that does not hand on the name: the setting has it
        ("http://leave.example", "leave.example"),
        ("http://leave.example", "leave.example:80"),
        ("https://other.example:8443", "other.example:8443"),
        ("https://other.example", "OTHER.example"),
        ("https://other.example", "other.example:443"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
async def test_our_own_pages_may(world: World, origin: str, host: str) -> None:
    """Under the name they were fetched by, whatever the scheme in front of a proxy, or our public one."""
    response = await world.client.post("/chat/sessions", json={}, headers={"Origin": origin, "Host": host})
    assert response.status_code == 201


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://other.example", "other.example:8443"),
        ("https://other.example", "other.example:80"),
        ("http://other.example:8000", "other.example:8001"),
        ("https://other.example", "other.example."),
        ("https://other.example.", "other.example."),
        ("https://other.example", "other.example.evil.example"),
        ("https://other.example", ""),
    ],
)
async def test_another_port_or_name_is_not_ours(world: World, origin: str, host: str) -> None:
    """Attack: another program on the same machine, or a name that begins like ours."""
    response = await world.client.post("/chat/sessions", json={}, headers={"Origin": origin, "Host": host})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "http://127.0.0.1:5173", "http://[::1]:3000", "https://localhost"]
)
async def test_pages_on_this_machine_in_the_demo_only(tmp_path: Path, origin: str) -> None:
    """Who tries it out on their own page need not set anything; a real installation is not open to them."""
    for demo, status in ((True, 201), (False, 403)):
        async with serving(tmp_path / str(demo), demo=demo) as world:
            response = await world.client.post("/chat/sessions", json={}, headers={"Origin": origin})
            assert response.status_code == status


@pytest.mark.parametrize(
    "origin",
    ["https://localhost.evil.example", "http://127.0.0.1.evil.example", "https://evil.example", "null"],
)
async def test_the_demo_is_for_nobody_else(tmp_path: Path, origin: str) -> None:
    """Attack: any website, while somebody has the demo running."""
    async with serving(tmp_path, demo=True) as world:
        response = await world.client.post("/chat/sessions", json={}, headers={"Origin": origin})
        assert response.status_code == 403


async def test_what_is_public_stays_so(world: World) -> None:
    """The script and its words may be read from anywhere; other pages are no business of this guard."""
    for path in ("/widget.js", "/chat/widget", "/healthz"):
        response = await world.client.get(path, headers={"Origin": "https://evil.example"})
        assert response.status_code == 200
    assert (await world.client.get("/chat/widget", headers={"Origin": SHOP})).headers[
        "Access-Control-Allow-Origin"
    ] == "*"


async def test_the_log_names_whom_it_refused(world: World, log: io.StringIO) -> None:
    """Once each and not without end: whoever puts the chat on a new site finds out what is missing."""
    for number in range(50):
        for _ in range(2):
            await world.client.get("/chat/messages", headers={"Origin": f"https://site{number}.example"})
    assert log.getvalue().count("https://site0.example") == 1
    assert log.getvalue().count("origin_refused") == 20
