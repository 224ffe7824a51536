"""What others try at /leave: another site's form, a guessed token, a frame, script in every field."""

from __future__ import annotations

import io
from dataclasses import replace
from html import escape

import pytest

from bot.domain.subscriptions import Status
from tests.fixtures.script_payloads import PAYLOADS
from tests.unit.gateway.leaver import AT_THE_FORM, Leaver, Page

SOLO = "demo-solo@example.com"
OURS = "http://127.0.0.1:8000"
#: So many payloads at once; each batch is a test of its own.
BATCH = 50


def sessions(leaver: Leaver) -> int:
    """How many conversations have anything in them."""
    with leaver.world.application.deps.store.begin() as work:
        return len({item.conversation_id for item in work.messages.newest(200)})


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://evil.example:8000"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": OURS, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://evil.example/leave"},
    ],
)
async def test_another_sites_form(leaver: Leaver, headers: dict[str, str]) -> None:
    """403, on a page that says so, with nothing done: not begun with, and not gone on with."""
    first = await leaver.open("de")
    leaver.headers = headers
    page = await leaver.send(first, email=SOLO)
    assert page.response.status_code == 403
    assert "/leave?language=en" in page.links
    assert sessions(leaver) == 0

    leaver.headers = {}
    page = await leaver.verified()
    leaver.headers = headers
    assert (await leaver.press(page, "Undo")).response.status_code == 403
    assert leaver.statuses() == [Status.CANCELLING]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OURS, "Sec-Fetch-Site": "same-origin", "Referer": f"{OURS}/leave"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": f"{OURS}/leave?language=en"},
        {"Origin": "https://chat.shop.example", "Host": "chat.shop.example"},
        {},
    ],
)
async def test_our_own_form(leaver: Leaver, headers: dict[str, str]) -> None:
    """As browsers send it, behind a proxy that ends TLS, and as text browsers do."""
    leaver.headers = headers
    assert (await leaver.verified()).receipts


async def test_nobody_is_signed_in_by_a_cookie(leaver: Leaver) -> None:
    """None is set, and none is read: without the page there is no session to abuse."""
    page = await leaver.verified()
    assert "set-cookie" not in page.response.headers
    assert not leaver.world.client.cookies


async def test_no_token_in_an_address_or_the_log(leaver: Leaver, log: io.StringIO) -> None:
    """Addresses travel: into histories, referrers and logs."""
    page = await leaver.verified()
    token = page.forms[0].hidden["session"]
    assert not any(token in link for link in page.links)
    assert not any(token in (given.get("action") or "") for _, given in page.tags)
    assert token not in str(page.response.url)
    assert token not in log.getvalue()
    # A form that is sent by GET, as a page could be made to: nothing is read from the address.
    fields = {**page.forms[0].hidden, "person": "x"}
    shown = Page(await leaver.world.client.get("/leave", params=fields))
    assert shown.heading == leaver.words("leave_title")


async def test_headers(leaver: Leaver) -> None:
    """Not to be framed, kept, or led elsewhere; no script runs; and forms come back only here."""
    pages = [await leaver.open(), await leaver.declared(), await leaver.post({})]
    for page in pages:
        headers = page.response.headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        # Not "no-referrer": browsers would then send `Origin: null` with our own form.
        assert headers["referrer-policy"] == "same-origin"
        assert not any(tag == "script" or "style" in given for tag, given in page.tags)


@pytest.mark.parametrize("forged", ["token-0", "x" * 43, "a b", "", "ä", "x" * 300])
async def test_a_guessed_token(leaver: Leaver, forged: str) -> None:
    """Opens nothing, and is no oracle: the same page whether or not there is such a session."""
    first = await leaver.open()
    hidden = {**first.forms[0].hidden, "session": forged}
    for fields in ({"email": SOLO}, {"code": "123456"}, {"words": "x"}, {"person": "x"}, {"press.x": "x"}):
        page = await leaver.post({**hidden, **fields})
        assert page.response.status_code in {400, 404}
    assert sessions(leaver) == 0


