"""What texts in either language say, by data/language/."""

from pathlib import Path

import pytest
import yaml

from bot.understanding.reading import Reading, reading
from bot.understanding.sayings import plain, standard

SAID = standard()
GERMAN: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "nlu" / "cancel_de.yml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("text", GERMAN["acts"])
def test_a_german_wish_to_end_is_one(text: str) -> None:
    """Whatever the order of its words, its dialect or its slips of the finger."""
    assert SAID.requests_end(text)


@pytest.mark.parametrize("text", GERMAN["never"])
def test_a_german_near_miss_is_none(text: str) -> None:
    """Denied, asked, threatened, told, or about something or somebody else."""
    assert not SAID.requests_end(text)


@pytest.mark.parametrize("text", GERMAN["later"])
def test_a_german_day_to_come_is_heard(text: str) -> None:
    """It is a wish to end, and names a day that is not yet."""
    assert SAID.says_end(text)
    assert SAID.names_later(text)


@pytest.mark.parametrize(
    "text",
    [
        "kündigen Sie zum nächstmöglichen Termin",
        "bitte ab sofort kündigen",
        "ich kündige zum Ende der Laufzeit",
        "heute bitte kündigen",
        "guten Morgen, ich kündige",
        "das Abo kostet 9.99 €, bitte kündigen",
        "ich bin seit dem 1. März 2024 dabei und kündige",
    ],
)
def test_as_soon_as_possible_is_now(text: str) -> None:
    """Neither today, nor the next possible day, nor a price or a day gone by is a day to come."""
    assert not SAID.names_later(text)


@pytest.mark.parametrize(
    "text",
    [
        "cancel my plan because I don't use it and never wanted it",
        "because you never answer, cancel my subscription",
        "please cancel it, cuz I can't afford it if I'm honest",
        "cancel my plan since you won't fix it",
        "cancel my membership as I don't go any more",
        "cancel it now that my order never arrived",
    ],
)
def test_a_cause_does_not_take_the_wish_back(text: str) -> None:
    """What a "because" denies or regrets is not the wish."""
    assert SAID.requests_end(text)


@pytest.mark.parametrize(
    "text",
    [
        "don't cancel it because of me",
        "I want to end this chat because I don't want to cancel",
        "I ask because I might cancel",
        "ich frage, weil ich vielleicht kündige",
    ],
)
def test_a_cause_does_not_make_a_wish(text: str) -> None:
    """A cause that names the end is read with the rest."""
    assert not SAID.requests_end(text)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("bitte my subscription canceln", True),
        ("please mein Abo kündigen", True),
        ("hi, ich want to cancel", True),
        ("don't kündigen my plan", False),
        ("please mein Abo nicht canceln", False),
        ("my Bestellung stornieren", False),
        ("the war was the end, in the bin it goes", True),
    ],
)
def test_languages_may_be_mixed(text: str, wish: bool) -> None:
    """Each language that has a word for ending must agree; words both have are read in the one it is in."""
    assert SAID.requests_end(text) is wish


@pytest.mark.parametrize("text", ["ich gehe", "ich bin weg", "ihr seht mich nie wieder", "I'm leaving you"])
def test_leaving_is_announced(text: str) -> None:
    """Said without a condition, in either language."""
    assert SAID.announces_leaving(text)


@pytest.mark.parametrize("text", ["wenn das so bleibt, bin ich weg", "unless you fix it I'm leaving"])
def test_a_threat_announces_nothing(text: str) -> None:
    """It may still be averted."""
    assert not SAID.announces_leaving(text)


@pytest.mark.parametrize(
    "text", ["geht das", "ja, was heißt das", "ist das endgültig?", "moment noch", "ja aber warte"]
)
def test_german_questions_and_pauses_hesitate(text: str) -> None:
    """No "ja" in them counts."""
    assert SAID.hesitates(text)


@pytest.mark.parametrize(
    "text", ["ja", "ja bitte", "warum nicht", "kein Problem", "gern", "aber klar", "passt"]
)
def test_a_german_yes_does_not_hesitate(text: str) -> None:
    """What only looks like a question or a denial agrees."""
    assert not SAID.hesitates(text)


def test_a_no_and_a_wish_are_told_apart() -> None:
    """German "nein" with a wish behind it, or with none."""
    assert SAID.requests_end_beyond_denial("nein, ich will kündigen")
    assert not SAID.requests_end_beyond_denial("nein, nicht kündigen")
    assert not SAID.requests_end_beyond_denial("nein, Schluss jetzt")


def test_the_own_and_the_foreign_are_told_apart() -> None:
    """A contract is ours, a rental contract is not, whatever else ends in the word."""
    assert SAID.requests_end_of_own("meinen Handyvertrag kündigen")
    assert SAID.requests_end_of_own("das Jahresabo zum 3. Mai beenden")
    assert not SAID.requests_end_of_own("meinen Mietvertrag kündigen")
    assert not SAID.requests_end_of_own("die Buchung stornieren")


def test_plain_words_at_any_time() -> None:
    """A later day makes a wish no less plain."""
    assert SAID.plainly_requests_end("bitte im Juni kündigen")
    assert not SAID.plainly_requests_end("im Juni fahre ich weg")


def test_hurried_words_get_their_apostrophe_back() -> None:
    """For the tokenizer."""
    assert SAID.unhurried("i dont and cant") == "i don't and can't"


def test_everyday_words_belong_to_one_language() -> None:
    """A word that two languages have tells nothing about which one a sentence is in."""
    seen: dict[str, str] = {}
    for language in SAID.languages:
        for word in language.common:
            assert seen.setdefault(word, language.code) == language.code, word


@pytest.mark.parametrize(
    "word",
    [
        "kündigen ",
        "nicht ",
        "mein abo, ",
        "a",
        "a-",
        "'",
        "? ",
        "lösen sie ",
        "because ",
        "1.1. ",
        "\n",
        "cancel my plan. ",
    ],
)
@pytest.mark.timeout(30)
def test_a_long_text_comes_to_an_end(word: str) -> None:
    """Four thousand characters of anything are read, where a careless expression would never be done."""
    assert reading(word * (4_000 // len(word))) in Reading


def test_folding_keeps_the_words() -> None:
    """Compatibility forms, curly apostrophes, capitals and runs of spaces are the same text."""
    assert plain("  I don\u2019t  \uff23ancel ") == "i don't cancel"
    assert not standard().says_end("hello there")
