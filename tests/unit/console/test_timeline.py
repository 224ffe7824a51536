"""All channels of a customer as one: what it shows, what it writes down, where a reply goes."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from bot.domain.audit import Action
from bot.domain.conversations import Author
from bot.domain.staff import Role
from bot.services import arrivals, audit, dossier, identity, presence, timeline, verdicts
from tests.unit.console.office import CUSTOMER, Browser, Office

OTHER = "demo-multi"


def talks(office: Office, channel: str, *texts: str, customer: str | None = CUSTOMER) -> str:
    """A conversation on a channel, each text a minute after the one before."""
    if channel == "web":
        name = office.conversation(customer=customer)
    else:
        name = arrivals.conversation_at(office.deps, channel, office.deps.ids.token(), "en")
    for text in texts:
        office.clock.advance(minutes=1)
        with office.store.begin() as work:
            office.says(work, name, text)
            if customer is not None:
                identity.prove(work, office.proof(name, customer))
            work.commit()
    return name


def says(office: Office, name: str, text: str) -> None:
    """One message more."""
    office.clock.advance(minutes=1)
    with office.store.begin() as work:
        office.says(work, name, text)
        work.commit()


async def page(browser: Browser, name: str, **query: str) -> str:
    """The page, or a part of it."""
    answer = await browser.get(f"/conversations/{name}", **query)
    assert answer.status_code == 200
    return answer.text


def said(text: str) -> list[str]:
    """What a page shows of what was said, in order."""
    return [html.unescape(item) for item in re.findall(r'<p class="text">(.*?)</p>\n', text, re.DOTALL)]


def read(office: Office) -> set[str]:
    """Of which conversations it is in the audit that somebody read them."""
    return {entry.subject for entry in audit.listed(office.deps, action=Action.READ.value)}


def customer_named(office: Office, ref: str) -> str:
    """What they are called."""
    with office.store.reading() as work:
        found = work.customers.get(ref)
    assert found is not None
    return found.name


async def test_all_channels_are_one_press_away(office: Office) -> None:
    """A link, which needs no script; each message with its channel, which leads to its conversation."""
    web, telegram = talks(office, "web", "one"), talks(office, "telegram", "two")
    says(office, web, "three")
    others = talks(office, "slack", "not theirs", customer=OTHER)
    viewer = office.signed_in(Role.VIEWER)
    alone = await page(viewer, web)
    assert said(alone) == ["one", "three"]
    assert f'href="/console/conversations/{web}?all=1"' in alone
    assert 'class="chip" href' not in alone
    for opened in (web, telegram):
        merged = await page(viewer, opened, all="1")
        assert said(merged) == ["one", "two", "three"]
        assert merged.count(">Website<span") == 2
        assert f'<a class="chip" href="/console/conversations/{telegram}#m1">Telegram<' in merged
        assert f'<a class="chip" href="/console/conversations/{web}#m2">Website<' in merged
        assert merged.count("nlu_fallback") == alone.count("nlu_fallback") + 1
        assert len(set(re.findall(r'<li class="customer" id="([^"]+)"', merged))) == 3
        assert f'<li><a href="/console/conversations/{opened}">This conversation' in merged
        assert others not in merged


async def test_who_talked_once_has_no_switch(office: Office) -> None:
    """Nor has a stranger; asked for all the same, it is this conversation."""
    viewer = office.signed_in(Role.VIEWER)
    for name in (talks(office, "web", "alone"), talks(office, "web", "alone", customer=None)):
        assert "All channels" not in await page(viewer, name)
        assert said(await page(viewer, name, all="1")) == ["alone"]


async def test_each_that_is_read_is_in_the_audit(office: Office) -> None:
    """As if it had been opened: the page and its part alike, and none of which nothing is shown."""
    web, telegram = talks(office, "web", "one"), talks(office, "telegram", "two")
    silent, others = talks(office, "web"), talks(office, "slack", "not theirs", customer=OTHER)
    viewer = office.signed_in(Role.VIEWER)
    await page(viewer, web)
    await page(viewer, web, all="1", part="panel")
    assert read(office) == {web}
    await page(viewer, web, all="1", part="transcript")
    assert read(office) == {web, telegram}
    assert not {silent, others} & read(office)
    entries = audit.listed(office.deps, action=Action.READ.value, subject=telegram)
    assert [entry.who for entry in entries] == [viewer.staff.id if viewer.staff else ""]
    office.clock.advance(minutes=15)
    await page(viewer, web, all="1")
    assert len(audit.listed(office.deps, action=Action.READ.value, subject=telegram)) == 2
    # Colleagues see them there, too.
    assert [other.name for other in presence.others(office.deps, telegram, "st_else")] == ["Bea Kraus"]
    assert list(presence.others(office.deps, silent, "st_else")) == []


async def test_everybody_known_anywhere_is_hidden(office: Office) -> None:
    """Somebody else used this Telegram before: her name is hidden there, and so it is here."""
    mine, hers = customer_named(office, CUSTOMER), customer_named(office, OTHER)
    web = talks(office, "web", f"{mine} and {hers}")
    telegram = arrivals.conversation_at(office.deps, "telegram", "77", "en")
    agent = office.signed_in(Role.AGENT)
    with office.store.begin() as work:
        identity.prove(work, office.proof(telegram, OTHER))
        work.commit()
    await agent.post(f"/conversations/{telegram}/take")
    with office.store.begin() as work:
        office.says(work, telegram, f"{hers}, or {mine}, +49 170 1234567")
        identity.prove(work, office.proof(telegram, CUSTOMER))
        work.commit()
    for opened in (web, telegram):
        for part in ({}, {"part": "transcript"}):
            text = await page(agent, opened, all="1", **part)
            assert len(said(text)) == 2
            assert not [word for word in (mine, hers, "1234567") if word in text]


async def test_personal_data_is_shown_where_it_was_asked_for(office: Office) -> None:
    """In that conversation's messages and no other's, to whom it was given, as long as they may see it."""
    name = customer_named(office, CUSTOMER)
    web, telegram = talks(office, "web", f"web {name}"), talks(office, "telegram", f"telegram {name}")
    agent, colleague = office.signed_in(Role.AGENT), office.signed_in(Role.AGENT)
    await agent.post(f"/conversations/{telegram}/reveal", why="has to be called")
    for opened in (web, telegram):
        assert said(await page(agent, opened, all="1")) == ["web ••••", f"telegram {name}"]
        assert name not in await page(colleague, opened, all="1")
    assert agent.staff is not None
    with office.store.begin() as work:
        less = replace(agent.staff, role=Role.VIEWER)
        work.staff.put(less)
        work.commit()
    assert name not in await page(office.signed_in(less), web, all="1")
    office.clock.advance(minutes=30)
    assert name not in await page(agent, telegram, all="1")


async def test_a_reply_goes_to_the_conversation_that_is_open(office: Office) -> None:
    """And leads back to where it was written."""
    web, telegram = talks(office, "web", "one"), talks(office, "telegram", "two")
    agent = office.signed_in(Role.AGENT)
    text = await page(agent, web, all="1")
    assert f'action="/console/conversations/{web}/reply"' in text
    assert "It goes to this conversation, on Website." in text
    answer = await agent.post(f"/conversations/{web}/reply", text="hello", all="1")
    assert answer.headers["location"] == f"/console/conversations/{web}?all=1"
    with office.store.reading() as work:
        wrote = {item.conversation_id for item in work.messages.newest(9) if item.author is Author.STAFF}
        assert wrote == {web}
        assert work.cases.current(telegram) is None


async def test_it_stays_live(office: Office) -> None:
    """It hears of every conversation in it, also of one of which nothing is shown, and asks for all."""
    web, telegram, silent = talks(office, "web", "1"), talks(office, "telegram", "2"), talks(office, "web")
    viewer = office.signed_in(Role.VIEWER)
    text = await page(viewer, web, all="1")
    (part,) = re.findall(r'<section id="transcript"[^>]*data-live="([^"]*)" hx-get="([^"]*)"', text)
    assert set(part[0].split(" ")) == {web, telegram, silent}
    says(office, silent, "new")
    address = html.unescape(part[1]).removeprefix("/console")
    again = await viewer.get(address)
    assert said(again.text) == ["1", "2", "new"]
    assert part[1] in again.text
    assert f'data-live="{web}"' in await page(viewer, web)


async def test_windows_go_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """By links; each reads, and has in the audit, only what it shows."""
    for module in (dossier, timeline):
        monkeypatch.setattr(module, "WINDOW", 2)
    telegram = talks(office, "telegram", "1", "2", "3")
    web = talks(office, "web", "4", "5")
    agent = office.signed_in(Role.AGENT)
    address, seen, forms = f"/conversations/{web}?all=1", [], []
    while address:
        text = (await agent.get(address)).text
        seen.append((said(text), telegram in read(office)))
        forms.append("data-reply" in text)
        more = re.search(r'href="/console([^"]*)">Earlier messages', text)
        address = html.unescape(more[1]) if more else ""
        assert len(seen) < 2 or f'href="/console/conversations/{web}?all=1">To the newest' in text
    assert seen == [(["4", "5"], False), (["2", "3"], True), (["1"], True)]
    assert forms == [True, False, False]


@pytest.mark.parametrize(
    "before",
    [
        "1", "-1~1~c", "x~1~c", "1~x~c", "1~1~", "1~1", "٣~1~c", "1~٣~c", "9" * 17 + "~999999999~c",
        "9" * 18 + "~1~c", "1~" + "9" * 10 + "~c", "1~1~\x00", "1~1~" + "c" * 5000, "0~0~' OR 1=1 --",
        "1~1~\n", "1~1~\ud800".encode("utf-8", "replace").decode(), "9" * 5000,
    ],
)  # fmt: skip
async def test_any_address_is_answered(office: Office, before: str) -> None:
    """What is no place in it is none; it never fails, and never says more."""
    web = talks(office, "web", "one")
    others = talks(office, "telegram", "not theirs", customer=OTHER)
    viewer = office.signed_in(Role.VIEWER)
    for query in ({"all": "1"}, {"all": "1", "part": "transcript"}, {"all": "2"}, {"all": "1", "part": "x"}):
        text = await page(viewer, web, before=before, **query)
        assert set(said(text)) <= {"one"}
    assert others not in read(office)


async def test_it_says_when_there_is_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Conversations that are not in it, and messages by which no promise is judged."""
    web = talks(office, "web", "one", "two", "three")
    for _ in range(2):
        talks(office, "web", "hello")
    viewer = office.signed_in(Role.VIEWER)
    whole = await page(viewer, web, all="1")
    assert "in which they wrote last" not in whole
    assert "is judged of the last" not in whole
    monkeypatch.setattr(timeline, "MOST", 1)
    monkeypatch.setattr(verdicts, "LAST", 2)
    less = await page(viewer, web, all="1")
    assert "This conversation, and the 1 others in which they wrote last." in less
    assert "is judged of the last 2 messages" in less
