"""A browser that looks at the pages, and what it does there. Its fixtures are in conftest.py's reach."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

# A first message may meet a model that has just been loaded.
ANSWER_MS = 30_000
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation",
    (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium: what developers and CI have, without a download."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("browser: no Chromium on this machine")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser had to complain about: errors of scripts, the console and the content policy."""
    return []


@pytest.fixture
def context(browser: Browser, complaints: list[str]) -> Iterator[BrowserContext]:
    """A fresh visitor, whose browser writes down every complaint."""
    opened = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", locale="en-GB"
    )
    opened.add_init_script(REPORT_VIOLATIONS)
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("weberror", lambda error: complaints.append(str(error.error)))
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, fairwell_url: str) -> Page:
    """The demo page with fresh demo data, as `demo-solo`."""
    opened = context.new_page()
    response = opened.goto(fairwell_url)
    assert response is not None
    assert "default-src 'none'" in response.headers["content-security-policy"]
    opened.get_by_role("button", name="Reset demo data").click()
    expect(opened.locator("#announce")).to_have_text("The demo data is as it was at the start.")
    opened.locator("input[value='demo-solo']").check()
    return opened


def say(page: Page, text: str) -> None:
    """Types and sends, as one does."""
    page.get_by_label("Your message").fill(text)
    page.keyboard.press("Enter")


def messages(page: Page) -> Locator:
    """What was said in the conversation on screen, the customer's words included."""
    return page.get_by_role("log").filter(visible=True).locator("> li")


def expect_answer(page: Page) -> None:
    """Waits until the last word is not the customer's."""
    expect(messages(page).last).to_have_class(re.compile(r"\btheirs\b"), timeout=ANSWER_MS)


def expect_cancelled(page: Page) -> None:
    """Waits until the cancellation is confirmed and the exit question is there, as the last message."""
    expect(messages(page).last).to_have_attribute("data-kind", "exit_question", timeout=ANSWER_MS)
    expect(messages(page).locator("nth=-2")).to_have_attribute("data-kind", "receipt")
