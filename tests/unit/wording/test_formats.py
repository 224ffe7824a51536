"""How a plan's name becomes part of a compound, in languages that join words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.wording.formats import Formats

GERMAN = Formats("de", ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ("Pro", "Pro-Abo"),
        ("Team Plus", "Team-Plus-Abo"),
        ("Premium-Abo", "Premium-Abo"),
        ("Jahresabo", "Jahresabo"),
    ],
)
def test_a_plans_name_becomes_part_of_a_compound(plan: str, said: str) -> None:
    """With all its parts joined, and without saying the same word twice."""
    assert GERMAN.value(plan, "-Abo") == said
    assert GERMAN.value(plan) == plan
