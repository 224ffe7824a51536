from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.exit_interview import Reason
from bot.domain.reasons import reasons_in
from bot.domain.text import normalise


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        ("It's too expensive.", "too_expensive"),
        ("the fees went up again, that is too much for me", "too_expensive"),
        ("money’s tight this year", "too_expensive"),
        ("honestly not worth it", "too_expensive"),
        ("I was missing a calendar", "missing_features"),
        ("it doesn't support Linux", "missing_features"),
        ("no dark mode", "missing_features"),
        ("I switched to a competitor", "switched_service"),
        ("we use another tool now", "switched_service"),
        ("found a much better one", "switched_service"),
        ("moving everything to our own server", "switched_service"),
        ("I hardly use it", "unused"),
        ("dont need it any more", "unused"),
        ("never really opened it", "unused"),
        ("I don't have the time", "unused"),
        ("your support was rude", "customer_service"),
        ("nobody ever answered my mails", "customer_service"),
        ("terrible service", "customer_service"),
        ("way too complicated", "too_complex"),
        ("could not figure it out, too confusing", "too_complex"),
        ("it crashes all day", "low_quality"),
        ("sync stopped working", "low_quality"),
        ("the app is awful", "low_quality"),
        ("I could not log in for a week", "low_quality"),
        ("I'll be back in spring", "temporary"),
        ("the project is over", "temporary"),
        ("Too expensive, buggy, and nobody replied", "too_expensive customer_service low_quality"),
        ("I don't use it and found something cheaper", "too_expensive switched_service unused"),
    ],
)
def test_reasons_are_read_from_the_words(words: str, reasons: str) -> None:
    """One or several, in the order of the list of reasons."""
    assert {reason.value for reason in reasons_in(normalise(words))} == set(reasons.split())
    assert list(reasons_in(normalise(words))) == [
        reason for reason in Reason if reason in reasons_in(normalise(words))
    ]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "something else",
        "personal reasons",
        "we are moving to Spain",
        "moved to a new house",
        "switch off the renewal",
        "I don't have to explain",
        "I will never use you again",
        "I just want to leave",
        "thanks for everything",
        "🙂",
    ],
)
def test_no_reason_is_guessed(words: str) -> None:
    """The words are kept as they are; a wrong reason would be worse than none."""
    assert reasons_in(normalise(words)) == ()


@given(st.text(max_size=200))
def test_other_is_never_read_from_words(words: str) -> None:
    """The choice "Something else" is a button, not a finding."""
    assert Reason.OTHER not in reasons_in(words)
