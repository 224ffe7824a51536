"""Mail as it is seen: drawn by a browser in light and dark, narrow and wide, and as programs cut it down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from bot.domain.cancellations import OperationKind
from bot.domain.letters import Letter
from bot.domain.money import Money
from bot.mail.html import as_html
from bot.services import end_notices, mailing, receipt_mail
from tests.e2e.accessibility import LOOKS, sideways, violations
from tests.fixtures.fakes import START
from tests.unit.services.mailed import issue
from tests.unit.services.script import PRO
from tests.unit.services.world import World

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 700)
HEAD = re.compile(r"<style>.*?</style>|<meta name=.color-scheme.*?>", re.DOTALL)


@pytest.fixture(params=LOOKS)
def paper(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """An empty page of a mail program, set up in one of the ways; it reaches nothing."""
    options: Any = LOOKS[request.param]
    opened: BrowserContext = browser.new_context(**options)
    page = opened.new_page()
    asked: list[str] = []
    page.on("request", lambda made: asked.append(made.url))
    yield page
    opened.close()
    assert asked == []


@pytest.fixture(scope="module")
def letters() -> Mapping[str, Letter]:
    """Every kind of mail, the receipt in both languages, and one with words longer than any line."""
    worlds = {language: World() for language in ("en", "de")}
    for world in worlds.values():
        world.customer("ada", PRO)
    charged = {"charged": Money(2400, "EUR"), "refunded": Money(812, "EUR")}
    english = issue(worlds["en"], OperationKind.CANCEL, locale="en", **charged)
    german = issue(worlds["de"], OperationKind.WITHDRAW, locale="de", effective_at=START, **charged)
    deps = worlds["en"].deps
    receipt = receipt_mail.letter(deps, english)
    return {
        "receipt": receipt,
        "receipt in German": receipt_mail.letter(worlds["de"].deps, german),
        "ended": end_notices.letter(deps, english),
        "code": mailing.worded(deps, "mail_code", "de", {"code": "482913"}),
        "long": replace(
            receipt,
            company="Donaudampfschifffahrtsgesellschaftskapitän" * 3,
            quote=replace(receipt.quote, words="x" * 400) if receipt.quote else None,
            facts=tuple(replace(fact, value=fact.value * 9) for fact in receipt.facts),
        ),
    }


def test_every_mail_is_fit_for_everybody(paper: Page, letters: Mapping[str, Letter]) -> None:
    """axe-core finds nothing, contrast among it, and nobody has to scroll sideways."""
    for name, letter in letters.items():
        paper.set_content(as_html(letter))
        for width in WIDTHS:
            paper.set_viewport_size({"width": width, "height": 800})
            assert sideways(paper) <= 0, (name, width)
        assert violations(paper) == [], name


def test_what_is_left_of_a_mail_without_its_styles(browser: Browser, letters: Mapping[str, Letter]) -> None:
    """Some programs drop the head, and know no media queries: it is the light one, whole and readable."""
    page = browser.new_page(color_scheme="dark", viewport={"width": 390, "height": 800})
    for name, letter in letters.items():
        page.set_content(HEAD.sub("", as_html(letter)))
        assert sideways(page) <= 0, name
        assert violations(page) == [], name
    page.close()


def test_a_mail_is_narrow(browser: Browser, letters: Mapping[str, Letter]) -> None:
    """Whatever room there is: a sheet of paper, in the middle."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_content(as_html(letters["receipt"]))
    sheet = page.locator("h1").locator("xpath=ancestor::table[1]").bounding_box()
    assert sheet is not None
    assert sheet["width"] == 480
    assert sheet["x"] == (1400 - 480) / 2
    page.close()


def test_the_code_is_copied_in_one_piece(browser: Browser, letters: Mapping[str, Letter]) -> None:
    """It is spaced for the eye, not by blanks; and twice as big as the rest."""
    page = browser.new_page()
    page.set_content(as_html(letters["code"]))
    code = page.get_by_text("482913", exact=True)
    assert code.inner_text() == "482913"
    assert code.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 28
    page.close()
