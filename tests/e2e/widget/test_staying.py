"""The conversation stays: over reloads, tabs, days, sleep, broken lines, restarts; nothing lost or twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until
from tests.e2e.widget.conftest import Visits
from tests.e2e.widget.visitor import ANSWER, Visitor
from tests.fixtures.website import NarrowProxy, Website

pytestmark = pytest.mark.browser

Transcript = Callable[[], list[str]]


@pytest.fixture
def transcript(fairwell: Instance) -> Transcript:
    """What the newest conversation of the installation holds, by the store."""
    return fairwell.ledger.transcript


def test_a_reload_keeps_everything(visits: Visits, transcript: Transcript) -> None:
    """The same messages, the pressed button pressed, the chat open; nothing is announced again."""
    visitor = visits("demo-solo")
    visitor.says("I want to cancel")
    visitor.cancelled()
    visitor.chat.locator("[data-name=skip]").click()
    visitor.answered()
    before = visitor.said()

    visitor.page.reload()

    expect(visitor.messages).to_have_count(len(before))
    expect(visitor.panel).to_be_visible()
    assert visitor.said() == before == transcript()
    expect(visitor.chat.locator("[data-name=skip]")).to_have_attribute("aria-pressed", "true")
    expect(visitor.chat.locator("[aria-live=polite]")).to_have_text("")


def test_days_later_in_a_new_browser_window(
    browser: Browser, context: BrowserContext, visits: Visits, tmp_path: Path
) -> None:
    """What the browser keeps is enough: the conversation is there, and goes on."""
    visitor = visits("demo-solo")
    visitor.asks("hello")
    address, before = visitor.page.url, visitor.said()
    context.storage_state(path=tmp_path / "kept.json")

    later = browser.new_context(storage_state=tmp_path / "kept.json", locale="en-GB")
    try:
        again = Visitor(later.new_page()).goes_to(address).opens()
        expect(again.messages).to_have_count(len(before))
        again.asks("when does it end?")
        assert again.said()[: len(before)] == before
        assert len(again.said()) == len(before) + 2
    finally:
        later.close()


def test_two_tabs_are_in_step(context: BrowserContext, visits: Visits, transcript: Transcript) -> None:
    """What is said, answered and pressed in one tab is seen in the other, and goes out once."""
    one = visits("demo-solo")
    two = Visitor(context.new_page()).goes_to(one.page.url).opens()

    one.says("I want to cancel")
    one.cancelled()
    two.cancelled()
    two.chat.locator("[data-name=skip]").click()
    expect(one.messages).to_have_count(5, timeout=ANSWER)
    two.answered()
    for tab, text in ((one, "hello"), (two, "thank you")):
        tab.says(text)
    one.answered()
    two.answered()

    expect(one.messages).to_have_count(9, timeout=ANSWER)
    expect(two.messages).to_have_count(9, timeout=ANSWER)
    assert one.said() == two.said() == transcript()


def test_unread_messages_are_counted(context: BrowserContext, visits: Visits, fairwell: Instance) -> None:
    """Staff write while the chat is closed: the number is on the button, in every tab, until it is opened."""
    visitor = visits("demo-solo")
    visitor.asks("I want to talk to a human")
    other = Visitor(context.new_page()).goes_to(visitor.page.url)
    visitor.page.keyboard.press("Escape")
    expect(visitor.launcher).to_be_focused()

    case = fairwell.ledger.newest_case()
    assert fairwell.cli("cases", "reply", case, "This is Kim. How can I help?").returncode == 0

    expect(visitor.chat.locator(".badge")).to_have_text("1", timeout=ANSWER)
    expect(visitor.launcher).to_have_accessible_name("Chat 1 new message")
    visitor.opens()
    expect(visitor.item("This is Kim.")).to_have_attribute("data-from", "staff")
    expect(visitor.item("This is Kim.")).to_contain_text("A person at Lantern Notes")
    expect(other.chat.locator(".badge")).to_be_hidden()


def test_written_offline_it_is_sent_once(
    context: BrowserContext, visits: Visits, transcript: Transcript
) -> None:
    """What is written offline is kept, and sent once, in order, when the line is back."""
    visitor = visits("demo-solo")
    visitor.asks("hello")
    context.set_offline(True)

    visitor.says("I want to cancel")
    visitor.says("it is too expensive for me")

    expect(visitor.strip).to_contain_text("You are offline.")
    expect(visitor.chat.locator(".own").last).to_contain_text("Not sent yet")
    context.set_offline(False)
    expect(visitor.item("Thank you, that helps.")).to_be_visible(timeout=ANSWER)
    expect(visitor.strip).to_be_hidden()
    assert visitor.said() == transcript()
    assert transcript().count("I want to cancel") == 1


def test_a_sleeping_tab_catches_up(visits: Visits, fairwell: Instance, transcript: Transcript) -> None:
    """A frozen tab, as browsers and laptops make them: what came meanwhile is there when it wakes."""
    visitor = visits("demo-solo")
    visitor.asks("I want to talk to a human")
    devtools = visitor.page.context.new_cdp_session(visitor.page)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})

    case = fairwell.ledger.newest_case()
    assert fairwell.cli("cases", "reply", case, "I have looked into it.").returncode == 0
    fairwell.kill("app")
    wait_until(lambda: not fairwell.ready(), 20, "the app is gone")
    wait_until(fairwell.ready, 60, "the app is back")
    devtools.send("Page.setWebLifecycleState", {"state": "active"})

    expect(visitor.item("I have looked into it.")).to_be_visible(timeout=ANSWER)
    assert visitor.said() == transcript()


def test_a_restart_in_the_middle(visits: Visits, fairwell: Instance, transcript: Transcript) -> None:
    """The app is killed while messages are on their way: none is lost or there twice, the order holds."""
    visitor = visits("demo-solo")
    visitor.asks("hello")
    for number, text in enumerate(("I want to cancel", "it is too expensive for me", "undo", "thank you")):
        if number % 2 == 0:
            fairwell.kill("app")
        visitor.says(text)

    expect(visitor.item("goes on as before")).to_be_visible(timeout=3 * ANSWER)
    expect(visitor.messages.last).not_to_have_attribute("data-from", "customer", timeout=ANSWER)
    wait_until(lambda: visitor.said() == transcript(), 30, "the screen shows what was said")
    said = [text for text in visitor.said() if text in {"I want to cancel", "undo", "thank you"}]
    assert said == ["I want to cancel", "undo", "thank you"]
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}


def test_where_sockets_are_blocked(
    context: BrowserContext, site: Website, fairwell: Instance, transcript: Transcript
) -> None:
    """A proxy refuses WebSockets and loses an answer: everything arrives all the same, staff's words too."""
    with NarrowProxy(fairwell.url) as proxy:
        site.identity = lambda: fairwell.identity("demo-solo")
        visitor = Visitor(context.new_page())
        visitor.goes_to(site.page('data-identity-url="/identity"', server=proxy.url)).opens()
        visitor.asks("hello")
        proxy.drop_answers = 1
        visitor.says("I want to cancel")
        visitor.cancelled()
        visitor.asks("I want to talk to a human")
        assert fairwell.cli("cases", "reply", fairwell.ledger.newest_case(), "Here I am.").returncode == 0

        expect(visitor.item("Here I am.")).to_be_visible(timeout=ANSWER)
        assert proxy.upgrades > 0
        assert visitor.said() == transcript()


def test_a_server_that_is_away(context: BrowserContext, site: Website, fairwell: Instance) -> None:
    """The chat says that nothing gets through, keeps what is written, and goes on when it does."""
    with NarrowProxy(fairwell.url) as proxy:
        visitor = Visitor(context.new_page())
        visitor.goes_to(site.page(server=proxy.url)).opens()
        proxy.down = True

        visitor.says("hello")

        expect(visitor.strip).to_contain_text("No connection to us at the moment.")
        expect(visitor.chat.locator(".own")).to_contain_text("Not sent yet")
        proxy.down = False
        visitor.answered()
        expect(visitor.strip).to_be_hidden()
        expect(visitor.messages).to_have_count(2)
