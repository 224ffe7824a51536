from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.exit_interview import Reason
from bot.understanding.reasons import Thresholds, decide, fold, hits_in, lexicon, load, unhappy

LEXICONS = load()
RULES = Thresholds(alone=0.8, seconded=0.1)


def found(words: str) -> list[str]:
    """What the patterns alone say."""
    return decide(hits_in(words, LEXICONS), {}, RULES)


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        ("It's too expensive.", "too_expensive"),
        ("the fees went up again, that is too much for me", "too_expensive"),
        ("money’s tight this year", "too_expensive"),
        ("cancel my policy, the premium is too high", "too_expensive"),
        ("I was missing a calendar", "missing_features"),
        ("it doesn't support Linux", "missing_features"),
        ("no dark mode", "missing_features"),
        ("I switched to a competitor", "switched_service"),
        ("we use another tool now", "switched_service"),
        ("moving everything to our own server", "switched_service"),
        ("I hardly use it", "unused"),
        ("dont need it any more", "unused"),
        ("I don't have the time", "unused"),
        ("your support was rude", "customer_service"),
        ("nobody ever answered my mails", "customer_service"),
        ("your support never answers", "customer_service"),
        ("way too complicated", "too_complex"),
        ("could not figure it out, too confusing", "too_complex"),
        ("too slow, always crashes", "low_quality"),
        ("I could not log in for a week", "low_quality"),
        ("I'll be back in spring", "temporary"),
        ("the project is over", "temporary"),
        ("I'm moving abroad", "other"),
        ("my father passed away", "other"),
        ("Too expensive, buggy, and nobody replied", "too_expensive customer_service low_quality"),
        ("I don't use it and found something cheaper", "too_expensive unused"),
        ("Viel zu teuer!", "too_expensive"),
        ("wegen der Preiserhöhung", "too_expensive"),
        ("wegen der Preiserhoehung", "too_expensive"),
        ("mir fehlen wichtige Funktionen", "missing_features"),
        ("ich wechsle zur Konkurrenz", "switched_service"),
        ("brauche ich nicht mehr", "unused"),
        ("KEINER GEHT ANS TELEFON", "customer_service"),
        ("ich komme mit der App nicht klar", "too_complex"),
        ("das Internet fällt ständig aus", "low_quality"),
        ("ich mache nur eine Pause", "temporary"),
        ("aus gesundheitlichen Gründen", "other"),
        ("zu teuer und stürzt dauernd ab", "too_expensive low_quality"),
    ],
)
def test_reasons_are_read_from_the_words(words: str, reasons: str) -> None:
    """One or several, in English and German, however it is spelled."""
    assert set(found(words)) == set(reasons.split())


@pytest.mark.parametrize(
    "words",
    [
        "",
        "something else",
        "personal reasons",
        "terrible service",
        "I'm unhappy",
        "I am fed up with you, close my account",
        "I'm not happy with your service",
        "switch off the renewal",
        "I don't have to explain",
        "I will never use you again",
        "it's not the price",
        "your support was great",
        "cancel my premium plan",
        "thanks for everything",
        "persönliche Gründe",
        "ich bin unzufrieden mit Ihrem Service",
        "nicht wegen des Preises",
        "am Support lag es nicht",
        "mir reicht's, kündigen Sie meinen Vertrag",
        "🙂",
    ],
)
def test_no_reason_is_guessed(words: str) -> None:
    """The words are kept as they are; a wrong reason would be worse than none."""
    assert found(words) == []


def test_both_witnesses_together() -> None:
    """A pattern needs little support, a classifier alone much; below that neither is believed."""
    assert decide(["unused"], {"unused": 0.1, "too_complex": 0.8}, RULES) == ["too_complex", "unused"]
    assert decide(["unused"], {"unused": 0.09, "too_complex": 0.79}, RULES) == []


def test_other_stands_for_what_has_no_name() -> None:
    """Named beside another reason it says nothing, unless the classifier is sure of it as well."""
    assert decide(["other", "unused"], {"other": 0.5, "unused": 0.5}, RULES) == ["unused"]
    assert decide(["other", "unused"], {"other": 0.9, "unused": 0.5}, RULES) == ["other", "unused"]
    assert decide(["other"], {"other": 0.5}, RULES) == ["other"]


def test_every_language_names_every_reason() -> None:
    """And none that the app does not know."""
    assert len(LEXICONS) == 2
    for words in LEXICONS:
        assert set(words.says) == {reason.value for reason in Reason}


def test_a_file_with_an_unknown_part_is_refused() -> None:
    """A slip in the data is found when it is read, not when somebody leaves."""
    with pytest.raises(KeyError):
        lexicon('[parts]\n[not_meant]\npatterns = ["x"]\n[unused]\nsays = ["@nothing@"]\n')
    with pytest.raises(re.error):
        lexicon('[parts]\n[not_meant]\npatterns = ["x"]\n[unused]\nsays = ["("]\n')


@given(st.text(max_size=300))
def test_any_text_is_read(words: str) -> None:
    """Nothing a customer types breaks it, and spelling it the one way changes nothing."""
    assert hits_in(words, LEXICONS) == hits_in(fold(words), LEXICONS)


@pytest.mark.parametrize(
    ("words", "vague"),
    [
        ("You have disappointed me, I'm switching to somebody else", True),
        ("ihr habt mich enttäuscht, ich wechsle zur Konkurrenz", True),
        ("I hate this, the other one is so much better", False),
        ("I switched to a competitor", False),
    ],
)
def test_going_elsewhere_is_no_reason_of_the_merely_unhappy(words: str, vague: bool) -> None:
    """It is what they do about it; what is better elsewhere would be one."""
    assert unhappy(words, LEXICONS) == vague
    found_here = decide(hits_in(words, LEXICONS), {}, RULES, vague=vague)
    assert ("switched_service" in found_here) != vague
