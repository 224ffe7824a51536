"""Who is signed in, and for how long: by what they do, not by what a page does by itself."""

from __future__ import annotations

from asyncio import Queue
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial

import pytest
from starlette.testclient import TestClient

from bot.domain.staff import IDLE_FOR, Role
from console.live import Live
from tests.unit.console.office import URL, Office

#: What htmx sends with everything it asks for.
_BY_ITSELF = {"hx-request": "true"}


@pytest.mark.parametrize("asks", ["queue", "transcript", "presence"])
async def test_an_open_page_does_not_keep_its_reader_signed_in(office: Office, asks: str) -> None:
    """Lists and transcripts renew themselves every few seconds: that is no click of anybody."""
    agent, conversation = office.signed_in(Role.AGENT), office.conversation("hello")
    here = f"/conversations/{conversation}"
    for _ in range(8):
        office.clock.time += IDLE_FOR / 8 - timedelta(seconds=1)
        if asks == "presence":
            answer = await agent.post(f"{here}/presence", _BY_ITSELF)
        else:
            path = f"{here}?part=transcript" if asks == "transcript" else "/queue?part=1"
            answer = await agent.client.get(f"/console{path}", headers=_BY_ITSELF)
        assert answer.status_code == 200
    office.clock.time += timedelta(seconds=8)
    answer = await agent.client.get("/console/queue?part=1", headers=_BY_ITSELF)
    assert (answer.status_code, answer.headers["hx-redirect"][:16]) == (204, "/console/sign-in")


async def test_whoever_clicks_stays(office: Office) -> None:
    """A page that is opened counts, and so does a form."""
    agent, conversation = office.signed_in(Role.AGENT), office.conversation("hello")
    for _ in range(2):
        office.clock.time += IDLE_FOR - timedelta(seconds=1)
        assert (await agent.get(f"/conversations/{conversation}")).status_code == 200
        office.clock.time += IDLE_FOR - timedelta(seconds=1)
        answer = await agent.post(f"/conversations/{conversation}/notes", text="calls back")
        assert "/console/sign-in" not in answer.headers["location"]


@pytest.mark.parametrize(("set_up", "code"), [(False, 4401), (True, None)])
def test_who_has_no_authenticator_yet_hears_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, set_up: bool, code: int | None
) -> None:
    """A password alone shows nothing: neither a page nor which conversations change."""
    member = office.member(Role.AGENT, password_hash="x", totp="ABCD", totp_confirmed=set_up)
    browser = office.signed_in(member, "password")
    cookie = f"fairwell_staff={browser.client.cookies['fairwell_staff']}"
    monkeypatch.setattr(office.live, "listening", partial(already, office.live, office.live.listening))
    headers = {"origin": URL, "cookie": cookie}
    with (
        TestClient(office.app, base_url=URL) as client,
        client.websocket_connect("/console/live", headers=headers) as live,
    ):
        said = live.receive()
    assert said.get("code") == code
    assert (said["type"] == "websocket.close") is (code is not None)


@contextmanager
def already(live: Live, listening: Callable[[], AbstractContextManager[Queue[str]]]) -> Iterator[Queue[str]]:
    """A page that listens, and something has changed."""
    with listening() as page:
        live.tell(["c_changed"])
        yield page


async def test_no_name_has_a_nul(office: Office) -> None:
    """PostgreSQL takes none, not even in a question: it is the address of nothing."""
    agent = office.signed_in(Role.AGENT)
    assert (await agent.get("/conversations/c_%00")).status_code == 404
    assert (await agent.post("/conversations/c_%00/reply", text="hello")).status_code == 404
