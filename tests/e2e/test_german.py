"""Cancelling in German, as the design has it: nothing is set, the customer just writes German."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.e2e.chat import kinds
from tests.e2e.conftest import Visit
from tests.e2e.german import german
from tests.e2e.instance import Instance
from tests.e2e.waiting import wait_until

CANCELLED = ["receipt", "exit_question"]
OTHER_WAYS = (
    "Kündigen",
    "kündigen bitte",
    "Hiermit kündige ich mein Abo",
    "Bitte beenden Sie mein Abonnement",
    "Ich will mein Abo loswerden, bitte kündigen",
    "ich moechte kuendigen",
)


def test_one_message_is_enough(visit: Visit, fairwell: Instance) -> None:
    """Done at once, with the date as German writes it, and one question after."""
    answer = visit("demo-solo").say("Ich möchte kündigen")

    assert kinds(answer) == CANCELLED
    said = german(answer)
    assert said.startswith("Erledigt. Ihr Pro-Abo ist gekündigt. Sie können es bis zum ")
    assert re.search(r"bis zum \d{1,2}\. [A-Z]\w+ \d{4} nutzen", said)
    assert "Wenn Sie mögen: Was war der Grund?" in said
    assert fairwell.ledger.status("demo-solo") == {"pro": "cancelling"}


def test_the_receipt_is_german(visit: Visit) -> None:
    """The page it opens says the same in German, with the customer's own words."""
    receipt = visit("demo-solo").say("Ich möchte kündigen")[0].receipt
    assert receipt is not None

    page = httpx.get(receipt["url"], trust_env=False, timeout=30).text

    assert '<html lang="de"' in page
    assert "Kündigung bestätigt" in page
    assert "Ich möchte kündigen" in page
    assert "Uhr" not in page  # the page shows times with their zone


def test_buttons_are_german(visit: Visit) -> None:
    """Their names stay what clients know; their titles are read by customers."""
    chat = visit("demo-solo")
    chat.say("Ich möchte kündigen")
    titles = {
        button["name"]: button["title"]
        for message in chat.history()
        for button in message.get("buttons") or []
    }
    assert titles["undo"] == "Rückgängig machen"
    assert titles["skip"] == "Überspringen"
    assert titles["reason:too_expensive"] == "Zu teuer"


@pytest.mark.parametrize("words", OTHER_WAYS)
def test_other_ways_to_say_it(visit: Visit, fairwell: Instance, words: str) -> None:
    """However it is said, also as the very first word, it is done at once and answered in German."""
    answer = visit("demo-solo").say(words)

    assert kinds(answer) == CANCELLED, answer[0].text
    german(answer)
    assert fairwell.ledger.status("demo-solo") == {"pro": "cancelling"}


def test_several_plans_and_a_button(visit: Visit, fairwell: Instance) -> None:
    """One question, and the button ends that plan alone."""
    chat = visit("demo-multi")
    question = chat.say("Ich möchte kündigen")
    assert kinds(question) == ["choice"]
    assert german(question) == "Welches Abo soll enden?"

    assert kinds(chat.press(question[0].buttons["cancel:pro"])) == CANCELLED
    assert fairwell.ledger.status("demo-multi") == {"basic": "active", "pro": "cancelling", "team": "active"}


def test_several_plans_and_a_word(visit: Visit, fairwell: Instance) -> None:
    """The answer may also be written."""
    chat = visit("demo-multi")
    chat.say("Ich möchte kündigen")

    assert kinds(chat.say("das Team-Abo bitte")) == CANCELLED
    assert fairwell.ledger.status("demo-multi") == {"basic": "active", "pro": "active", "team": "cancelling"}


def test_a_plan_named_in_the_sentence(visit: Visit, fairwell: Instance) -> None:
    """With its name nothing is asked."""
    assert kinds(visit("demo-multi").say("Bitte kündigen Sie mein Basic-Abo")) == CANCELLED
    assert fairwell.ledger.status("demo-multi") == {"basic": "cancelling", "pro": "active", "team": "active"}


