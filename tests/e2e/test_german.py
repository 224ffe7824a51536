"""The conversations of the design in German: nothing is set, the customer just writes German."""

from __future__ import annotations

import re
from collections.abc import Sequence

import httpx
import pytest

from tests.e2e.chat import Chat, Reply, kinds
from tests.e2e.conftest import Visit
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
NOT_OURS = (
    "Bitte stornieren Sie meine Bestellung",
    "Ich möchte meinen Termin absagen",
    "Meine Kreditkarte bitte sperren und kündigen",
)
NO_END = (
    "Ich möchte nicht kündigen",
    "Wenn das noch einmal passiert, kündige ich",
    "Meine Schwester hat gestern gekündigt",
)
#: Words that would give away that somebody was answered in English.
_ENGLISH = re.compile(
    r"\b(the|your|you|is|can|what|nothing|person|plan|cancel|undo|skip|receipt|until|please)\b", re.IGNORECASE
)


def german(answer: Sequence[Reply]) -> str:
    """All that was said, which is German to the last word."""
    text = "\n".join(reply.text for reply in answer)
    assert text
    assert not _ENGLISH.search(text), text
    return text


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

    page = httpx.get(receipt["url"], trust_env=False).text

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
    seen = len(_mail(fairwell))

    asked = chat.say("Ich möchte mein Abo kündigen")
    assert "Unter welcher E-Mail-Adresse läuft das Konto?" in german(asked)
    chat.say("demo-solo@example.com")
    mail = wait_until(lambda: _mail(fairwell)[seen:], 30, "the mail with the code")[0]

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
    ("words", "said"),
    [
        ("Hat das geklappt?", "ist gekündigt"),
        ("Bitte schicken Sie mir den Beleg noch einmal", "Hier ist Ihr Beleg"),
        ("Wann endet mein Abo?", "ist gekündigt"),
        ("Wird mir noch etwas abgebucht?", "nichts mehr berechnet"),
    ],
)
def test_questions_after_it(visit: Visit, words: str, said: str) -> None:
    """Answered from the ledger."""
    chat = visit("demo-solo")
    chat.say("Ich möchte kündigen")
    assert said in german(chat.say(words))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Wann endet mein Abo?", "Ihr Pro-Abo läuft."),
        ("Wie kann ich kündigen?", "Tippen Sie auf die Schaltfläche"),
    ],
)
def test_questions_before_it(visit: Visit, fairwell: Instance, words: str, said: str) -> None:
    """A question is answered, with the button where that is what they want; nothing is cancelled."""
    answer = visit("demo-solo").say(words)
    assert said in german(answer)
    assert "cancel_now" in answer[0].buttons
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


@pytest.mark.parametrize("words", NOT_OURS)
def test_not_ours(visit: Visit, fairwell: Instance, words: str) -> None:
    """Orders, appointments, cards: says what can be done, offers a person, touches nothing."""
    answer = visit("demo-solo").say(words)
    assert "talk_to_human" in answer[0].buttons, answer[0].text
    german(answer)
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}


@pytest.mark.parametrize("words", NO_END)
def test_what_must_never_cancel(visit: Visit, fairwell: Instance, words: str) -> None:
    """Negations, conditions, other people."""
    german(visit("demo-solo").say(words))
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}


def test_a_person(visit: Visit) -> None:
    """A case with a number."""
    assert re.search(
        r"Ein Mensch antwortet .* Nummer C-", german(visit().say("Ich möchte mit einem Menschen sprechen"))
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Bist du ein Bot?", "automatischer Assistent, kein Mensch"),
        ("Guten Tag", "Guten Tag."),
        ("Vielen Dank", "Gern geschehen."),
        ("Auf Wiedersehen", "Auf Wiedersehen."),
        ("Du bist doch ein kompletter Idiot", "Verstanden."),
    ],
)
def test_small_talk(visit: Visit, words: str, said: str) -> None:
    """Honest, short, calm."""
    assert said in german(visit().say(words))


def test_distress(visit: Visit) -> None:
    """Where help is, a person, and no question about reasons afterwards."""
    chat = visit("demo-solo")
    said = german(chat.say("Ich kann nicht mehr, ich will nicht mehr leben"))
    assert "112" in said
    assert "0800 111 0 111" in said
    assert kinds(chat.say("Ich möchte kündigen")) == ["receipt"]


def test_nonsense(visit: Visit, fairwell: Instance) -> None:
    """Whatever it is taken for, the answer is German and nothing is done."""
    chat = visit("demo-solo")
    chat.say("Guten Tag, hier bin ich")
    for text in ("qwertz asdf yxcv", "🤷", "blubber wampel"):
        german(chat.say(text))
    assert fairwell.ledger.status("demo-solo") == {"pro": "active"}


def test_a_language_asked_for_stays(visit: Visit) -> None:
    """Having asked for German, one may write English and is answered in German, until asking again."""
    chat = visit("demo-solo")
    assert "ab jetzt auf Deutsch" in german(chat.say("can we speak German please?"))
    german(chat.say("when does it end?"))
    assert "in English from now on" in chat.say("auf Englisch bitte")[0].text


def test_a_language_nobody_speaks_here(visit: Visit) -> None:
    """Says which ones there are, with the way to a person."""
    chat = visit()
    chat.say("Guten Tag zusammen, ich habe eine Frage")
    answer = chat.say("Können wir bitte auf Französisch schreiben?")
    assert "Französisch ist nicht dabei" in german(answer)
    assert list(answer[0].buttons) == ["talk_to_human"]


def test_english_stays_english(visit: Visit) -> None:
    """A plan's name, "stop" or a code turn nothing round."""
    chat = visit("demo-solo")
    chat.say("When does my plan end?")
    for text in ("stop", "Pro", "ok", "123456"):
        assert not re.search(r"\b(Sie|nicht|ist|und|Abo)\b", chat.say(text)[0].text), text


def _mail(fairwell: Instance) -> list[dict[str, str]]:
    sent = httpx.get(f"{fairwell.url}/demo/mail", trust_env=False).json()["mail"]
    return [mail for mail in reversed(sent) if mail["to"] == "demo-solo@example.com"]


def test_anonymous_talk_is_german_too(visit: Visit) -> None:
    """Nobody has to be known to be understood."""
    chat: Chat = visit()
    german(chat.say("Wie lange dauert das mit der Kündigung bei Ihnen?"))
