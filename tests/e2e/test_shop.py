"""The demo's shop, in a real browser against the running product."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.browser import ANSWER_MS, TOO_SMALL, reset, sign_in
from tests.e2e.conftest import Visit
from tests.e2e.instance import Instance

pytestmark = pytest.mark.browser

PAGES = ["/", "/demo/account", "/demo/mail"]
#: Says only what the widget says to the page around it.
WIDGET = """
    window.listeners = {};
    const on = (event, listener) => {
      window.listeners[event] = listener;
      document.documentElement.dataset.heard = Object.keys(window.listeners).join(" ");
    };
    window.Fairwell = { on };
    customElements.define("fairwell-chat", class extends HTMLElement {});
"""


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor whose browser runs no scripts."""
    opened = browser.new_context(java_script_enabled=False, locale="en-GB")
    yield opened
    opened.close()


def test_the_account_shows_what_one_holds(page: Page, fairwell_url: str, complaints: list[str]) -> None:
    """Name, address and plan of who is signed in, and nobody's after signing out."""
    page.get_by_role("link", name="Account").first.click()

    main = page.get_by_role("main")
    expect(main).to_contain_text("Nora Lindholm")
    expect(main).to_contain_text("demo-solo@example.com")
    expect(main.get_by_role("heading", name="Pro", exact=True)).to_be_visible()
    expect(main).to_contain_text("€12.00 a month")
    expect(main.get_by_role("link", name="Cancel Pro")).to_have_attribute("href", "/leave")

    sign_in(page, "")
    expect(page).to_have_url(f"{fairwell_url}/demo/account")
    expect(main).to_contain_text("You are not signed in.")
    expect(main).not_to_contain_text("demo-solo@example.com")
    assert complaints == []


