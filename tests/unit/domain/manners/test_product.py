from __future__ import annotations

import pytest

from bot.domain.manners.findings import Rule
from bot.domain.manners.product import Layout, Text, Together, judge_product, unjudged
from tests.fixtures.manners_talks import lexicons

WORDS = lexicons()
LAYOUT = Layout(frozenset({"cancel.yml"}), ("cancel_done",), "exit_question")


def rules(*texts: tuple[str, str], file: str = "cancel.yml", language: str = "en") -> list[Rule]:
    """The rules that messages of a file break."""
    made = [Text(file, message, language, text) for message, text in texts]
    return [finding.rule for finding in judge_product(made, WORDS, LAYOUT)]


def test_before_it_is_done_only_who_and_which_are_asked() -> None:
    """Any other question in the files of cancelling is found, the reason above all."""
    assert rules(("cancel_which", "Which one should end?")) == []
    assert rules(("verify", "To be sure it's you: which e-mail address is it?")) == []
    assert rules(("cancel_colour", "What is your favourite colour?")) == [Rule.QUESTION_BEFORE]
    assert rules(("cancel_why", "Tell us why.")) == [Rule.QUESTION_BEFORE]
    assert rules(("cancel_colour", "What is your favourite colour?"), file="shop.yml") == []


def test_no_offer_before_it_is_done_and_none_twice() -> None:
    """A pause is not put forward unasked; two texts that do so are one too many."""
    pause = "You can pause instead."
    assert rules(("cancel_pause", pause)) == [Rule.OFFER_BEFORE]
    assert rules(("a", pause), ("b", pause), file="shop.yml") == [Rule.REPEATED_OFFER]


def test_a_confirmation_confirms() -> None:
    """The exit question is a message of its own."""
    assert rules(("cancel_done", "Done. What made you leave?")) == [Rule.EXIT_QUESTION]
    assert rules(("cancel_done", "Done.")) == []
    assert rules(("exit_question", "What made you leave?")) == []


def test_buttons_are_judged_side_by_side() -> None:
    """In every language, in the order they are shown."""
    texts = [
        Text("cancel.yml", "offer", "en", "Press the button."),
        Text("cancel.yml", "button_cancel_now", "en", "Cancel now"),
        Text("cancel.yml", "button_keep", "en", "Keep it"),
    ]
    wrong = Layout(together=[Together("offer", ("button_keep", "button_cancel_now"))])
    right = Layout(together=[Together("offer", ("button_cancel_now", "button_keep"), optional=True)])
    assert [finding.rule for finding in judge_product(texts, WORDS, wrong)] == [Rule.UNEQUAL_BUTTONS]
    assert judge_product(texts, WORDS, right) == []
    with pytest.raises(KeyError, match="button_gone"):
        judge_product(texts, WORDS, Layout(together=[Together("offer", ("button_gone",))]))


def test_a_language_without_a_word_list_is_said() -> None:
    """Its marks are judged, its words cannot be; a regional variant is judged as its language."""
    assert rules(("cancel_x", "Pourquoi partez-vous ?"), language="fr") == []
    assert rules(("cancel_x", "Schade, dass Sie gehen."), language="de-AT") == [Rule.SADNESS]
    assert unjudged([Text("x.yml", "x", "fr", "Oui")], WORDS) == ["fr"]
