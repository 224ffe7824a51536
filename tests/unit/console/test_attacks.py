"""What somebody tries who wants to read others' conversations, or cancel another's account."""

from __future__ import annotations

import pytest

from bot.domain.declarations import Declaration
from bot.domain.staff import Role
from console.guard import HOME, safe_next
from tests.fixtures.script_payloads import PAYLOADS
from tests.unit.console.office import Office

_CHUNK = 25


async def test_a_form_without_its_token_changes_nothing(office: Office) -> None:
    """Neither without one, nor with another session's, nor from another site's page."""
    agent, other = office.signed_in(Role.AGENT), office.signed_in(Role.ADMIN)
    conversation = office.conversation("hello")
    path = f"/conversations/{conversation}/reply"
    agent.csrf, kept = "", agent.csrf
    assert (await agent.post(path, text="no")).status_code == 403
    agent.csrf = other.csrf
    assert (await agent.post(path, text="no")).status_code == 403
    agent.csrf = kept
    for headers in (
        {"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
        {"referer": "https://evil.example/console/"},
    ):  # fmt: skip
        assert (await agent.post(path, headers, text="no")).status_code == 403
    with office.store.reading() as work:
        assert [item.text for item in work.messages.after(conversation, 0)] == ["hello"]
    assert (await agent.post(path, {"origin": "http://127.0.0.1:8000"}, text="yes")).status_code == 303


async def test_a_declaration_of_another_conversation_is_not_carried_out(office: Office) -> None:
    """Whatever is put into the address (IDOR)."""
    agent = office.signed_in(Role.AGENT)
    mine, theirs = office.conversation("hello"), office.conversation("cancel", customer="demo-multi")
    with office.store.begin() as work:
        now = office.clock.now()
        made = Declaration("d_1", theirs, "m_1", "cancel", now, customer_ref="demo-multi")
        work.declarations.put(made)
        work.commit()
    await agent.post(f"/conversations/{mine}/take")
    assert (await agent.post(f"/conversations/{mine}/carry-out/d_1")).status_code == 404
    assert (await agent.post(f"/conversations/{theirs}/carry-out/d_1")).status_code == 409
    with office.store.reading() as work:
        assert not work.operations.of_customer("demo-multi")


async def test_a_form_has_nothing_in_it_that_a_database_does_not_take(office: Office) -> None:
    """PostgreSQL takes no NUL: it is left out, whichever field it is in."""
    manager = office.signed_in(Role.MANAGER)
    answer = await manager.post("/canned", title="Hel\0lo", language="en", text="Hello\0.")
    assert answer.status_code == 303
    with office.store.reading() as work:
        assert [(item.title, item.text) for item in work.desk.canned()] == [("Hello", "Hello.")]


async def test_what_a_browser_held_before_opens_nothing(office: Office) -> None:
    """Signing in gives another token, whatever cookie was put there before (session fixation)."""
    browser = office.visitor()
    browser.client.cookies.set("fairwell_staff", "chosen-by-somebody-else")
    member = office.member(Role.VIEWER, password_hash=office.application.doors.passwords.hash("a b c d"))
    answer = await browser.post("/sign-in", email=member.email, password="a b c d")
    assert answer.status_code == 303
    given = answer.headers["set-cookie"]
    assert "chosen-by-somebody-else" not in given
    assert "HttpOnly" in given
    assert "SameSite=lax" in given
    stranger = office.visitor()
    stranger.client.cookies.set("fairwell_staff", "chosen-by-somebody-else")
    assert (await stranger.get("/queue")).status_code == 303


@pytest.mark.parametrize("start", range(0, len(PAYLOADS), _CHUNK))
async def test_what_customers_write_is_only_ever_text(office: Office, start: int) -> None:
    """Five hundred payloads, on every page that shows them: none is ever markup."""
    admin = office.signed_in(Role.ADMIN)
    texts = [text.encode("utf-8", "replace").decode() for text in PAYLOADS[start : start + _CHUNK]]
    conversation, other = office.conversation(*texts), office.conversation("hello")
    await admin.post(f"/conversations/{conversation}/notes", text=texts[0][:4000])
    before = f"{9**16}~1~{texts[0]}"
    pages = [
        await admin.get(f"/conversations/{conversation}"),
        await admin.get(f"/conversations/{conversation}", part="transcript"),
        await admin.get(f"/conversations/{other}", all="1"),
        await admin.get(f"/conversations/{other}", all="1", part="transcript", before=before),
        await admin.get("/conversations"),
        await admin.get("/conversations", q=texts[0][:200]),
        await admin.get("/queue"),
        await admin.get("/audit"),
    ]
    assert pages[2].text.count('class="understood"') == len(texts) + 1
    for answer in pages:
        assert answer.status_code == 200
        for text in texts:
            if "<" in text:
                assert text not in answer.text
        assert "<img src=x" not in answer.text
        assert "<script>" not in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "/console//evil.example",
        "javascript:alert(1)",
        "/console/sign-in", "/elsewhere", "", "/console/\r\nSet-Cookie: x=1", "\u202e/console/queue",
    ],
)  # fmt: skip
def test_a_sign_in_leads_nowhere_else(target: str) -> None:
    """Only to pages of the console (open redirects, header injection)."""
    assert safe_next(target) == HOME


async def test_headers_can_not_be_written_into(office: Office) -> None:
    """Not by the address one wanted to go to."""
    answer = await office.visitor().get("/sign-in", next="/console/queue\r\nX-Mine: 1")
    assert "x-mine" not in answer.headers
    answer = await office.visitor().get("/conversations/%0d%0aX-Mine:%201")
    assert "x-mine" not in answer.headers
