"""The list of conversations: what it shows, whom it tells, and what it does with an address of any kind."""

from __future__ import annotations

import re

import pytest

from bot.domain.audit import Action
from bot.domain.finding import Facet
from bot.domain.staff import Role
from bot.services import audit, finding
from tests.unit.console.office import CUSTOMER, Browser, Office


async def found(browser: Browser, *conversations: str, **query: str) -> list[str]:
    """Those of the conversations that a list has."""
    answer = await browser.get("/conversations", **query)
    assert answer.status_code == 200
    return [name for name in conversations if f"/console/conversations/{name}" in answer.text]


async def test_words_and_filters(office: Office) -> None:
    """Alone and together, for every role."""
    blue, red = office.conversation("a blue door"), office.conversation("a red door", locale="de")
    viewer = office.signed_in(Role.VIEWER)
    assert viewer.staff is not None
    with office.store.begin() as work:
        work.finding.note(red, Facet.LABEL, "vip")
        work.finding.replace(red, Facet.ASSIGNEE, viewer.staff.id)
        work.commit()
    assert await found(viewer, blue, red) == [blue, red]
    assert await found(viewer, blue, red, q="blue") == [blue]
    assert await found(viewer, blue, red, q='"red door"') == [red]
    assert await found(viewer, blue, red, q="door", language="de") == [red]
    assert await found(viewer, blue, red, label="vip") == [red]
    assert await found(viewer, blue, red, assignee="me") == [red]
    assert await found(viewer, blue, red, low_confidence="1") == []
    assert await found(viewer, blue, red, channel="slack") == []


@pytest.mark.parametrize(
    "query",
    [
        {"since": "0001-01-01"}, {"until": "9999-12-31"}, {"since": "yesterday"}, {"since": "2026-02-30"},
        {"q": "a\x00b"}, {"channel": "\x00"}, {"label": "\x00"}, {"after": "p"}, {"after": "p-1"},
        {"after": "p" + "9" * 40}, {"after": "p٣"}, {"after": "~"}, {"after": "2026-01-01T00:00:00~c_1"},
        {"after": "2026-01-01T00:00:00+00:00~\x00"}, {"after": "0001-01-01T00:00:00+14:00~c_1"},
        {"after": "9999-12-31T23:59:59-14:00~c_1"}, {"after": "x" * 5000}, {"q": "x" * 5000},
        {"q": "㌀" * 200}, {"nothing": "such"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("part", [{}, {"part": "1"}])
async def test_any_address_is_answered(office: Office, query: dict[str, str], part: dict[str, str]) -> None:
    """What is no filter of ours is none; it never fails."""
    office.conversation("hello")
    answer = await office.signed_in(Role.VIEWER).get("/conversations", **query, **part)
    assert answer.status_code == 200


async def test_an_address_finds_its_customer_for_those_who_may_see_it(office: Office) -> None:
    """To a viewer it does not even tell that there is such a customer."""
    name = office.conversation("hello")
    with office.store.begin() as work:
        customer = work.customers.get(CUSTOMER)
        work.conversations.belongs_to(name, CUSTOMER)
        work.commit()
    assert customer is not None
    viewer, agent = office.signed_in(Role.VIEWER), office.signed_in(Role.AGENT)
    assert await found(agent, name, q=f" {customer.email.upper()} ") == [name]
    assert await found(agent, name, q="nobody@example.com") == []
    known, unknown = [
        (await viewer.get("/conversations", q=address)).text.replace(address, "")
        for address in (customer.email, "nobody@example.com")
    ]
    assert known == unknown
    assert name not in known


async def test_a_list_hides_what_is_personal(office: Office) -> None:
    """Numbers by their look, names because they are known."""
    name = office.conversation("this is Sam Solo, +49 171 5550123")
    with office.store.begin() as work:
        customer = work.customers.get(CUSTOMER)
        assert customer is not None
        office.says(work, name, f"I am {customer.name}, call +49 171 5550123")
        work.conversations.belongs_to(name, CUSTOMER)
        work.commit()
    text = (await office.signed_in(Role.ADMIN).get("/conversations")).text
    assert "••••" in text
    assert "5550123" not in text
    assert customer.name not in text


@pytest.mark.parametrize("query", [{}, {"part": "1"}, {"after": "p999"}, {"after": "p999", "part": "1"}])
async def test_every_search_is_in_the_audit(office: Office, query: dict[str, str]) -> None:
    """However it is asked for; what was looked for is not. A list alone is no search."""
    viewer = office.signed_in(Role.VIEWER)
    assert viewer.staff is not None
    await viewer.get("/conversations", **query)
    assert audit.listed(office.deps, action=Action.SEARCHED.value) == []
    await viewer.get("/conversations", q="ada", **query)
    (entry,) = audit.listed(office.deps, action=Action.SEARCHED.value)
    assert (entry.who, entry.action) == (viewer.staff.id, Action.SEARCHED)
    assert "ada" not in repr(entry.content())


async def test_pages_go_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each brings a button for the next, and keeps what was asked for."""
    monkeypatch.setattr(finding, "PAGE", 2)
    names = []
    for number in range(5):
        office.clock.advance(minutes=1)
        names.append(office.conversation(f"door {number}"))
    viewer, seen, address = office.signed_in(Role.VIEWER), [], "/conversations?channel=web"
    while address:
        text = (await viewer.get(address)).text
        seen.append([name for name in reversed(names) if name in text])
        more = re.search(r'<button[^>]*hx-get="/console([^"]*)"', text)
        assert more is None or "channel=web" in more[1]
        address = more[1].replace("&amp;", "&") if more else ""
    assert seen == [names[:2:-1], names[2:0:-1], names[:1]]
