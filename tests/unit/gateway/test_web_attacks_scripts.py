"""Attack: script in every field that takes a text. It comes back as data, or is refused; never a fault.

What a page then does with data is the widget's and the pages' business; they are tried with the same texts.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from urllib.parse import quote, urlsplit

import httpx
import pytest

from bot.domain.text import MAX_TEXT, normalise
from bot.services import cases
from channels.web.parse import whole
from tests.fixtures.script_payloads import PAYLOADS
from tests.unit.gateway.support import World, bearer

#: So many messages are let through in a minute without being slowed.
_AT_ONCE = 15
HTML, JSON = {"Accept": "text/html"}, {"Accept": "application/json"}


def harmless(response: httpx.Response, *statuses: int) -> None:
    """Expected, JSON through and through, and no browser may take it for anything else."""
    assert response.status_code in statuses
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    response.json()


def written(payload: str) -> str:
    """How a transcript has it: whole characters, in one spelling, cut where it is longer than is read."""
    text = normalise(whole(payload))
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]} …"


async def post(
    world: World, path: str, body: object, session: dict[str, str] | None = None
) -> httpx.Response:
    """As browsers send it: halves of characters as escapes."""
    headers = {"Content-Type": "application/json", **(bearer(session) if session else {})}
    return await world.client.post(path, content=json.dumps(body), headers=headers)


async def saying(world: World) -> AsyncIterator[tuple[dict[str, str], list[str]]]:
    """Sessions, each with the next few payloads."""
    for start in range(0, len(PAYLOADS), _AT_ONCE):
        yield await world.session(), list(PAYLOADS[start : start + _AT_ONCE])


def test_they_are_five_hundred() -> None:
    """All different, and among them what cannot even be written as UTF-8."""
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 500
    assert any(whole(payload) != payload for payload in PAYLOADS)
    assert any(len(payload) > MAX_TEXT for payload in PAYLOADS)


async def test_as_what_is_said(world: World) -> None:
    """Answered, and in the history as it was written."""
    async for session, payloads in saying(world):
        for payload in payloads:
            body = {"id": str(uuid.uuid4()), "text": payload}
            harmless(await post(world, "/chat/messages", body, session), 200)
        history = [item["text"] for item in await world.history(session) if item["from"] == "customer"]
        assert history == [written(payload) for payload in payloads]
        page = await world.client.get("/chat/messages?latest=200", headers=bearer(session))
        harmless(page, 200)
        assert [item["text"] for item in page.json()["messages"] if item["from"] == "customer"] == history


async def test_as_what_staff_say(world: World) -> None:
    """Staff's words are not touched, but at their ends: a page has to show them as they are."""
    session = await world.session()
    await world.say(session, "a human please")
    (case,) = cases.listed(world.application.deps)
    said = [whole(payload).strip() for payload in PAYLOADS]
    for text in said:
        cases.reply(world.application.deps, case.id, text)
    history: list[str] = []
    after = 0
    while messages := await world.history(session, after):
        history += [item["text"] for item in messages if item["from"] == "staff"]
        after = messages[-1]["seq"]
    assert history == said


@pytest.mark.parametrize(
    ("path", "body", "field", "statuses"),
    [
        ("/chat/messages", {"text": "hello"}, "id", {422}),
        ("/chat/messages", {"id": str(uuid.UUID(int=1))}, "button", {404}),
        ("/chat/messages", {"id": str(uuid.UUID(int=1)), "text": "hello"}, "button", {422}),
        ("/chat/sessions", {}, "locale", {201, 422}),
        ("/chat/sessions", {}, "identity", {401}),
        ("/chat/sessions", {"locale": "en"}, "identity", {401}),
        ("/chat/links", {}, "channel", {404, 422}),
    ],
)
async def test_as_anything_else(
    world: World, path: str, body: dict[str, str], field: str, statuses: set[int]
) -> None:
    """Refused in the one shape, without a word of what was sent; or, as a language, not understood."""
    session = await world.session("demo-solo")
    for payload in PAYLOADS:
        response = await post(world, path, {**body, field: payload}, session)
        harmless(response, *statuses)
        assert "pwned" not in response.text
    assert world.entries(session["conversation"]) == 0


