from __future__ import annotations

import base64
import gzip
import hashlib

import pytest

from gateway.api.widget import WIDGET, WORDS
from tests.unit.gateway.support import World

#: What the issue of the widget allows, in bytes: script, and what it says and looks like, together.
MOST = 14 * 1024


async def test_the_script(world: World) -> None:
    """Any site may load it, and a browser that has it is spared."""
    response = await world.client.get("/widget.js", headers={"Origin": "https://shop.example"})

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.content == (WIDGET / "widget.js").read_bytes()
    digest = base64.b64encode(hashlib.sha384(response.content).digest()).decode()
    assert response.headers["ETag"] == f'"sha384-{digest}"'
    again = await world.client.get("/widget.js", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_its_types(world: World) -> None:
    """TypeScript's declarations, as text."""
    response = await world.client.get("/widget.d.ts")
    assert response.status_code == 200
    assert "interface FairwellChat" in response.text


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("?locale=de-AT", "en", "de"),
        ("", "de-CH, fr;q=0.5", "de"),
        ("?locale=xx", "de", "en"),
        ("", "", "en"),
    ],
)
async def test_words_in_a_language(world: World, query: str, accepted: str, language: str) -> None:
    """The page's language, else the browser's; what the widget fills in is left to it."""
    response = await world.client.get(f"/chat/widget{query}", headers={"Accept-Language": accepted})

    said = response.json()
    assert (said["language"], said["dir"]) == (language, "ltr")
    assert said["leave"] == f"{world.application.settings.public_url}/leave?language={language}"
    assert set(said["words"]) == {name.removeprefix("widget_") for name in WORDS}
    assert "seconds={seconds}" in said["words"]["slow"]
    assert "company=Lantern Notes" in said["words"]["them"]


async def test_no_word_of_the_script_is_missing(world: World) -> None:
    """Everything it asks for by name is there."""
    source = "".join(path.read_text(encoding="utf-8") for path in (WIDGET / "src").glob("*.ts"))
    words = (await world.client.get("/chat/widget")).json()["words"]
    unused = [name for name in words if f'"{name}"' not in source and not name.startswith("receipt_")]
    assert unused == []


async def test_it_is_small(world: World) -> None:
    """Script, words and look together, gzipped."""
    sizes = [
        len(gzip.compress((await world.client.get(path)).content, 9))
        for path in ("/widget.js", "/chat/widget?locale=de")
    ]
    print(f"widget: {sizes[0]} + {sizes[1]} of {MOST} bytes gzipped")  # noqa: T201 - the figure itself is wanted
    assert sum(sizes) <= MOST


async def test_anybody_may_ask_for_the_words(world: World) -> None:
    """They are public: also for a site that may not use the chat, so that it gets to hear why."""
    response = await world.client.get("/chat/widget", headers={"Origin": "https://evil.example"})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
