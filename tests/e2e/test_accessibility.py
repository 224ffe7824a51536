"""The pages for everybody: axe-core finds nothing on any of them, in any look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.accessibility import LOOKS, sideways, violations
from tests.e2e.chat import Chat
from tests.e2e.conftest import Visit
from tests.e2e.instance import Instance

pytestmark = pytest.mark.browser


@pytest.fixture(params=LOOKS)
def look(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A visitor's browser, set up in one of the ways."""
    options: Any = LOOKS[request.param]
    opened = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce", **options)
    yield opened
    opened.close()


@pytest.fixture
def receipt(visit: Visit) -> str:
    """The address of a receipt."""
    chat: Chat = visit("demo-solo")
    return next(str(reply.receipt["url"]) for reply in chat.say("I want to cancel") if reply.receipt)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_axe_finds_nothing(
    look: BrowserContext, fairwell: Instance, receipt: str, language: str, direction: str
) -> None:
    """The shop, its account page and mail, the way out without chat at its first two steps, and a receipt."""
    page = look.new_page()
    page.goto(f"{fairwell.url}/?language={language}")
    page.request.post(f"{fairwell.url}/demo/sign-in", form={"customer": "demo-solo"})
    page.add_init_script(f"document.addEventListener('DOMContentLoaded', () => document.dir = '{direction}')")
    for path in ("/", "/demo/account", "/demo/mail", "/leave", receipt.removeprefix(fairwell.url)):
        joined = "&" if "?" in path else "?"
        page.goto(f"{fairwell.url}{path}{joined}language={language}")
        assert violations(page) == [], path
        page.set_viewport_size({"width": 320, "height": 640})
        assert sideways(page) <= 0, path
        page.set_viewport_size({"width": 1280, "height": 800})

    page.goto(f"{fairwell.url}/leave?language={language}")
    page.locator("input[type=email]").fill("demo-solo@example.com")
    page.locator("form input[type=submit]").first.click()
    expect(page.locator("input[autocomplete=one-time-code]")).to_be_visible()
    assert violations(page) == []
