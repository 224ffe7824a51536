"""The receipt page, in a real browser against the running product."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.browser import TOO_SMALL
from tests.e2e.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def receipt(context: BrowserContext, visit: Visit) -> Page:
    """The page of the receipt that a cancellation came with."""
    confirmation = visit("demo-solo").say("I want to cancel")[0]
    assert confirmation.receipt is not None
    opened = context.new_page()
    opened.goto(confirmation.receipt["url"])
    return opened


def test_it_says_what_was_cancelled(receipt: Page, complaints: list[str]) -> None:
    """It quotes the customer, and leads to what checks it."""
    expect(receipt.get_by_role("heading", level=1)).to_have_text("Cancellation confirmed")
    expect(receipt.get_by_role("blockquote")).to_contain_text("I want to cancel")
    expect(receipt.get_by_role("link", name="Public keys")).to_be_visible()
    assert receipt.locator(".number .mono").inner_text() in receipt.title()
    assert complaints == []


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_width(receipt: Page, width: int) -> None:
    """No width scrolls sideways, and everything one presses is large enough."""
    receipt.set_viewport_size({"width": width, "height": 640})

    expect(receipt.locator(".number .mono")).to_be_visible()
    assert receipt.evaluate("document.documentElement.scrollWidth") <= width
    assert receipt.evaluate(TOO_SMALL) == []
