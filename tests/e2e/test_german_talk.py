"""Talking German: questions, other matters, small talk, distress, and changing the language."""

from __future__ import annotations

import re

import pytest

from tests.e2e.chat import Chat, kinds
from tests.e2e.conftest import Visit
from tests.e2e.german import german
from tests.e2e.instance import Instance

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


def test_anonymous_talk_is_german_too(visit: Visit) -> None:
    """Nobody has to be known to be understood."""
    chat: Chat = visit()
    german(chat.say("Wie lange dauert das mit der Kündigung bei Ihnen?"))
