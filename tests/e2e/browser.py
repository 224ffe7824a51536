"""A browser that looks at the pages, and what it does there. Its fixtures are in conftest.py's reach."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# A first message may meet a model that has just been loaded.
ANSWER_MS = 30_000
# How long a page takes is no matter of these tests, and five seconds are little on a busy machine.
expect.set_options(timeout=30_000)
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation",
    (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))"""
# Nothing that can be pressed may be smaller (WCAG 2.2, 2.5.8).
TOO_SMALL = """() => [...document.querySelectorAll("a, button, textarea, input, summary")]
    .filter((node) => node.checkVisibility() && !node.classList.contains("skip"))
    .map((node) => [node.textContent.trim(), node.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24)
    .map(([text]) => text)"""


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
    """The shop's front page with fresh demo data, signed in as `demo-solo`."""
    opened = context.new_page()
    response = opened.goto(fairwell_url)
    assert response is not None
    assert "default-src 'none'" in response.headers["content-security-policy"]
    reset(opened)
    sign_in(opened, "demo-solo")
    return opened


def reset(page: Page) -> None:
    """Puts the demo customers back, as one does on the page."""
    page.get_by_role("button", name="Reset demo data").click()
    expect(page.locator("main .notice").first).to_have_text("The demo data is as it was at the start.")


def sign_in(page: Page, customer: str) -> None:
    """Picks a demo customer in the head of the page; an empty one signs out."""
    page.locator("#who > summary").click()
    with page.expect_navigation():
        page.locator(f"#who button[value='{customer}']").click()
