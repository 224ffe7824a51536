"""How the console looks: on a desk and on a phone, light, dark and in forced colours; axe-core finds nothing.

One installation, one colleague, every page, as somebody finds it at work. Pictures are kept in the folder
FAIRWELL_CONSOLE_PICTURES, if that is set: docs/images/console-*.png are made so.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import LOOKS, sideways, violations
from tests.e2e.console.colleague import LIVE, Colleague, Joins, invitation
from tests.e2e.instance import Instance
from tests.e2e.widget.conftest import Visits

pytestmark = pytest.mark.browser

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
PICTURES = os.environ.get("FAIRWELL_CONSOLE_PICTURES")
#: What can be pressed and is smaller (WCAG 2.2, 2.5.8), but for links in a text and boxes with a label.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, textarea, input, select, summary")]
    .filter((node) => node.checkVisibility() && !node.matches(".skip, p a, td a, li > a, label input"))
    .map((node) => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.width < 24 || box.height < 24))
    .map(([text]) => text)"""


@pytest.fixture
def desk(joins: Joins, visits: Visits, fairwell: Instance) -> Colleague:
    """An admin, and customers who have said something: one of them has cancelled, one waits for a person."""
    visits("demo-solo").asks("I want to cancel")
    visitor = visits("demo-multi")
    visitor.asks("my phone is +49 30 1234567, please call me")
    visitor.asks("talk to a human")
    invitation(fairwell, "dora@example.com", "viewer", "Dora, whose name is a rather long one")
    colleague = joins("admin", "Ada Lovelace")
    page = colleague.page
    page.goto(f"{colleague.url}/console/canned")
    page.get_by_label("Title").fill("Greeting")
    page.get_by_label("Text").fill(
        "Hello {name}, this is Ada. I have read what you wrote; one moment, please."
    )
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_role("heading", name="Greeting")).to_be_visible()
    return colleague


def _pages(desk: Colleague) -> dict[str, str]:
    """Every page of somebody who is signed in, by its name."""
    page = desk.page
    page.goto(f"{desk.url}/console/queue?whose=free")
    expect(page.get_by_text("Wants a person").first).to_be_visible(timeout=LIVE)
    desk.opens_first()
    found = {"conversation": page.url}
    places = page.locator(".bar nav a, .me a").evaluate_all("all => all.map((one) => one.href)")
    found |= {address.rpartition("/")[2]: address for address in places}
    found["filters"] = f"{desk.url}/console/conversations?channel=web"
    found["nothing"] = f"{desk.url}/console/conversations?q=nobodysaysthis"
    found["missing"] = f"{desk.url}/console/conversations/none"
    return found


def _looked_at(page: Page, name: str, look: str) -> list[str]:
    """What is wrong with the page as it is now, at both sizes."""
    wrong = []
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        where = f"{name}, {look}, {size}: "
        if sideways(page) > 0:
            wrong.append(f"{where}wider than the window by {sideways(page)}")
        wrong += [f"{where}too small: {text}" for text in page.evaluate(TOO_SMALL)]
        # Colours are the same on a phone: once there is enough.
        if size == "desk" or look == "light":
            wrong += [where + fault for fault in violations(page)]
        if PICTURES:
            page.screenshot(
                path=Path(PICTURES) / f"{name}-{look.split(maxsplit=1)[0]}-{size}.png", full_page=True
            )
    return wrong


def _dressed(page: Page, look: str) -> None:
    page.emulate_media(color_scheme="light", forced_colors="none")
    page.emulate_media(**LOOKS[look])


def test_every_page_in_every_look(desk: Colleague, fairwell: Instance, complaints: list[str]) -> None:
    """Nothing to complain about on any of them, once signed in and on the way in."""
    page = desk.page
    inside = _pages(desk)
    wrong: list[str] = []
    for name, address in inside.items():
        page.goto(address)
        wrong += _in_all_looks(page, name)
    page.goto(inside["queue"])
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    wrong += _in_all_looks(page, "help")
    page.keyboard.press("Escape")
    wrong += _way_in(desk, fairwell, page)
    assert not wrong, "\n".join(wrong)
    assert not [text for text in complaints if "404" not in text and "401" not in text], complaints


def _in_all_looks(page: Page, name: str) -> list[str]:
    expect(page.locator("main")).to_be_visible()
    wrong = []
    for look in LOOKS:
        _dressed(page, look)
        wrong += _looked_at(page, name, look)
    # A page that is loaded with forced colours keeps their background when they end.
    _dressed(page, "light")
    page.set_viewport_size(SIZES["desk"])  # type: ignore[arg-type]
    return wrong


def _way_in(desk: Colleague, fairwell: Instance, page: Page) -> list[str]:
    """An invitation, the sign-in, and the authenticator, as somebody new meets them."""
    link = invitation(fairwell, "new@example.com", "agent", "Nora New")
    page.context.clear_cookies()
    new = Colleague(page, fairwell, "new@example.com")
    steps: list[tuple[str, Callable[[], object]]] = [
        ("welcome", lambda: page.goto(link)),
        ("sign-in", lambda: page.goto(f"{desk.url}/console/sign-in")),
    ]
    wrong = []
    for name, step in steps:
        step()
        wrong += _in_all_looks(page, name)
    new.accepts(link, lambda name: wrong.extend(_in_all_looks(page, name)))
    page.context.clear_cookies()
    page.goto(f"{desk.url}/console/sign-in")
    new.gives_password()
    expect(page.get_by_label("Code")).to_be_visible()
    return wrong + _in_all_looks(page, "code")
