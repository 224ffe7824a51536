"""What each sentence of a text adds, and how much the words must say."""

from dataclasses import replace

import pytest

from bot.understanding.decision import FALLBACK, decide
from tests.unit.understanding.rules import RULES


def test_words_that_mean_much_else_act_where_the_classifier_is_sure() -> None:
    """Nobody can list all the ways to ask for an end; the plan is named, and nothing speaks against it."""
    assert decide("my plan has to go", [("cancel", 0.95), ("complaint", 0.02)], RULES).intent == "cancel"
    assert decide("my plan has to go", [("cancel", 0.6), ("complaint", 0.2)], RULES).intent == FALLBACK


@pytest.mark.parametrize(
    "text", ["I like my plan", "ich mag mein Abo", "I want to renew my plan", "I want my plan"]
)
def test_a_plan_alone_is_no_wish_to_end_it(text: str) -> None:
    """However sure the classifier is: no word of it can mean an end."""
    assert decide(text, [("cancel", 0.97), ("deny", 0.01)], RULES).intent == FALLBACK


def test_one_sentence_of_a_story_is_heard() -> None:
    """The rest of it, which is about something else, does not drown the wish."""
    story = "We moved to the coast in May. The sea is lovely. Please end my plan. Greetings to all of you."
    whole = [("give_reason", 0.7), ("cancel", 0.2)]
    silence, wish = [("out_of_scope", 0.9), ("cancel", 0.01)], [("cancel", 0.97), ("pause", 0.01)]
    assert decide(story, whole, RULES, [silence, silence, wish, silence]).intent == "cancel"
    assert decide(story, whole, RULES).intent != "cancel"


def test_what_the_story_is_about_stays_a_rival() -> None:
    """A wish in one sentence is about what the others name."""
    story = "The parcel from yesterday never came. Please end it."
    wish = [("cancel", 0.9), ("cancel_other", 0.05)]
    parts = [[("cancel_other", 0.9), ("cancel", 0.01)], wish]
    assert decide(story, [("cancel_other", 0.9), ("cancel", 0.1)], RULES, parts).intent != "cancel"


def test_a_wish_hardly_said_does_not_stand_beside_its_denial() -> None:
    """Words that mean much else do not outweigh a no."""
    text = "I never asked to cancel. My plan has to go on."
    sure = [("cancel", 0.97), ("deny", 0.01)]
    assert decide(text, sure, RULES, [sure, sure]).intent != "cancel"


def test_it_acts_sooner_where_look_alikes_are_rare() -> None:
    """What sounds like a wish mostly is one where customers come to cancel."""
    doubtful = [("cancel", 0.3), ("deny", 0.1)]
    assert decide("end it now", doubtful, RULES).intent == FALLBACK
    assert decide("end it now", doubtful, replace(RULES, look_alikes=0.01)).intent == "cancel"
