"""The main job of the console: a person takes over a live conversation, and hands it back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.console.colleague import LIVE, Joins
from tests.e2e.instance import Instance
from tests.e2e.widget.conftest import Visits
from tests.e2e.widget.visitor import ANSWER

pytestmark = pytest.mark.browser


def test_taking_over_a_live_conversation(joins: Joins, visits: Visits, complaints: list[str]) -> None:
    """Search, open, reply, hear, carry out what is said meanwhile by one click, hand back: by keyboard."""
    visitor = visits("demo-solo")
    visitor.asks("is the lighthouse painted blue?")
    desk = joins("agent")
    desk.opens_conversation_of("lighthouse")
    expect(desk.panel).to_contain_text("The bot answers here")

    desk.replies("Hello, this is Bea. How can I help?")
    expect(desk.panel).to_contain_text("You are in charge")
    expect(visitor.item("Hello, this is Bea")).to_be_visible(timeout=ANSWER)

    visitor.says("I want to cancel")
    expect(desk.said("I want to cancel")).to_be_visible(timeout=LIVE)
    click = desk.page.get_by_role("button", name="Cancel now, as of")
    expect(click).to_be_visible(timeout=LIVE)
    assert visitor.item("is cancelled").count() == 0
    click.focus()
    desk.page.keyboard.press("Enter")
    expect(visitor.item("is cancelled")).to_be_visible(timeout=ANSWER)
    expect(desk.said("is cancelled")).to_be_visible(timeout=LIVE)
    expect(desk.page.get_by_role("button", name="Cancel now, as of")).to_have_count(0)
    assert visitor.item("what made you leave").count() == 0

    desk.presses("Hand back to the bot")
    expect(desk.panel).to_contain_text("The bot answers here")
    visitor.asks("did it work?")
    expect(visitor.messages.last).to_contain_text("cancellation confirmed")
    assert not complaints, complaints


def test_the_queue(joins: Joins, visits: Visits, complaints: list[str]) -> None:
    """Who asks for a person stands in it at once, without a reload; whoever takes it has it."""
    desk, other = joins("agent", "Bea Kraus"), joins("manager", "Deniz Kaya")
    desk.page.goto(f"{desk.url}/console/queue?whose=free")
    visitor = visits("demo-multi")
    visitor.asks("talk to a human")
    expect(desk.page.get_by_text("Wants a person").first).to_be_visible(timeout=LIVE)
    desk.opens_first()
    desk.presses("Take over")
    expect(desk.panel).to_contain_text("You are in charge")

    other.page.goto(desk.page.url)
    expect(other.panel).to_contain_text("A person is in charge")
    expect(other.panel).to_contain_text("Bea Kraus is here, too", timeout=LIVE)
    other.page.get_by_label("Reply", exact=True).fill("Me, too")
    other.presses("Send")
    expect(other.page.get_by_text("Bea Kraus is answering here. Nothing was changed.")).to_be_visible()
    other.page.go_back()
    expect(other.page.get_by_label("Reply", exact=True)).to_have_value("Me, too")

    other.page.goto(desk.page.url)
    other.page.get_by_label("Assigned to").select_option(label="Deniz Kaya")
    other.presses("Assign")
    expect(other.panel).to_contain_text("You are in charge")
    assert not [text for text in complaints if "409" not in text], complaints


def test_personal_data_is_shown_for_a_reason(joins: Joins, visits: Visits) -> None:
    """Dots until then; the reason stands in the audit."""
    visits("demo-trial").asks("my phone is +49 30 1234567 by the way, a unicorn")
    desk, manager = joins("agent"), joins("manager", "Cem Aydin")
    desk.opens_conversation_of("unicorn")
    expect(desk.said("unicorn").first).not_to_contain_text("1234567")
    expect(desk.page.locator("main")).not_to_contain_text("demo-trial@example.com")
    desk.page.get_by_text("Show personal data").click()
    desk.page.get_by_label("What do you need it for?").fill("they asked me to call them")
    desk.presses("Show for 30 minutes")
    expect(desk.said("unicorn").first).to_contain_text("1234567")
    expect(desk.page.locator("main")).to_contain_text("demo-trial@example.com")

    manager.page.goto(f"{manager.url}/console/audit?action=revealed")
    expect(manager.page.locator("tbody tr").first).to_contain_text("they asked me to call them")


def test_notes_labels_and_a_flag(joins: Joins, visits: Visits, fairwell: Instance) -> None:
    """They are for colleagues, and conversations are found by them."""
    visits("demo-none").asks("the giraffe wears a hat")
    desk = joins("agent")
    desk.opens_conversation_of("giraffe")
    desk.page.get_by_role("textbox", name="Note").fill("Knows a lot about hats")
    desk.presses("Add note")
    expect(desk.page.locator("#notes")).to_contain_text("Knows a lot about hats")
    desk.page.get_by_role("textbox", name="Label").fill("Hats")
    desk.page.get_by_role("button", name="Add", exact=True).click()
    expect(desk.page.locator("#labels")).to_contain_text("# hats")
    desk.presses("Flag")
    expect(desk.page.get_by_role("button", name="Flagged")).to_be_visible()
    desk.page.goto(f"{desk.url}/console/conversations?label=hats&flagged=1")
    expect(desk.page.locator("[data-row]")).to_have_count(1)
    expect(desk.page.locator("[data-row]")).to_contain_text("# hats")
    assert fairwell.cli("audit", "verify").returncode == 0
