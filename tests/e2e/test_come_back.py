"""The way back, and being told once, with the real bot."""

from __future__ import annotations

import httpx
import pytest

from tests.e2e.chat import kinds
from tests.e2e.conftest import Visit
from tests.e2e.german import german
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until


@pytest.mark.parametrize(
    ("cancel", "back"),
    [
        ("I want to cancel", "I would like to rejoin please"),
        ("Ich möchte kündigen", "ich möchte wieder Mitglied werden"),
    ],
)
def test_what_has_not_ended_goes_on(visit: Visit, fairwell: Instance, cancel: str, back: str) -> None:
    """Said in either language, with a receipt of its own."""
    chat = visit("demo-solo")
    chat.say(cancel)

    answer = chat.say(back)

    assert kinds(answer) == ["receipt"]
    assert answer[0].receipt is not None
    assert answer[0].receipt["kind"] == "undo"
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}


def test_what_has_ended_does_not(visit: Visit) -> None:
    """Said so, and a person is offered: the demo has no address to sign up at."""
    answer = visit("demo-ended").say("my plan has run out, can I have it again")

    assert "can't be started again here" in answer[0].text
    assert list(answer[0].buttons) == ["talk_to_human"]


def test_who_is_not_known_is_asked_first(visit: Visit) -> None:
    """In German: no plan is named."""
    said = german(visit().say("ich möchte gern wieder Mitglied werden"))

    assert "E-Mail-Adresse" in said


def test_asked_for_in_words_and_taken_back(visit: Visit, fairwell: Instance) -> None:
    """After the answer: "let me know" is noted, listed for staff, and "don't write to me" ends it."""
    chat = visit("demo-solo")
    chat.press(chat.say("I want to cancel")[-1].buttons["reason:missing_features"])
    noted = chat.say("let me know when you have dark mode")
    assert noted[0].text.startswith("Noted.")
    assert "let me know when you have dark mode" in fairwell.cli("follow-ups", "list").stdout

    assert "We will not write to you" in chat.say("please don't write to me")[0].text
    assert "let me know" not in fairwell.cli("follow-ups", "list").stdout


def test_told_once_by_mail(visit: Visit, fairwell: Instance) -> None:
    """By the button under the thanks; the running app sends what the command has queued."""
    chat = visit("demo-multi")
    thanks = chat.press(chat.say("cancel everything")[-1].buttons["reason:too_expensive"])
    chat.press(thanks[0].buttons["tell_me"])
    send = ("follow-ups", "send", "too_expensive", "--text", "en=Pro costs less now.")

    assert fairwell.cli(*send).stdout == "1 told: 1 by mail.\n"
    assert fairwell.cli(*send).stdout == "0 told.\n"
    mail = wait_until(lambda: _news(fairwell), 30, "the mail with the news")
    assert len(mail) == 1


def _news(fairwell: Instance) -> list[str]:
    sent = httpx.get(f"{fairwell.url}/demo/mail", trust_env=False, timeout=30).json()["mail"]
    return [mail["to"] for mail in sent if "“Pro costs less now.”" in mail["text"]]