async def test_as_names_of_fields(world: World) -> None:
    """A field nobody knows is left alone, whatever it is called, and so is what it holds."""
    session = await world.session()
    for start in range(0, len(PAYLOADS), _AT_ONCE):
        more = {payload: {"x": payload} for payload in PAYLOADS[start : start + _AT_ONCE]}
        body = {**more, "id": str(uuid.uuid4()), "text": "hello"}
        response = await post(world, "/chat/messages", body, session)
        harmless(response, 200, 413)
        assert "pwned" not in response.text
        world.clock.advance(minutes=1)


async def test_as_a_bearer_token(world: World) -> None:
    """401, in whatever bytes it comes."""
    for payload in PAYLOADS:
        headers = [(b"authorization", b"Bearer " + in_a_header(payload))]
        harmless(await world.client.get("/chat/messages", headers=headers), 401)


async def test_as_a_number_of_a_message(world: World) -> None:
    """422: a number is a number."""
    session = await world.session()
    for payload in PAYLOADS:
        if payload.strip().isdecimal():
            continue
        for name in ("after", "latest"):
            query = f"{name}={quote(payload, safe='', errors='replace')}"
            harmless(await world.client.get(f"/chat/messages?{query}", headers=bearer(session)), 422)


@pytest.mark.parametrize("accept", [HTML, JSON])
async def test_as_the_number_of_a_receipt(world: World, accept: dict[str, str]) -> None:
    """404, and the page says nothing of it."""
    for payload in PAYLOADS:
        number = quote(payload, safe="", errors="replace")
        response = await world.client.get(f"/receipts/{number}?key={number}", headers=accept)
        # With a slash it is the address of nothing at all, and no page for people either.
        nowhere(response, JSON if "/" in payload else accept)


@pytest.mark.parametrize("accept", [HTML, JSON])
async def test_as_the_key_of_a_receipt(world: World, accept: dict[str, str]) -> None:
    """404: a wrong key is no key."""
    said = await world.say(await world.session("demo-solo"), "I want to cancel")
    path = urlsplit(said.json()["replies"][0]["receipt"]["url"]).path
    for payload in PAYLOADS:
        key = quote(payload, safe="", errors="replace")
        nowhere(await world.client.get(f"{path}?key={key}", headers=accept), accept)


@pytest.mark.parametrize("path", ["/receipts/R-1", "/chat/widget", "/healthz"])
async def test_as_the_languages_a_browser_speaks(world: World, path: str) -> None:
    """Whatever it says, the answer is as ever, in one of ours."""
    usual = (await world.client.get(path, headers=HTML)).text
    for payload in PAYLOADS:
        headers = [(b"accept", b"text/html"), (b"accept-language", in_a_header(payload))]
        response = await world.client.get(path, headers=headers)
        assert (response.status_code < 500, response.text) == (True, usual)


async def test_as_the_language_of_the_widget(world: World) -> None:
    """Words in one of ours; what was asked for is not repeated."""
    usual = (await world.client.get("/chat/widget")).json()
    for payload in PAYLOADS:
        locale = quote(payload, safe="", errors="replace")
        response = await world.client.get(f"/chat/widget?locale={locale}")
        harmless(response, 200)
        assert response.json() == usual


def in_a_header(payload: str) -> bytes:
    """The bytes of it that a server lets through: no end of line, no null."""
    kept = "".join(char for char in payload if char not in "\r\n\x00")
    return kept.encode(errors="replace")


def nowhere(response: httpx.Response, accept: dict[str, str]) -> None:
    """There is nothing there, and what was asked for is not repeated."""
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith(accept["Accept"])
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "pwned" not in response.text
