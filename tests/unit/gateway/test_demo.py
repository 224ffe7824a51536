from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from gateway.app import create_app
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, World, application

ROUTES = [
    ("GET", "/"),
    ("GET", "/demo/account"),
    ("GET", "/demo/mail"),
    ("GET", "/demo/static/shop.js"),
    ("GET", "/demo/docs/connect-website.md"),
    ("GET", "/demo/identity"),
    ("POST", "/demo/identity"),
    ("POST", "/demo/sign-in"),
    ("POST", "/demo/reset"),
]


async def test_identities_are_for_demo_customers(world: World) -> None:
    """One opens a session; for anybody else there is none."""
    made = await world.client.post("/demo/identity", json={"customer": "demo-solo"})
    session = await world.client.post("/chat/sessions", json=made.json())

    assert session.status_code == 201
    for customer in ("demo-nobody", "ada", ""):
        refused = await world.client.post("/demo/identity", json={"customer": customer})
        assert refused.status_code == 404
        assert refused.json()["error"]["code"] == "customer_unknown"


async def test_reset(world: World) -> None:
    """What was cancelled is active again."""
    session = await world.session("demo-solo")
    await world.say(session, "I want to cancel")

    assert (await world.client.post("/demo/reset", json={})).json() == {"reset": True}

    again = await world.say(await world.session("demo-solo"), "I want to cancel")
    assert again.json()["replies"][0]["text"].startswith("cancel_done")


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "fairwell.example"},
        {"Host": "127.0.0.1.example.com"},
        {"Host": "localhost.example.com:8000"},
        {"Host": ""},
        {"Host": "192.168.1.5:8000"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "https://127.0.0.1.elsewhere.example"},
        {"Origin": "null"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
    ],
)
async def test_only_at_home(world: World, method: str, path: str, headers: dict[str, str]) -> None:
    """Under another name, through a proxy, or from another website: refused all the same."""
    response = await world.client.request(method, path, headers=headers)

    assert response.status_code == 403
    assert response.json()["error"]["code"] == "demo_only_here"


async def test_a_form_on_another_website(world: World) -> None:
    """Neither signs anybody in nor resets what was tried out."""
    session = await world.session("demo-solo")
    await world.say(session, "I want to cancel")
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}

    for path, fields in (("/demo/sign-in", {"customer": "demo-solo"}), ("/demo/reset", {"place": "home"})):
        response = await world.client.post(path, data=fields, headers=headers)
        assert response.status_code == 403
        assert "Set-Cookie" not in response.headers

    with world.application.deps.store.begin() as work:
        assert len(work.operations.of_customer("demo-solo")) == 1


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "127.8.8.8"])
async def test_loopback_names(world: World, host: str) -> None:
    """All names of this machine for itself."""
    assert (await world.client.get("/", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("address", ["192.168.1.5", "8.8.8.8", "::ffff:10.0.0.1", "not an address"])
@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_from_another_machine(world: World, address: str, method: str, path: str) -> None:
    """Refused, whatever it says its host is."""
    transport = httpx.ASGITransport(world.app, client=(address, 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        assert (await client.request(method, path)).status_code == 403


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_without_the_demo(tmp_path: Path, method: str, path: str) -> None:
    """There is nothing at all."""
    made = application(tmp_path, demo=False)
    app = create_app(made, FakeRasa(made.deps), QUICK)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        response = await client.request(method, path)

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
