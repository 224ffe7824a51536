from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from bot.mail.file import FileMailer
from gateway.api.pages import PAGES
from gateway.app import create_app
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, World, application

ROUTES = [
    ("GET", "/"),
    ("GET", "/demo/static/demo.js"),
    ("POST", "/demo/identity"),
    ("GET", "/demo/mail"),
    ("POST", "/demo/reset"),
]


async def test_the_page(world: World) -> None:
    """Shows the demo's customers; may run its own scripts and no others."""
    response = await world.client.get("/")

    assert response.status_code == 200
    for name in ("demo-solo", "demo-multi", "demo-none", "demo-ended", "demo-trial"):
        assert f'value="{name}"' in response.text
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


async def test_what_the_page_is_made_of(world: World) -> None:
    """Every file the page names is there, with its type."""
    page = (await world.client.get("/")).text
    names = [part.split('"')[0] for part in page.split("/demo/static/")[1:]]

    for name in names:
        response = await world.client.get(f"/demo/static/{name}")
        assert response.status_code == 200
        assert response.headers["Content-Type"].split(";")[0] in {
            "text/css",
            "text/javascript",
            "image/svg+xml",
        }
    assert "demo.js" in names


async def test_identities_are_for_demo_customers(world: World) -> None:
    """One opens a session; for anybody else there is none."""
    made = await world.client.post("/demo/identity", json={"customer": "demo-solo"})
    session = await world.client.post("/chat/sessions", json=made.json())

    assert session.status_code == 201
    for customer in ("demo-nobody", "ada", ""):
        refused = await world.client.post("/demo/identity", json={"customer": customer})
        assert refused.status_code == 404
        assert refused.json()["error"]["code"] == "customer_unknown"


async def test_mail(world: World, tmp_path: Path) -> None:
    """What was sent, newest first."""
    mailer = FileMailer(tmp_path, world.clock, "Lantern Notes")
    for number in (1, 2):
        world.clock.advance(seconds=1)
        mailer.send(to="a@example.com", subject=f"Mail {number}", text="Text", message_id=f"j_{number}")

    sent = (await world.client.get("/demo/mail")).json()["mail"]

    assert [item["subject"] for item in sent] == ["Mail 2", "Mail 1"]
    assert set(sent[0]) == {"id", "to", "subject", "text", "at"}


async def test_reset(world: World) -> None:
    """What was cancelled is active again."""
    session = await world.session("demo-solo")
    await world.say(session, "I want to cancel")

    assert (await world.client.post("/demo/reset", json={})).status_code == 200

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


async def test_the_page_is_in_the_browsers_language(world: World) -> None:
    """Unless another one is picked on it; the picker has every language under its own name."""
    german = await world.client.get("/", headers={"Accept-Language": "de-AT,de;q=0.9"})
    picked = await world.client.get("/?language=en", headers={"Accept-Language": "de-AT"})

    assert '<html lang="de" dir="ltr">' in german.text
    assert '<option value="de" lang="de" selected>' in german.text
    assert '<html lang="en" dir="ltr">' in picked.text


async def test_every_word_of_the_scripts_is_on_the_page(world: World) -> None:
    """The scripts have no words of their own, and ask for none that the page lacks."""
    page = (await world.client.get("/")).text
    given = set(json.loads(page.split('id="words">')[1].split("</script>")[0]))
    asked: set[str] = set()
    for path in (PAGES / "static").glob("*.js"):
        asked |= set(re.findall(r'"(demo_\w+)"', path.read_text(encoding="utf-8")))

    assert asked == given