def test_the_account_after_a_cancellation(page: Page, visit: Visit, fairwell_url: str) -> None:
    """It says that it is cancelled and when it ends; the receipt is there, and undoing is offered."""
    confirmation = visit("demo-solo").say("I want to cancel")[0]
    assert confirmation.receipt is not None

    page.goto(f"{fairwell_url}/demo/account")

    card = page.get_by_role("article")
    expect(card).to_contain_text(re.compile(r"Cancelled, ends \d{1,2} \w+ 20\d\d"))
    expect(card.get_by_role("link", name="Undo")).to_be_visible()
    expect(card.get_by_role("link", name=re.compile("^Cancel"))).to_have_count(0)
    with page.expect_navigation():
        page.get_by_role("link", name=confirmation.receipt["number"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cancellation confirmed")


def test_the_account_follows_the_chat(page: Page, visit: Visit, fairwell_url: str) -> None:
    """What is cancelled in the chat shows on the page around it, without loading that again."""
    page.route("**/widget.js", lambda route: route.fulfill(body=WIDGET, content_type="text/javascript"))
    page.goto(f"{fairwell_url}/demo/account")
    expect(page.locator("html")).to_have_attribute("data-heard", "cancelled undone")
    card = page.get_by_role("article")
    expect(card).to_contain_text("Active")
    visit("demo-solo").say("I want to cancel")

    page.evaluate("window.listeners.cancelled()")

    expect(card).to_contain_text("Cancelled, ends")
    expect(page.locator("#changed")).to_contain_text("Your subscriptions have changed")


def test_several_plans(page: Page, fairwell_url: str) -> None:
    """Each has its link with its own sentence, and there is one way without chat for all."""
    sign_in(page, "demo-multi")
    page.goto(f"{fairwell_url}/demo/account")

    main = page.get_by_role("main")
    for plan in ("Basic", "Pro", "Team"):
        link = main.get_by_role("link", name=f"Cancel {plan}")
        expect(link).to_have_attribute("data-fairwell-open", f"I want to cancel my {plan} plan")
    expect(main.get_by_role("link", name="Cancel without chat")).to_have_count(1)


def test_mail_arrives_while_one_watches(page: Page, visit: Visit, fairwell_url: str) -> None:
    """It shows up by itself, open, so that the code can be read at once; what one reads stays open."""
    page.goto(f"{fairwell_url}/demo/mail")
    before = page.locator("#mail > li").count()
    visit().say("I want to cancel, my address is demo-solo@example.com")
    expect(page.locator("#mail > li")).to_have_count(before + 1, timeout=ANSWER_MS)
    newest = page.locator("#mail > li").first
    expect(newest.locator("details")).to_have_attribute("open", "")
    # By its id: it is not the first one for long.
    letter = page.locator(f"#mail > li[data-id='{newest.get_attribute('data-id')}']")
    letter.locator("summary").click()
    letter.locator("summary").click()
    read = letter.locator("details")

    visit().say("I want to cancel, my address is demo-multi@example.com")

    expect(newest).to_contain_text("demo-multi@example.com", timeout=ANSWER_MS)
    expect(newest.locator("details")).to_have_attribute("open", "")
    expect(read).to_have_attribute("open", "")
    expect(page.locator("#announce")).to_contain_text("New mail: Your code")


def test_mail_that_came_alive_looks_like_mail_that_was_there(
    page: Page, visit: Visit, fairwell_url: str
) -> None:
    """To the letter, the time in the company's zone among it."""
    page.goto(f"{fairwell_url}/demo/mail")
    before = page.locator("#mail > li").count()
    visit().say("I want to cancel, my address is demo-solo@example.com")
    expect(page.locator("#mail > li")).to_have_count(before + 1, timeout=ANSWER_MS)
    shown = page.locator("#mail > li").first.text_content() or ""

    page.reload()

    again = page.locator("#mail > li").first.text_content() or ""
    assert "".join(shown.split()) == "".join(again.split())


def test_without_javascript(plain: BrowserContext, fairwell: Instance) -> None:
    """Resetting, signing in, the account and the mail: forms and links are enough."""
    page = plain.new_page()
    page.goto(fairwell.url)
    reset(page)
    sign_in(page, "demo-solo")

    page.get_by_role("link", name="Account").first.click()
    expect(page.get_by_role("main")).to_contain_text("demo-solo@example.com")
    page.get_by_role("main").get_by_role("link", name="Cancel Pro").click()
    expect(page).to_have_url(f"{fairwell.url}/leave")

    page.goto(f"{fairwell.url}/demo/mail")
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mail that was sent")


def test_the_page_can_ask_who_is_signed_in(page: Page) -> None:
    """As the widget does: a token for who is signed in, nothing for nobody."""
    ask = "async () => { const a = await fetch('/demo/identity'); return [a.status, await a.text()] }"
    status, body = page.evaluate(ask)
    assert status == 200
    assert '"identity"' in body

    sign_in(page, "")

    assert page.evaluate(ask) == [204, ""]
    assert "fairwell_demo" not in page.evaluate("document.cookie")


def test_the_picked_language_stays(page: Page, fairwell_url: str) -> None:
    """From page to page, through signing in, and in the tag of the widget."""
    page.get_by_role("link", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")

    page.get_by_role("link", name="Konto").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihr Konto")
    sign_in(page, "demo-multi")
    expect(page).to_have_url(f"{fairwell_url}/demo/account?language=de")
    expect(page.get_by_role("link", name="Basic kündigen")).to_have_attribute(
        "data-fairwell-open", "Ich möchte mein Basic-Abo kündigen"
    )
    expect(page.locator("script[src='/widget.js']")).to_have_attribute("data-locale", "de")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_width(page: Page, fairwell_url: str, path: str, width: int) -> None:
    """No width scrolls sideways, the open menu included, and everything one presses is large enough."""
    page.set_viewport_size({"width": width, "height": 640})
    for language in ("en", "de"):
        page.goto(f"{fairwell_url}{path}?language={language}")
        page.locator("#who > summary").click()

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("path", PAGES)
def test_no_complaints(page: Page, fairwell_url: str, path: str, complaints: list[str]) -> None:
    """Neither of the content policy nor of a script."""
    page.goto(f"{fairwell_url}{path}", wait_until="networkidle")

    assert complaints == []


def test_keyboard_only(page: Page, fairwell_url: str) -> None:
    """The first stop leads past the head; the menu opens, closes with Escape, and gives its place back."""
    page.goto(fairwell_url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Go to the content")).to_have_css("outline-style", "solid")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()

    menu = page.locator("#who > summary")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#who button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(page.locator("#who")).not_to_have_attribute("open", "")
