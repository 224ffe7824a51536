"""When a text is enough to tell which language a conversation is held in."""

from __future__ import annotations

import pytest

from bot.domain.languages import Guess, LocaleFrom, tells, words_of

SURE = Guess("de", 1.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Kündigen, bitte!", ("Kündigen", "bitte")),
        ("I don't want it", ("I", "don't", "want", "it")),
        ("[email] [code]", ()),
        ("R-4F7K-9M2Q 123456 31.12.", ()),
        ("www.example.de https://example.de/abo ada@example.de", ()),
        ("Code: [code]", ("Code",)),
        ("👍 …", ()),
    ],
)
def test_only_words_tell_a_language(text: str, words: tuple[str, ...]) -> None:
    """Codes, numbers, addresses and placeholders are the same in every language."""
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "confidence", "told"),
    [
        ("Kündigen", 0.95, True),
        ("stop", 0.69, False),
        ("kündigen bitte", 0.9, True),
        ("Pro Plan", 0.69, False),
        ("ist das ein bot", 0.7, True),
        ("ist das ein bot", 0.6, False),
    ],
)
def test_the_shorter_the_surer(text: str, confidence: float, told: bool) -> None:
    """At the start one plain word is enough; a word that many languages have is not."""
    assert tells(words_of(text), Guess("de", confidence), LocaleFrom.START) is told


@pytest.mark.parametrize("text", ["Kündigen", "Jürgen Müller", "Lange Straße Köln"])
def test_later_a_word_or_a_name_does_not_change_it(text: str) -> None:
    """An English conversation in which somebody is named stays English."""
    assert not tells(words_of(text), SURE, LocaleFrom.HEARD)


@pytest.mark.parametrize("text", ["kündigen bitte", "ABO KÜNDIGEN", "Ich möchte kündigen"])
def test_later_a_sentence_changes_it(text: str) -> None:
    """Whoever goes on in another language is answered in that one."""
    assert tells(words_of(text), SURE, LocaleFrom.HEARD)


def test_what_was_asked_for_stays() -> None:
    """Having asked for German, one may write English."""
    assert not tells(words_of("I want to cancel my plan"), Guess("en", 1.0), LocaleFrom.ASKED)


def test_nothing_told_by_nothing() -> None:
    """Without a guess or a word nothing changes."""
    assert not tells(("word",), None, LocaleFrom.START)
    assert not tells((), SURE, LocaleFrom.START)