async def test_a_token_of_ones_own_opens_nothing(leaver: Leaver) -> None:
    """A session under a token that somebody else made up would be theirs as well."""
    first = await leaver.open()
    chosen = "chosen-by-somebody-else"
    for proof in ("", "leave:", first.forms[0].hidden["proof"]):
        fields = {**first.forms[0].hidden, "session": chosen, "proof": proof, "email": SOLO}
        assert (await leaver.post(fields)).response.status_code == 404
    assert sessions(leaver) == 0


async def test_another_conversations_button(leaver: Leaver) -> None:
    """A button is good where it was shown."""
    theirs = await leaver.verified()
    undo = theirs.form_with("Undo").buttons["Undo"]
    mine = await leaver.declared("somebody@example.com")
    page = await leaver.post({**mine.forms[0].hidden, undo: "Undo"})
    assert page.response.status_code == 404
    assert leaver.statuses() == [Status.CANCELLING]


async def test_too_long(leaver: Leaver) -> None:
    """413, on a page of ours; the rest of a field that is too long is left out."""
    page = await leaver.declared()
    large = await leaver.send(page, words="x" * 70_000)
    assert large.response.status_code == 413
    assert large.heading == leaver.words("leave_note_large_title")
    assert (await leaver.send(page, words="x" * 20_000)).response.status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"id=1", b"{}", b"&".join(b"a%d=1" % n for n in range(30)), b"id=%00&session=%00"],
)
async def test_what_no_page_of_ours_sends(leaver: Leaver, body: bytes) -> None:
    """400, in words."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "de"}
    page = Page(await leaver.world.client.post("/leave", content=body, headers=headers))
    assert page.response.status_code == 400
    assert page.heading == leaver.words("leave_note_unclear_title", "de")


def sendable(payload: str) -> str:
    """As a browser would send it: halves of characters are replaced before they leave it."""
    return payload.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def inert(page: Page, payload: str) -> bool:
    """Whether a page shows a payload as text, or not at all: no element of it, no attribute of it."""
    known = {"html", "head", "meta", "title", "link", "body", "header", "svg", "path", "p", "a", "main", "h1"}
    known |= {"h2", "div", "form", "input", "label", "textarea", "details", "summary", "ol", "li", "span"}
    known |= {"section", "dl", "dt", "dd", "nav", "ul", "blockquote", "q"}
    names = {name for _, given in page.tags for name in given}
    strange = {tag for tag, _ in page.tags} - known or {name for name in names if name.startswith("on")}
    if strange:
        return False
    return len(payload) < 4 or payload not in page.response.text or payload == escape(payload)


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), BATCH))
async def test_script_in_every_field(leaver: Leaver, start: int) -> None:
    """Five hundred payloads: escaped or refused, and never a fault of ours."""
    leaver.world.app.state.runtime.pace = replace(AT_THE_FORM, words=0.0)
    first = await leaver.open()
    hidden = (await leaver.send(first, email=SOLO)).forms[0].hidden
    for payload in map(sendable, PAYLOADS[start : start + BATCH]):
        leaver.world.clock.advance(minutes=2)
        for fields in (
            {**first.forms[0].hidden, "email": payload, "end": payload, "language": payload},
            {**hidden, "code": payload},
            {**hidden, "id": payload, "look": payload},
            {**hidden, "session": payload, "proof": payload, "email": payload},
            {**hidden, f"press.{payload}": payload, payload: payload},
            {**hidden, "words": payload},
        ):
            answer = await leaver.post(fields)
            assert answer.response.status_code in {200, 400, 404, 413}
            assert inert(answer, payload)
            shows = "words" in fields and "<" in payload
            assert not shows or "&lt;" in answer.response.text
        shown = Page(await leaver.world.client.get("/leave", params={"language": payload}))
        assert shown.response.status_code == 200
        assert inert(shown, payload)
