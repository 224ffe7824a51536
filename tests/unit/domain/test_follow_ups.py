from __future__ import annotations

import pytest

from bot.domain.follow_ups import asks_not_to_be_told, asks_to_be_told


@pytest.mark.parametrize(
    "text",
    [
        "let me know when you have dark mode",
        "Let me know if that changes",
        "please tell me if it gets cheaper",
        "too expensive. Tell me when the price drops",
        "write to me once there is an offline mode",
        "I'd like to know when it's fixed",
        "Notify me as soon as you've added an export",
        "drop me a line if your support gets better",
        "keep me posted should it become more affordable",
        "Sagt mir Bescheid, wenn es günstiger wird",
        "Geben Sie mir bitte Bescheid, sobald es einen Export gibt",
        "meldet euch, wenn das behoben ist",
        "Melden Sie sich, falls der Preis gesenkt wird",
        "Informieren Sie mich, wenn sich das ändert",
        "ich möchte wissen, wenn es besser wird",
        "schreibt mir, sobald ihr Dark Mode habt",
        "lasst es mich wissen, wenn es besser läuft",
        "Bitte benachrichtigen Sie mich, wenn die Funktion da ist",
        "Könnt ihr mir Bescheid sagen, falls das einfacher wird?",
    ],
)
def test_asking_to_be_told(text: str) -> None:
    """In words, in both languages."""
    assert asks_to_be_told(text)
    assert not asks_not_to_be_told(text)


@pytest.mark.parametrize(
    "text",
    [
        "let me know when my refund arrives",
        "tell me if I'm charged again",
        "let me know when it ends",
        "tell me when you have cancelled it",
        "let me know when a person is available",
        "tell me when my plan changes",
        "let me know",
        "tell me more",
        "if it gets cheaper I may come back",
        "it never works when I need it",
        "you have no dark mode",
        "don't tell me if it changes",
        "cancel my plan and tell me when it's done",
        "tell me if it gets cheaper, and cancel my Pro plan now",
        "Sagt mir Bescheid, wenn mein Geld da ist",
        "Sagen Sie mir Bescheid, wenn ich gekündigt bin",
        "schreibt mir, wenn die Rechnung da ist",
        "wenn es günstiger wird, komme ich wieder",
        "ich würde gerne wiederkommen, wenn es günstiger wird",
        "Es gibt keinen Export, das nervt, wenn man umzieht",
        "meldet euch nicht mehr, wenn sich was ändert",
        "Bitte kündigen und Bescheid sagen, wenn es geht",
        f"let me know when you have {'very ' * 60}dark mode",
        "",
    ],
)
def test_what_is_no_consent(text: str) -> None:
    """Strict: a wish to cancel above all is never taken for it, nor is a question about today."""
    assert not asks_to_be_told(text)


@pytest.mark.parametrize(
    "text",
    [
        "don't write to me", "Don\u2019t tell me", "do not contact me", "please stop messaging me",
        "no messages please", "no need to tell me", "Bitte nicht melden", "schreibt mir nicht",
        "Schreiben Sie mir bitte nicht",
        "meldet euch doch nicht", "keine Nachricht bitte", "bitte nicht mehr bei mir melden",
    ],
)  # fmt: skip
def test_taking_it_back(text: str) -> None:
    """In words, in both languages."""
    assert asks_not_to_be_told(text)
    assert not asks_to_be_told(text)


@pytest.mark.parametrize(
    "text",
    [
        "don't write me any more e-mails", "keine Werbung, schreibt mir nicht", "stop", "no", "nein danke",
        "cancel my plan and don't contact me", "Kündigen Sie mein Abo und melden Sie sich nicht",
    ],
)  # fmt: skip
def test_what_asks_for_more(text: str) -> None:
    """Being rid of all mail, and cancelling, are other wishes; a bare "no" is answered as what it is."""
    assert not asks_not_to_be_told(text)
