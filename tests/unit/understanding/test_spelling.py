"""Slips of the finger in words that decide."""

import pytest

from bot.understanding.reading import Reading, reading
from bot.understanding.spelling import Spelling, one_slip_apart


@pytest.mark.parametrize("typed", ["cancl", "caancel", "cancrl", "canecl", "cance"])
def test_one_slip_is_one_slip(typed: str) -> None:
    """A letter left out, doubled, missed or swapped with the next one."""
    assert one_slip_apart(typed, "cancel")


@pytest.mark.parametrize("typed", ["cancel", "canl", "cacnle", "chancels", ""])
def test_none_and_two_are_not(typed: str) -> None:
    """The word itself, and words further away."""
    assert not one_slip_apart(typed, "cancel")


def test_what_means_something_else_stays() -> None:
    """Known words, other first letters, and short ones."""
    spelling = Spelling(["cancel", "nicht"], ["cancer"])
    words = ["cancel", "cancer", "bancel", "nict", "cancrl", "nciht"]
    assert [spelling.corrected(word) for word in words] == [
        "cancel", "cancer", "bancel", "nict", "cancel", "nicht",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("please csncel my subscritpion", Reading.PLAIN),
        ("bitte nciht kündigen", Reading.WITHHELD),
        ("vielleihct kündige ich mein Abo", Reading.WITHHELD),
        ("künidgen Sie das Abo meiner Muttre", Reading.WITHHELD),
        ("I had cancer", Reading.SILENT),
        ("my address is [email]", Reading.SILENT),
    ],
)
def test_texts_are_read_as_they_were_meant(text: str, expected: Reading) -> None:
    """A slip takes no wish away, and no denial either; what only looks near is none."""
    assert reading(text) is expected
