"""The chat for everybody: axe-core in every look, by keyboard, for those who hear it, at every width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.accessibility import LOOKS, sideways, violations
from tests.e2e.instance import Instance
from tests.e2e.widget.conftest import Visits
from tests.e2e.widget.visitor import ANSWER, Visitor
from tests.fixtures.website import Website

pytestmark = pytest.mark.browser

# Nothing that can be pressed may be smaller (WCAG 2.2, 2.5.8).
_TOO_SMALL = """chat => [...chat.shadowRoot.querySelectorAll("a, button, textarea")]
    .filter(node => node.checkVisibility())
    .map(node => [node.textContent, node.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)"""


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A visitor's browser, set up in one of the ways."""
    options: Any = LOOKS[request.param]
    opened = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce", **options)
    yield opened
    opened.close()


@pytest.mark.parametrize("attributes", ["", 'data-locale="de"', 'data-dir="rtl" data-side="start"'])
def test_axe_finds_nothing(look: BrowserContext, site: Website, fairwell: Instance, attributes: str) -> None:
    """Closed, at the greeting, with receipt and exit question, and with something not sent."""
    site.identity = lambda: fairwell.identity("demo-solo")
    visitor = Visitor(look.new_page())
    visitor.goes_to(site.page(f'data-identity-url="/identity" {attributes}'))
    assert violations(visitor.page) == []
    visitor.opens()
    assert violations(visitor.page) == []
    visitor.says("I want to cancel" if "de" not in attributes else "Ich möchte kündigen")
    visitor.cancelled()
    assert violations(visitor.page) == []
    look.set_offline(True)
    visitor.says("hello")
    expect(visitor.strip).to_be_visible()
    assert violations(visitor.page) == []


def test_by_keyboard_alone(visits: Visits, complaints: list[str]) -> None:
    """Open, say it, skip the question, close: focus is always somewhere one expects, and to be seen."""
    visitor = visits("demo-solo", opened=False)
    keyboard = visitor.page.keyboard
    keyboard.press("Tab")
    expect(visitor.launcher).to_be_focused()
    expect(visitor.launcher).to_have_css("outline-style", "solid")
    keyboard.press("Enter")
    expect(visitor.field).to_be_focused()

    keyboard.type("I want to cancel")
    keyboard.press("Enter")
    visitor.cancelled()
    expect(visitor.field).to_be_focused()
    skip = visitor.chat.locator("[data-name=skip]")
    keyboard.press("Shift+Tab")
    expect(skip).to_be_focused()
    expect(skip).to_have_css("outline-width", "2px")
    keyboard.press("Space")
    expect(visitor.messages).to_have_count(5, timeout=ANSWER)
    expect(skip).to_be_focused()

    keyboard.press("Escape")
    expect(visitor.panel).to_be_hidden()
    expect(visitor.launcher).to_be_focused()
    assert complaints == []


def test_only_new_messages_are_announced(visits: Visits) -> None:
    """Each of the bot's, once, as it comes; not one's own, not the history (WCAG 2.2, 4.1.3)."""
    visitor = visits("demo-solo")
    visitor.page.evaluate(_LISTEN)
    visitor.says("I want to cancel")
    visitor.cancelled()
    heard = visitor.page.evaluate("window.heard")
    assert [text.split(".")[0] for text in heard] == [
        "Done",
        "If you like: what made you leave? One tap is enough, and you can skip it",
    ]

    visitor.page.reload()
    expect(visitor.messages).to_have_count(3)
    assert visitor.chat.locator("[aria-live=polite]").inner_text() == ""


_LISTEN = """() => {
    window.heard = [];
    const live = document.querySelector("fairwell-chat").shadowRoot.querySelector("[aria-live=polite]");
    const note = change => change.addedNodes.forEach(node => heard.push(node.textContent));
    new MutationObserver(changes => changes.forEach(note)).observe(live, {childList: true});
}"""


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_width(visits: Visits, width: int) -> None:
    """Nothing scrolls sideways, everything one presses is large enough, and the field is on the screen."""
    visitor = visits("demo-multi")
    visitor.page.set_viewport_size({"width": width, "height": 560})
    visitor.says("I want to cancel")
    expect(visitor.messages.last).to_have_attribute("data-kind", "choice", timeout=ANSWER)
    visitor.chat.locator("[data-name=cancel_all]").click()
    visitor.cancelled()

    assert sideways(visitor.page) == 0
    assert visitor.chat.evaluate(_TOO_SMALL) == []
    assert visitor.chat.locator(".scroll").evaluate("node => node.scrollWidth - node.clientWidth") == 0
    expect(visitor.field).to_be_in_viewport(ratio=1)


def test_right_to_left(visits: Visits) -> None:
    """The launcher, the messages and the send button are on the other side."""
    visitor = visits("demo-solo", 'data-dir="rtl"', opened=False)
    box = visitor.launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100
    visitor.opens().asks("hello")
    own, theirs = (visitor.chat.locator(f".{side} .bubble").bounding_box() for side in ("own", "theirs"))
    assert own is not None
    assert theirs is not None
    assert own["x"] < theirs["x"] + theirs["width"] - own["width"]


def test_nothing_on_the_page_moves(context: BrowserContext, site: Website) -> None:
    """Loading, opening and closing shift nothing of the site's own page."""
    page: Page = context.new_page()
    page.add_init_script(_SHIFTS)
    visitor = Visitor(page).goes_to(site.page()).opens()
    visitor.asks("hello")
    page.keyboard.press("Escape")
    expect(visitor.panel).to_be_hidden()
    assert page.evaluate("window.shifts") == []


_SHIFTS = """window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(entry => shifts.push(
    entry.sources.map(source => source.node?.nodeName)))).observe({type: "layout-shift", buffered: true})"""
