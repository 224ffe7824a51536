from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from bot.crypto.receipt_verification import verify_receipt
from tests.fixtures import read_once
from tests.unit.gateway.support import World

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
JSON = {"Accept": "application/json"}


@pytest.fixture
async def url(world: World) -> str:
    """Where the receipt of a cancellation is, with its key; its words must not be taken for markup."""
    real = read_once.responses(world.application.settings.zone)
    runtime = world.app.state.runtime
    runtime.deps = replace(runtime.deps, wording=real)
    session = await world.session("demo-solo")
    said = await world.say(session, "<b>cancel</b> my plan & stop charging me")
    receipt: dict[str, Any] = said.json()["replies"][0]["receipt"]
    split = urlsplit(receipt["url"])
    return f"{split.path}?{split.query}"


async def test_the_page(world: World, url: str) -> None:
    """States what was declared, word for word and escaped, and what ends when; nobody may cache it."""
    response = await world.client.get(url, headers=HTML)

    assert response.status_code == 200
    assert "&lt;b&gt;cancel&lt;/b&gt; my plan &amp; stop charging me" in response.text
    assert "<b>" not in response.text
    assert "Cancellation confirmed" in response.text
    assert "Nora Lindholm" in response.text
    assert "30 March 2026" in response.text
    headers = response.headers
    assert headers["Content-Type"].startswith("text/html")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


async def test_as_json_it_verifies(world: World, url: str) -> None:
    """By header or by query: what `fairwell receipts verify` reads, against the published keys."""
    keys = (await world.client.get("/.well-known/jwks.json")).content

    for response in (
        await world.client.get(url, headers=JSON),
        await world.client.get(f"{url}&format=json", headers=HTML),
    ):
        assert response.status_code == 200
        assert set(response.json()) == {"jws", "disclosures"}
        verified = verify_receipt(response.content, keys)
        assert verified.personal["words"] == "<b>cancel</b> my plan & stop charging me"


async def test_the_links_of_the_page_lead_somewhere(world: World, url: str) -> None:
    """Styles, the signed copy and the keys."""
    page = (await world.client.get(url, headers=HTML)).text
    links = [part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:]]

    assert len(links) >= 4
    for link in links:
        assert (await world.client.get(link)).status_code == 200, link


@pytest.mark.parametrize("change", ["", "?key=", "?key=wrong", "?key=é", "?key=%00", "?key=%ff", "?other=1"])
async def test_without_its_key_there_is_no_page(world: World, url: str, change: str) -> None:
    """404, the same as for a receipt that is not there."""
    path = url.partition("?")[0]

    response = await world.client.get(f"{path}{change}", headers=HTML)
    nowhere = await world.client.get(f"/receipts/R-NONE-NONE{change}", headers=HTML)

    assert response.status_code == nowhere.status_code == 404
    assert response.text == nowhere.text
    assert "Nothing is kept at this address" in response.text


async def test_json_without_its_key(world: World, url: str) -> None:
    """404 in the one shape."""
    response = await world.client.get(url.partition("?")[0], headers=JSON)

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


async def test_the_key_of_a_receipt_that_is_gone(world: World) -> None:
    """Even the right key opens nothing then."""
    key = world.application.signer.page_key("R-GONE-GONE")

    response: httpx.Response = await world.client.get(f"/receipts/R-GONE-GONE?key={key}", headers=JSON)

    assert response.status_code == 404


async def test_erased(world: World, url: str) -> None:
    """Without its disclosures the receipt stands, and its page says what was erased."""
    number = url.partition("?")[0].rpartition("/")[2]
    store = world.application.deps.store
    with store.begin() as work:
        kept = work.receipts.get(number)
    assert kept is not None
    erased = replace(kept, disclosures=(), customer_ref=None)

    page = world.app.state.pages.page
    from gateway.api.receipts import _page  # noqa: PLC0415 - how a page is made of a receipt, erased or not

    html = page("receipt.html", _page(world.app.state.runtime, erased)).body.decode()

    assert "(erased)" in html
    assert "Nora" not in html


@pytest.mark.parametrize("name", ["nothing.css", "..%2f..%2fapp.py", "receipt.html", "%2e%2e"])
async def test_no_other_files(world: World, name: str) -> None:
    """Only the files of the pages."""
    assert (await world.client.get(f"/receipts/static/{name}")).status_code == 404
