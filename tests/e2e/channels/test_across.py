"""One customer on several channels: one account, one ledger, and nobody's history shown elsewhere."""

from __future__ import annotations

import httpx
import pytest

from tests.e2e.channels.conftest import Connected
from tests.e2e.channels.dialogue import pattern
from tests.e2e.chat import Chat, kinds
from tests.e2e.waiting import wait_until


@pytest.fixture
def connected(webhooks: Connected) -> Connected:
    """With fresh demo customers."""
    webhooks.instance.reset_demo()
    return webhooks


def _opened(chat: Chat) -> httpx.Response:
    return chat.http.post("/chat/links", json={"channel": "telegram"})


def test_verified_on_the_web_it_goes_on_in_telegram(connected: Connected) -> None:
    """A link from the verified chat: no second proof, one ledger, and nothing of what was said before."""
    with Chat(connected.instance.url, connected.instance.identity("demo-multi")) as chat:
        assert "receipt" in kinds(chat.say("cancel my Pro plan, I have my private reasons"))
        made = _opened(chat)
    assert made.status_code == 201, made.text
    dialogue = connected.platform("telegram").somebody()

    heard = dialogue.say(f"/start {made.json()['url'].partition('?start=')[2]}")

    assert "private reasons" not in " ".join(message.text for message in heard)
    heard = dialogue.say("send my receipt again")
    assert any("Pro" in message.text for message in heard)
    dialogue.say("cancel my Team plan")
    status = connected.instance.ledger.status("demo-multi")
    assert status == {"basic": "active", "pro": "cancelling", "team": "cancelling"}


def test_no_link_for_who_is_not_verified(connected: Connected) -> None:
    """There is nothing to pass on."""
    with Chat(connected.instance.url) as chat:
        answer = _opened(chat)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "not_verified"


def test_a_cancellation_is_told_on_other_channels(connected: Connected) -> None:
    """Done in Slack, it is known in Telegram at once, with the receipt and the way back."""
    telegram = connected.platform("telegram").customer("demo-solo", "de")
    slack = connected.platform("slack").customer("demo-solo")
    slack.say("hello")
    read = len(telegram.person.received())

    slack.expect(slack.say("I want to cancel"), ["cancel_done", "exit_question"])

    wait_until(lambda: len(telegram.person.received()) == read + 1, 30, "the notice")
    notice = telegram.person.received()[-1]
    assert pattern("told_elsewhere", "de").fullmatch(notice.text), notice.text
    assert "Slack" in notice.text
    telegram.expect(telegram.press("button_undo"), ["undo_done"])
    assert connected.instance.ledger.status("demo-solo") == {"pro": "active"}


def test_staff_see_the_whole_story(connected: Connected) -> None:
    """What was said on the web and in Telegram stands side by side for who helps."""
    with Chat(connected.instance.url, connected.instance.identity("demo-solo")) as chat:
        chat.say("my pages stay white on the web")
    telegram = connected.platform("telegram").customer("demo-solo")
    telegram.say("I want to talk to a human")
    listed = connected.instance.cli("cases", "list").stdout
    number = next(line.split()[0] for line in reversed(listed.splitlines()) if "demo-solo" in line)

    shown = connected.instance.cli("cases", "show", number).stdout

    assert "my pages stay white on the web" in shown
    assert "I want to talk to a human" in shown
    assert connected.instance.cli("cases", "close", number).returncode == 0
