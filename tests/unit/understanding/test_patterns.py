"""Searching for many expressions at once."""

import pytest

from bot.understanding.patterns import Patterns, needs


@pytest.mark.parametrize(
    ("expression", "text", "found"),
    [
        ("cancel\\w*", "please cancelling", True),
        ("cancel", "uncancel", False),
        ("cancel", "cancels", False),
        ("(i|we) (may|might)", "we might", True),
        ("(i|we) (may|might)", "they might", False),
        ("a?b+", "bb", True),
        ("(x|)y", "y", True),
        ("(?:é|e)nd", "énd", True),
        ("[0-9]+", "7", True),
        ("(?<!no )end", "no end", False),
    ],
)
def test_a_text_is_searched_as_by_one_expression(expression: str, text: str, found: bool) -> None:
    """Leaving out what cannot fit changes nothing."""
    assert Patterns(["nothing of the kind", expression]).found(text) is found


def test_what_fits_is_replaced() -> None:
    """By a text or by what a function makes of it, from the left."""
    patterns = Patterns(["a b", "b c"])
    assert patterns.replaced("-", "a b c") == "- c"
    assert patterns.replaced(lambda found: found[0].upper(), "x b c") == "x B C"
    assert Patterns([]).replaced("-", "a") == "a"


def test_what_an_expression_needs() -> None:
    """Each way through it has a piece of every set; what may be left out is not needed."""
    assert needs("may") == (frozenset({"may"}),)
    assert frozenset({"ay", "igh"}) in needs("(may|might)s?")
    assert needs("a*") == ()
    assert needs("(?!no)\\w+") == ()
