from __future__ import annotations

from bot.domain.manners.buttons import Option, judge_buttons
from bot.domain.manners.findings import Rule
from tests.fixtures.manners_talks import lexicons

WORDS = tuple(lexicons().values())


def rules(*options: tuple[str, str], optional: bool = False) -> list[Rule]:
    """The rules that buttons break."""
    shown = [Option(name, title) for name, title in options]
    return [finding.rule for finding in judge_buttons(shown, WORDS, "here", optional=optional)]


def test_equal_buttons_pass() -> None:
    """Two short verbs side by side, the way out last."""
    assert rules(("cancel_now", "Cancel now"), ("keep", "Keep it")) == []
    assert rules(("reason:other", "Something else"), ("skip", "Skip"), optional=True) == []


def test_a_way_out_must_be_there() -> None:
    """Where nobody has to answer there is a button for that; a German one counts as well."""
    assert rules(("reason:other", "Other"), optional=True) == [Rule.NO_WAY_OUT]
    assert rules(optional=True) == [Rule.NO_WAY_OUT]
    assert rules(("reason:other", "Anderes"), ("x", "Nein danke"), optional=True) == []


def test_a_refusal_must_not_shame() -> None:
    """A refusal such as "No thanks, I like paying" is found for its words and for its length."""
    found = rules(("yes", "Save now"), ("no", "No thanks, I like paying full price"))
    assert found == [Rule.CONFIRM_SHAMING, Rule.UNEQUAL_BUTTONS]


def test_a_way_out_must_not_be_longer() -> None:
    """It takes no more reading than what it is the way out of."""
    assert rules(("yes", "Yes"), ("skip", "Skip this question and go to the next page")) == [
        Rule.UNEQUAL_BUTTONS
    ]
    assert rules(("skip", "Skip this question and go to the next page")) == []


def test_none_may_stand_out() -> None:
    """An arrow, capitals or praise on one of several make it heavier; on all of them they do not."""
    assert rules(("a", "→ Pro"), ("b", "Basic")) == [Rule.UNEQUAL_BUTTONS]
    assert rules(("a", "KEEP PRO"), ("b", "Basic")) == [Rule.UNEQUAL_BUTTONS]
    assert rules(("a", "Pro (recommended)"), ("b", "Basic")) == [Rule.UNEQUAL_BUTTONS]
    assert rules(("a", "→ Pro"), ("b", "→ Basic")) == []


def test_staying_is_not_offered_first() -> None:
    """What the customer asked for stands before what they did not ask for."""
    assert rules(("keep", "Keep it"), ("cancel_now", "Cancel now")) == [Rule.UNEQUAL_BUTTONS]
    assert rules(("x", "Abo behalten"), ("cancel_now", "Kündigen")) == [Rule.UNEQUAL_BUTTONS]


def test_eleven_answers_are_too_many_but_not_eleven_plans() -> None:
    """A list of reasons has an end; the customer's own plans are as many as they are."""
    assert rules(*((f"r{place}", "Because") for place in range(11))) == [Rule.TOO_MANY_CHOICES]
    assert rules(*((f"cancel:{place}", "Plan") for place in range(15))) == []
