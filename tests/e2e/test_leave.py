"""The way out without chat, on the running product: no JavaScript, twice as large, as text, without Rasa."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.domain.cancellations import OperationKind
from bot.mail.file import list_mail
from bot.settings import Settings
from tests.e2e.accessibility import LOOKS, sideways, violations
from tests.e2e.browser import ANSWER_MS, TOO_SMALL
from tests.e2e.instance import Instance
from tests.e2e.text_browser import ENTER, TAB, TextBrowser
from tests.e2e.waiting import wait_until
from tests.fixtures import read_once

SOLO, MULTI = "demo-solo@example.com", "demo-multi@example.com"
WORDS = read_once.responses(Settings().zone)
#: 1280 pixels at 200 %: half as many to lay out, each of them twice as large.
TWICE_AS_LARGE = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
PHONE = {"viewport": {"width": 320, "height": 640}}


def words(name: str, language: str = "en", **values: object) -> str:
    """What a message says."""
    return WORDS.text(name, language, values)


def codes(fairwell: Instance, address: str) -> list[str]:
    """The codes that were sent to an address, newest first."""
    found = [re.search(r"\b\d{6}\b", mail.text) for mail in list_mail(fairwell.home) if mail.to == address]
    return [match[0] for match in found if match is not None]


def new_code(fairwell: Instance, address: str, seen: list[str]) -> str:
    """The one that was sent there since."""

    def found() -> list[str]:
        return [code for code in codes(fairwell, address) if code not in seen]

    return wait_until(found, 30, "a code by mail")[0]


class Visitor:
    """Somebody at /leave, who reads their mail."""

    def __init__(self, fairwell: Instance, page: Page, language: str, address: str) -> None:
        self.fairwell, self.page, self.language, self.address = fairwell, page, language, address
        self._seen = codes(fairwell, address)

    def button(self, name: str) -> Locator:
        """By the words on it."""
        return self.page.get_by_role("button", name=words(name, self.language), exact=True)

    def expect_heading(self, name: str) -> None:
        """Waits for the page that begins with it."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words(name, self.language))

    def declare(self) -> None:
        """Opens the page, gives the address, presses."""
        self.page.goto(f"{self.fairwell.url}/leave?language={self.language}")
        self.page.get_by_label(words("leave_email", self.language)).fill(self.address)
        self.button("button_cancel_now").click()
        self.expect_heading("leave_title_code")

    def give_code(self) -> None:
        """The one from the mail."""
        self.page.get_by_label(words("leave_code", self.language)).fill(self.new_code())
        self.button("leave_go_on").click()

    def new_code(self) -> str:
        """Waits for the mail that this visit has sent."""
        return new_code(self.fairwell, self.address, self._seen)


