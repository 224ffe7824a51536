"""P9 and P10: the application dies while a person is in charge."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import expect

from tests.e2e.chat import Chat
from tests.e2e.console.colleague import LIVE, Joins
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until

pytestmark = pytest.mark.browser


def test_a_restart_in_the_middle_loses_nothing(private: Instance, joins: Joins) -> None:
    """Who is in charge, what was said and when, a sign-in and a draft: all of it is there, and said once."""
    with Chat(private.url, private.identity("demo-solo")) as chat:
        chat.say("talk to a human")
        desk = joins("agent", at=private)
        desk.opens_first()
        desk.presses("Take over")
        expect(desk.panel).to_contain_text("You are in charge")
        desk.page.get_by_label("Reply", exact=True).fill("One moment, I am looking")

        wish = {"id": str(uuid.uuid4()), "text": "I want to cancel"}
        assert chat.post(wish).status_code == 202
        before = private.pid("app")
        private.kill("app")
        wait_until(lambda: private.pid("app") not in {None, before} and private.ready(), 90, "it is back")

        desk.page.reload()
        expect(desk.panel).to_contain_text("You are in charge")
        expect(desk.said("I want to cancel")).to_be_visible(timeout=LIVE)
        expect(desk.page.get_by_label("Reply", exact=True)).to_have_value("One moment, I am looking")
        click = desk.page.get_by_role("button", name="Cancel now, as of")
        expect(click).to_be_visible(timeout=LIVE)
        assert chat.post(wish).json() == {"replies": [], "pending": True, "person": True}

        desk.page.get_by_label("Reply", exact=True).press("Control+Enter")
        expect(desk.said("One moment, I am looking")).to_be_visible(timeout=LIVE)
        click.click()
        expect(desk.said("is cancelled")).to_be_visible(timeout=LIVE)
        said = [(item["from"], item["text"]) for item in chat.history()]
        assert said.count(("staff", "One moment, I am looking")) == 1
        assert said.count(("customer", "I want to cancel")) == 1
        assert private.ledger.status("demo-solo") == {"pro": "cancelling"}
