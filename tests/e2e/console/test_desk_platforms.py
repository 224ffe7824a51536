"""The same on the platforms: replies arrive there, and what customers write there is seen at once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.channels.conftest import Connected, fetching
from tests.e2e.channels.dialogue import ANSWERED_WITHIN, Dialogue, pattern
from tests.e2e.chat import Chat
from tests.e2e.console.colleague import LIVE, Joins
from tests.e2e.waiting import wait_until

__all__ = ["fetching"]
pytestmark = pytest.mark.browser

HELLO = "Hello, this is Bea. How can I help?"


def _arrives(dialogue: Dialogue, what: re.Pattern[str]) -> None:
    wait_until(
        lambda: any(what.fullmatch(item.text) for item in dialogue.person.received()),
        ANSWERED_WITHIN, f"{what.pattern} arrives",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["telegram", "slack"])
def test_taking_over_on_a_platform(
    fetching: Connected,
    joins: Joins,
    complaints: list[str],
    name: str,
) -> None:
    """Telegram on its emulator, Slack in Socket Mode: replies both ways, the one click, hand back."""
    fetching.instance.reset_demo()
    dialogue = fetching.platform(name).customer("demo-solo")
    dialogue.say(f"is the {name} lighthouse painted blue?")
    desk = joins("agent", at=fetching.instance)
    desk.opens_conversation_of(f"{name} lighthouse")
    desk.replies(HELLO)
    _arrives(dialogue, re.compile(re.escape(HELLO)))

    dialogue.person.says("I want to cancel")
    click = desk.page.get_by_role("button", name="Cancel now, as of")
    expect(click).to_be_visible(timeout=LIVE)
    assert fetching.instance.ledger.status("demo-solo") == {"pro": "active"}
    click.press("Enter")
    _arrives(dialogue, pattern("cancel_done", "en"))
    assert fetching.instance.ledger.status("demo-solo") == {"pro": "cancelling"}
    expect(desk.said("is cancelled")).to_be_visible(timeout=LIVE)

    desk.presses("Hand back to the bot")
    _arrives(dialogue, pattern("case_closed", "en"))
    dialogue.say("did it work?")
    asked = pattern("exit_question", "en")
    assert not [item for item in dialogue.person.received() if asked.fullmatch(item.text)]
    assert not complaints, complaints


def test_all_channels_as_one(fetching: Connected, joins: Joins, complaints: list[str]) -> None:
    """What they say on the website stands between what they say on Telegram, live; the answer goes to one."""
    fetching.instance.reset_demo()
    dialogue = fetching.platform("telegram").customer("demo-solo")
    dialogue.say("the walrus is at the bridge")
    with Chat(fetching.instance.url, fetching.instance.identity("demo-solo")) as chat:
        chat.say("the otter is at the pier")
        desk = joins("agent", at=fetching.instance)
        desk.opens_conversation_of("walrus")
        assert desk.said("otter").count() == 0
        desk.page.get_by_role("link", name="All channels").click()
        expect(desk.said("otter is at the pier")).to_contain_text("Website")
        expect(desk.said("walrus")).to_contain_text("Telegram")

        chat.say("and now at the mill")
        expect(desk.said("and now at the mill")).to_be_visible(timeout=LIVE)
        desk.replies("Good to know.")
        _arrives(dialogue, re.compile("Good to know\\."))
        assert "Good to know." not in [item["text"] for item in chat.history()]
    assert not complaints, complaints