@pytest.fixture
def without_script(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser that runs no scripts at all, set up as the test says."""
    options: Any = getattr(request, "param", {"viewport": {"width": 1280, "height": 800}})
    opened = browser.new_context(java_script_enabled=False, **options)
    yield opened
    opened.close()


@pytest.fixture
def fresh(fairwell: Instance) -> Instance:
    """The shared installation, its demo customers as they were."""
    fairwell.reset_demo()
    return fairwell


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "de"])
def test_from_the_address_to_undo(fresh: Instance, without_script: BrowserContext, language: str) -> None:
    """A wrong code, the right one, the receipt in a tab of its own, a reason, and the way back."""
    visitor = Visitor(fresh, without_script.new_page(), language, SOLO)
    page = visitor.page
    visitor.declare()
    page.get_by_label(words("leave_code", language)).fill("000000")
    visitor.button("leave_go_on").click()
    expect(page.get_by_role("alert")).to_have_text(words("verify_code_wrong", language))
    assert fresh.ledger.status("demo-solo") == {"pro": "active"}

    visitor.give_code()
    visitor.expect_heading("receipt_title_cancel")
    assert fresh.ledger.status("demo-solo") == {"pro": "cancelling"}
    with page.expect_popup() as popup:
        page.locator(".receipt a").click()
    sentence = words("leave_declaration", language)
    expect(popup.value.get_by_role("blockquote")).to_contain_text(sentence)

    visitor.button("reason_too_expensive").click()
    expect(page.get_by_text(words("exit_thanks", language))).to_be_visible()
    visitor.button("button_undo").click()
    visitor.expect_heading("receipt_title_undo")
    assert fresh.ledger.status("demo-solo") == {"pro": "active"}
    kinds = [item.kind for item in fresh.ledger.operations("demo-solo")]
    assert kinds == [OperationKind.CANCEL.value, OperationKind.UNDO.value]
    assert without_script.cookies() == []


@pytest.mark.browser
@pytest.mark.parametrize("without_script", [TWICE_AS_LARGE, PHONE], indirect=True, ids=["200 %", "phone"])
def test_twice_as_large_and_on_a_phone(fresh: Instance, without_script: BrowserContext) -> None:
    """Nothing has to be moved sideways, and everything can be hit; in German, whose words are longest."""
    visitor = Visitor(fresh, without_script.new_page(), "de", MULTI)
    width = (visitor.page.viewport_size or {"width": 0})["width"]
    visitor.declare()
    fits(visitor.page, width)
    visitor.give_code()
    visitor.expect_heading("leave_title_choice")
    fits(visitor.page, width)
    visitor.button("button_all").click()
    visitor.expect_heading("receipt_title_cancel")
    fits(visitor.page, width)
    assert set(fresh.ledger.status("demo-multi").values()) == {"cancelling"}


def fits(page: Page, width: int) -> None:
    """Whether each thing on the page ends where the window does; measured without the page's scripts."""
    for item in page.locator("main *").all():
        box = item.bounding_box() if item.is_visible() else None
        if box is not None and box["width"] > 1:
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width + 0.5


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS)
def test_for_everybody(fresh: Instance, browser: Browser, look: str) -> None:
    """axe-core finds nothing on any of its pages, and no press is too small."""
    options: Any = LOOKS[look]
    context = browser.new_context(viewport={"width": 320, "height": 640}, **options)
    visitor = Visitor(fresh, context.new_page(), "de", SOLO)
    page = visitor.page

    def check() -> None:
        for details in page.locator("summary").all():
            details.click()
        assert violations(page) == []
        assert page.evaluate(TOO_SMALL) == []
        assert sideways(page) <= 0

    page.goto(f"{fresh.url}/leave?language=de")
    check()
    visitor.declare()
    check()
    page.locator("#code").fill("1")
    visitor.button("leave_go_on").click()
    check()
    visitor.give_code()
    visitor.expect_heading("receipt_title_cancel")
    check()
    visitor.button("button_person").click()
    check()
    visitor.button("leave_finish").click()
    check()
    context.close()


def test_in_a_text_browser(fresh: Instance, tmp_path: Path) -> None:
    """lynx, with nothing but Tab and Enter: address, code, done, undo."""
    if shutil.which("lynx") is None:
        pytest.skip("lynx: not on this machine")
    seen = codes(fresh, SOLO)
    with TextBrowser(f"{fresh.url}/leave?language=de", tmp_path) as lynx:
        lynx.wait_for(words("leave_privacy", "de").split(".")[0])
        lynx.press(TAB, TAB, SOLO, TAB, TAB, ENTER)
        lynx.wait_for(words("leave_code", "de"))
        code = new_code(fresh, SOLO, seen)
        lynx.press(TAB, code, TAB, ENTER)
        lynx.wait_for(words("receipt_title_cancel", "de"))
        assert fresh.ledger.status("demo-solo") == {"pro": "cancelling"}
        lynx.press(TAB, TAB, ENTER)
        lynx.wait_for("läuft weiter wie bisher")
    assert fresh.ledger.status("demo-solo") == {"pro": "active"}


@pytest.mark.browser
def test_while_rasa_hangs(private: Instance, browser: Browser) -> None:
    """The whole way, with nobody there who understands words; what is written in words is kept."""
    context = browser.new_context(java_script_enabled=False)
    visitor = Visitor(private, context.new_page(), "en", SOLO)
    rasa = private.pid("rasa")
    assert rasa is not None
    os.kill(rasa, signal.SIGSTOP)
    try:
        visitor.declare()
        visitor.give_code()
        visitor.expect_heading("receipt_title_cancel")
        visitor.page.get_by_label(words("leave_reason")).fill("It was too expensive for me.")
        visitor.button("leave_send").click()
        expect(visitor.page.get_by_text(words("leave_reason_kept"))).to_be_visible(timeout=ANSWER_MS)
    finally:
        os.kill(rasa, signal.SIGCONT)
        context.close()
    assert private.ledger.status("demo-solo") == {"pro": "cancelling"}
    wait_until(lambda: private.ledger.waiting() == 0, 60, "the reason is read once Rasa is back")
