"""The languages behind the port: guessed by lingua, named by Babel."""

from __future__ import annotations

import pytest

from bot.domain.languages import LocaleFrom, tells, words_of
from bot.language import SpokenLanguages


@pytest.fixture(scope="module")
def languages() -> SpokenLanguages:
    """English and German, as they are shipped."""
    return SpokenLanguages(("en", "de"))


def _heard(languages: SpokenLanguages, text: str, origin: LocaleFrom) -> str | None:
    words = words_of(text)
    guess = languages.guess(" ".join(words)) if words else None
    return guess.language if guess is not None and tells(words, guess, origin) else None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Kündigen", "de"),
        ("kündigen bitte", "de"),
        ("ich möchte mein Abo beenden", "de"),
        ("was kostet das noch", "de"),
        ("Bist du ein Bot?", "de"),
        ("I want to cancel my plan", "en"),
        ("will I be charged again", "en"),
    ],
)
def test_first_words_are_heard(languages: SpokenLanguages, text: str, language: str) -> None:
    """The first thing somebody says settles the language where it is plain."""
    assert _heard(languages, text, LocaleFrom.START) == language


@pytest.mark.parametrize(
    "text", ["stop", "ok", "Pro", "Team", "Basic", "hi", "R-4F7K-9M2Q", "ada@example.de"]
)
@pytest.mark.parametrize("origin", [LocaleFrom.START, LocaleFrom.HEARD])
def test_look_alikes_change_nothing(languages: SpokenLanguages, text: str, origin: LocaleFrom) -> None:
    """Words that are the same in both, plans, codes and addresses leave it as it is."""
    assert _heard(languages, text, origin) is None


@pytest.mark.parametrize(
    "text",
    [
        "je veux arrêter mon abonnement",
        "quiero dejar de pagar ya",
        "ik wil mijn abonnement opzeggen",
        "我想取消",
    ],
)
def test_a_language_nobody_speaks_here_is_not_taken_for_one_that_is(
    languages: SpokenLanguages, text: str
) -> None:
    """French is not answered in German because it is no English."""
    assert _heard(languages, text, LocaleFrom.START) is None


def test_one_language_alone_is_never_guessed() -> None:
    """Where only one is spoken there is nothing to tell."""
    assert SpokenLanguages(("de",)).guess("I want to cancel") is None


def test_a_language_lingua_does_not_know_can_still_be_asked_for() -> None:
    """The wording may speak what the guesser can't tell."""
    languages = SpokenLanguages(("en", "gd"))
    assert languages.guess("I want to cancel") is None
    assert languages.named("in Welsh please") == ("cy",)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("auf Deutsch bitte", ("de",)),
        ("can we speak English?", ("en",)),
        ("en français s'il vous plaît", ("fr",)),
        ("Französisch oder Spanisch", ("fr", "es")),
        ("auf englische Art, in English", ("en",)),
        ("another language please", ()),
        ("I don't even speak", ()),
    ],
)
def test_languages_are_known_by_name(languages: SpokenLanguages, text: str, named: tuple[str, ...]) -> None:
    """In English, in German, and in the language's own word; spoken here or not."""
    assert languages.named(text) == named


def test_languages_are_called_what_the_reader_calls_them(languages: SpokenLanguages) -> None:
    """For a list of what is spoken."""
    assert [languages.name(code, "de") for code in ("en", "de", "fr")] == [
        "Englisch",
        "Deutsch",
        "Französisch",
    ]
    assert languages.name("zz", "en") == "zz"
