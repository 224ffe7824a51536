"""The queue and a conversation that somebody has taken over: readable for everybody, on every screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import LOOKS, sideways, violations
from tests.e2e.console.colleague import LIVE, Joins
from tests.e2e.widget.conftest import Visits

pytestmark = pytest.mark.browser

_SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def test_how_it_looks(joins: Joins, visits: Visits, tmp_path: Path) -> None:
    """axe-core finds nothing, and nothing is wider than the window: light, dark, forced colours."""
    first, second = visits("demo-multi"), visits("demo-solo")
    first.asks("my invoice looks wrong, let me talk to a human")
    second.asks("talk to a human")
    desk = joins("manager", "Bea Kraus")
    desk.page.goto(f"{desk.url}/console/queue?whose=free")
    expect(desk.page.locator("[data-row]").first).to_be_visible()
    desk.page.locator("[data-row]").last.click()
    expect(desk.page.locator("#transcript")).to_be_visible()
    desk.replies("Hello, this is Bea. How can I help?")
    second.says("I want to cancel my Pro plan")
    expect(desk.said("I want to cancel")).to_be_visible(timeout=LIVE)
    expect(desk.page.get_by_role("button", name="Cancel now, as of")).to_be_visible(timeout=LIVE)
    conversation = desk.page.url
    for name, address in (("queue", f"{desk.url}/console/queue"), ("conversation", conversation)):
        desk.page.goto(address)
        for size, viewport in _SIZES.items():
            desk.page.set_viewport_size(viewport)  # type: ignore[arg-type]
            for look, media in LOOKS.items():
                desk.page.emulate_media(**media)
                desk.page.evaluate("scrollTo(0, 0)")
                desk.page.screenshot(path=tmp_path / f"{name}-{size}-{look}.png")
                assert violations(desk.page) == [], f"{name} {size} {look}"
                assert sideways(desk.page) == 0, f"{name} {size} {look}"
            desk.page.emulate_media(color_scheme="light", forced_colors="none")
