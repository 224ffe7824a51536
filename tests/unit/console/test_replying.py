"""A reply is sent once, however often its button is pressed, with or without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.domain.conversations import Author
from bot.domain.staff import Role
from tests.unit.console.office import Browser, Office, hidden


@pytest.fixture
def bea(office: Office) -> Browser:
    """Who answers."""
    return office.signed_in(Role.AGENT)


def said(office: Office, name: str) -> list[str]:
    """What staff have said in a conversation."""
    with office.store.reading() as work:
        return [item.text for item in work.messages.after(name, 0) if item.author is Author.STAFF]


async def key_in(browser: Browser, name: str) -> str:
    """The id that the form of a page has in it."""
    return hidden((await browser.get(f"/conversations/{name}")).text, "key")


async def replies(browser: Browser, name: str, text: str, key: str | None) -> None:
    """A press, which leads back to the page."""
    given: dict[str, Any] = {"text": text} if key is None else {"text": text, "key": key}
    answer = await browser.post(f"/conversations/{name}/reply", **given)
    mark = f"#sent-{key}" if key is not None and re.fullmatch("[A-Za-z0-9_-]{16,64}", key) else ""
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/conversations/{name}{mark}")


async def test_a_double_press_sends_once(office: Office, bea: Browser) -> None:
    """The second one leads where the first one did."""
    name = office.conversation("hello?")
    key = await key_in(bea, name)
    for _ in range(2):
        await replies(bea, name, "Hello, this is Bea.", key)
    assert said(office, name) == ["Hello, this is Bea."]


async def test_a_late_second_press_takes_nothing_over(office: Office, bea: Browser) -> None:
    """After handing back, the old form neither says it again nor silences the bot."""
    name = office.conversation("hello?")
    key = await key_in(bea, name)
    await replies(bea, name, "Hello.", key)
    await bea.post(f"/conversations/{name}/hand-back")
    await replies(bea, name, "Hello.", key)
    assert said(office, name) == ["Hello."]
    with office.store.reading() as work:
        assert work.cases.current(name) is None


async def test_the_next_form_has_another_id(office: Office, bea: Browser) -> None:
    """So that the same words are said again where somebody means to."""
    name = office.conversation("hello?")
    keys = [await key_in(bea, name)]
    await replies(bea, name, "Are you still there?", keys[0])
    keys.append(await key_in(bea, name))
    await replies(bea, name, "Are you still there?", keys[1])
    assert keys[0] != keys[1]
    assert said(office, name) == ["Are you still there?"] * 2


async def test_parts_that_are_fetched_leave_the_form_alone(office: Office, bea: Browser) -> None:
    """What a script exchanges while somebody writes has no form in it: the id stays with its page."""
    name = office.conversation("hello?")
    for part in ("transcript", "panel"):
        assert 'name="key"' not in (await bea.get(f"/conversations/{name}", part=part)).text


async def test_other_words_with_an_old_id_are_not_lost(office: Office, bea: Browser) -> None:
    """Whoever goes back in their browser and writes something else means something else."""
    name = office.conversation("hello?")
    key = await key_in(bea, name)
    await replies(bea, name, "Hello.", key)
    await replies(bea, name, "Hello again.", key)
    assert said(office, name) == ["Hello.", "Hello again."]


@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "x" * 7000, "a b" * 8, "ä" * 24, "\x00" * 24])
async def test_without_a_right_id_each_press_counts(office: Office, bea: Browser, key: str | None) -> None:
    """A missing or a made-up one does not keep anything from being sent."""
    name = office.conversation("hello?")
    for _ in range(2):
        await replies(bea, name, "Hello.", key)
    assert said(office, name) == ["Hello."] * 2


async def test_an_id_counts_in_its_own_conversation(office: Office, bea: Browser) -> None:
    """One from elsewhere changes nothing there, and keeps nothing from being said here."""
    one, two = office.conversation("hello?"), office.conversation("and me?")
    key = await key_in(bea, one)
    for name in (one, two):
        await replies(bea, name, "Hello.", key)
    assert said(office, one) == said(office, two) == ["Hello."]


async def test_an_id_is_its_owners(office: Office, bea: Browser) -> None:
    """A colleague who has seen it takes no reply away with it."""
    name = office.conversation("hello?")
    key = await key_in(bea, name)
    await replies(bea, name, "Hello.", key)
    await bea.post(f"/conversations/{name}/hand-back")
    await replies(office.signed_in(Role.AGENT), name, "Hello.", key)
    assert said(office, name) == ["Hello."] * 2


async def test_a_reply_that_failed_is_sent_by_the_next_press(office: Office, bea: Browser) -> None:
    """What was refused has not used the id up."""
    name = office.conversation("hello?")
    key = await key_in(bea, name)
    cem = office.signed_in(Role.AGENT)
    await replies(cem, name, "I am at it.", None)
    assert (await bea.post(f"/conversations/{name}/reply", text="Hello.", key=key)).status_code == 409
    await cem.post(f"/conversations/{name}/hand-back")
    await replies(bea, name, "Hello.", key)
    assert said(office, name) == ["I am at it.", "Hello."]
