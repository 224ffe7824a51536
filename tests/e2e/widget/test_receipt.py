"""The receipt in the chat: a card one can open, print and copy; and the page it opens."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.widget.conftest import Visits
from tests.e2e.widget.visitor import Visitor
from tests.fixtures.website import Website

pytestmark = pytest.mark.browser


def test_open_and_print(context: BrowserContext, visits: Visits) -> None:
    """Both lead to the receipt's own page in a tab of its own; opened to be printed, it prints."""
    visitor = visits("demo-solo")
    visitor.says("I want to cancel")
    visitor.cancelled()
    card = visitor.chat.locator(".slip")
    number = card.locator(".mono").inner_text()
    context.add_init_script("window.printed = 0; window.print = () => window.printed++")

    with context.expect_page() as opened:
        card.get_by_role("link", name=f"Open, {number}").click()
    expect(opened.value.locator(".number .mono")).to_have_text(number)
    assert opened.value.evaluate("window.printed") == 0
    opened.value.get_by_role("button", name="Print").click()
    assert opened.value.evaluate("window.printed") == 1
    with context.expect_page() as printing:
        card.get_by_role("link", name=f"Print, {number}").click()
    printing.value.wait_for_function("window.printed === 1")


@pytest.mark.parametrize("allowed", [True, False])
def test_copy(context: BrowserContext, visits: Visits, site: Website, *, allowed: bool) -> None:
    """Number, days and address are in the clipboard, by the old way where the new one is refused."""
    if allowed:
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    else:
        context.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))")
    visitor = visits("demo-solo")
    visitor.says("I want to cancel")
    visitor.cancelled()
    number = visitor.chat.locator(".slip .mono").inner_text()

    visitor.chat.get_by_role("button", name="Copy").click()

    expect(visitor.chat.get_by_role("button", name="Copied")).to_be_focused()
    visitor.field.focus()
    visitor.page.keyboard.press("Control+V")
    copied = visitor.field.input_value()
    assert copied.startswith("Pro: cancellation confirmed\n")
    assert f"Receipt: {number}\n" in copied
    assert f"/receipts/{number}?key=" in copied


def test_the_look_of_the_installation(context: BrowserContext, site: Website) -> None:
    """The settings' colours, corners and side, where the site says nothing."""
    page = context.new_page()
    theme = {"accent": "#7a1f5c", "accent_dark": "#e0a0cc", "radius": 0, "scheme": "light", "side": "start"}
    page.route(
        "**/chat/widget?*",
        lambda route: route.fulfill(
            json={**route.fetch().json(), "theme": theme}, headers={"Access-Control-Allow-Origin": "*"}
        ),
    )
    visitor = Visitor(page).goes_to(site.page())
    expect(visitor.launcher).to_have_css("background-color", "rgb(122, 31, 92)")
    box = visitor.launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100
    visitor.opens().asks("hello")
    expect(visitor.chat.locator(".own .bubble")).to_have_css("border-top-left-radius", "0px")