def test_everything_at_once(visit: Visit, fairwell: Instance) -> None:
    """Three receipts, one question."""
    answer = visit("demo-multi").say("Ich möchte alle meine Abos kündigen")

    assert kinds(answer) == ["receipt", "receipt", "receipt", "exit_question"]
    german(answer)
    assert set(fairwell.ledger.status("demo-multi").values()) == {"cancelling"}


def test_verification_by_mail(visit: Visit, fairwell: Instance) -> None:
    """Not signed in: an address, a German mail with a code, and it is done without asking again."""
    chat = visit()
    seen = [mail["id"] for mail in _mail(fairwell)]

    asked = chat.say("Ich möchte mein Abo kündigen")
    assert "Unter welcher E-Mail-Adresse läuft das Konto?" in german(asked)
    chat.say("demo-solo@example.com")

    def codes() -> list[dict[str, str]]:
        return [item for item in _mail(fairwell) if item["id"] not in seen and "Code" in item["subject"]]

    mail = wait_until(codes, 30, "the mail with the code")[0]
    assert mail["subject"].startswith("Ihr Code: ")
    assert "Niemand von" in mail["text"]
    code = re.search(r"\b\d{6}\b", mail["text"])
    assert code is not None
    assert kinds(chat.say(code[0]))[-2:] == CANCELLED
    assert fairwell.ledger.status("demo-solo") == {"pro": "cancelling"}


def test_nothing_to_cancel(visit: Visit) -> None:
    """Said so; never an error."""
    assert german(visit("demo-none").say("Ich möchte kündigen")).startswith(
        "In Ihrem Konto gibt es kein Abo."
    )


def test_already_cancelled(visit: Visit) -> None:
    """The earlier receipt."""
    answer = visit("demo-ended").say("Ich möchte kündigen")
    assert kinds(answer) == ["receipt"]
    assert "ist bereits gekündigt" in german(answer)


@pytest.mark.parametrize("words", ["Das war ein Versehen, bitte rückgängig machen", "Kündigung zurücknehmen"])
def test_undo(visit: Visit, fairwell: Instance, words: str) -> None:
    """It goes on as before, with a receipt."""
    chat = visit("demo-solo")
    chat.say("Ich möchte kündigen")

    undone = chat.say(words)

    assert kinds(undone) == ["receipt"]
    assert german(undone).startswith("Ihr Pro-Abo läuft weiter wie bisher.")
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}


@pytest.mark.parametrize(
    "answer", ["reason:too_expensive", "Es war mir einfach zu teuer", "Ich nutze es kaum noch"]
)
def test_reasons(visit: Visit, answer: str) -> None:
    """By button or in own words; thanked, and never asked again."""
    chat = visit("demo-solo")
    question = chat.say("Ich möchte kündigen")[-1]

    thanks = chat.press(question.buttons[answer]) if answer in question.buttons else chat.say(answer)

    assert german(thanks) == "Danke, das hilft uns."
    assert "exit_question" not in kinds(chat.say("Danke"))


@pytest.mark.parametrize("answer", ["skip", "Überspringen", "Das möchte ich nicht sagen"])
def test_skip(visit: Visit, answer: str) -> None:
    """No reason is fine."""
    chat = visit("demo-solo")
    question = chat.say("Ich möchte kündigen")[-1]

    said = chat.press(question.buttons[answer]) if answer in question.buttons else chat.say(answer)

    assert german(said) == "Alles klar. Sie werden nicht noch einmal gefragt."


def _mail(fairwell: Instance) -> list[dict[str, str]]:
    sent = httpx.get(f"{fairwell.url}/demo/mail", trust_env=False, timeout=30).json()["mail"]
    return [mail for mail in reversed(sent) if mail["to"] == "demo-solo@example.com"]
