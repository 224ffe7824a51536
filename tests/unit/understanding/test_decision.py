"""What is done with what the classifier says: act, answer, or ask."""

from dataclasses import replace

import pytest

from bot.understanding.decision import FALLBACK, Costs, decide, likelihood
from bot.understanding.sayings import standard
from tests.unit.understanding.rules import RULES


def test_a_clear_request_is_acted_on() -> None:
    """The classifier is sure and the sentence says so."""
    decision = decide("please cancel my plan", [("cancel", 0.9), ("deny", 0.02)], RULES)
    assert (decision.intent, decision.why) == ("cancel", "clear")
    assert decision.likelihood > 0.99


@pytest.mark.parametrize(
    ("text", "ranking", "why"),
    [
        ("please cancel my plan", [], "nothing"),
        ("please cancel my plan", [("cancel", 0.2), ("deny", 0.1)], "low"),
        ("please cancel my plan", [("cancel", 0.45), ("cancel_other", 0.42)], "unsaid"),
        ("please cancel my plan", [("greet", 0.9), ("cancel", 0.05)], "low"),
        ("put it back", [("undo_cancel", 0.3), ("deny", 0.1)], "low"),
        ("put it back", [("undo_cancel", 0.45), ("deny", 0.44)], "split"),
        ("well well", [("greet", 0.1), ("thank", 0.1)], "low"),
        ("well well", [("thank", 0.9), ("cancel", 0.6)], "split"),
    ],
)
def test_low_or_split_confidence_asks(text: str, ranking: list[tuple[str, float]], why: str) -> None:
    """Neither a low confidence nor a close second is enough to act, nor to pass over a wish to cancel."""
    decision = decide(text, ranking, RULES)
    assert (decision.intent, decision.why) == (FALLBACK, why)


def test_what_a_mistake_costs_decides() -> None:
    """The dearer a wrong cancellation, the surer it must be; the dearer a missed one, the sooner it asks."""
    ranking = [("cancel", 0.5), ("deny", 0.1)]
    assert decide("please cancel my plan", ranking, RULES).intent == "cancel"
    careful = replace(RULES, costs=Costs(wrong={"cancel": 10_000}))
    assert decide("please cancel my plan", ranking, careful).intent == FALLBACK
    bored = [("thank", 0.8), ("cancel", 0.2)]
    assert decide("well well", bored, RULES).intent == "thank"
    eager = replace(RULES, costs=Costs(missed=50))
    assert decide("well well", bored, eager).intent == FALLBACK


def test_a_likelihood_rises_with_what_is_said() -> None:
    """Between 0 and 1, in order, also at the ends."""
    curve = (1.0, 0.8, 1.2)
    shares = [likelihood(said, curve) for said in (0.0, 0.1, 0.5, 0.9, 1.0)]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1


def test_distress_comes_before_everything() -> None:
    """Somebody who speaks of ending their life is heard, whatever else they ask for."""
    ranking = [("cancel", 0.6), ("distress", 0.3)]
    assert decide("cancel my plan, I want to die", ranking, RULES).intent == "distress"


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to cancel",
        "I don’t want to cancel",
        "dont cancel my plan",
        "if this breaks once more I'll cancel",
        "fix it or I cancel my plan",
        "maybe I should cancel my plan",
        "how do I cancel my plan",
        "what happens if I cancel my plan",
        "cancel my order",
        "cancel the appointment",
        "how do I cancel an alarm",
        "cancel my subscription to the newsletter",
        "I cancelled my plan last week",
        "remove my daughter from my plan",
        "pause my plan, don't cancel it",
        "I want to pay my bill",
        "switch my plan",
        "is my plan cancelled",
        "please stop it",
        "I no longer need this plan but I want a different one",
        "please remind me to cancel my plan",
        "my brother wants to cancel his plan",
        "cancel that please, keep my plan",
        "Cancel that. Keep everything.",
        "cancel my Spotify subscription",
        "cancel the subscription for my mom",
        "cancel my subscription email",
    ],
)
def test_the_sentence_must_say_so_too(text: str) -> None:
    """However sure the classifier is, a text that asks for nothing of the kind does not act."""
    assert decide(text, [("cancel", 0.999)], RULES).intent == FALLBACK


@pytest.mark.parametrize(
    "text",
    [
        "cancel at the end of next year",
        "cancel on 31 March",
        "cancel my plan next month",
        "end it in June",
        "cancel on the 5th",
        "cancel on 1.4.",
        "cancel it tomorrow",
        "cancel in about six weeks",
        "cancel my plan on friday",
        "Cancel my plan. End it after the summer.",
    ],
)
def test_a_later_day_is_a_wish_too(text: str) -> None:
    """When it is to end is for the policy to say; that it is to end is said."""
    assert decide(text, [("cancel", 0.95)], RULES).intent == "cancel"


@pytest.mark.parametrize(
    "text",
    [
        "CANCEL!!!",
        "cancle my plan",
        "cnacel my subscription pls",
        "I'm done, end it",
        "get me out of this plan",
        "stop charging me, I'm done",
        "stop charging my card every month",
        "I lost my card, so cancel my subscription",
        "I don't want this plan any more",
        "cancel my plan if possible",
        "How are you? Please cancel my plan.",
        "If it had worked I'd stay. It did not. Cancel my plan.",
        "make my account go away",
        "no more payments please",
        "I want to cancel, my address is [email]",
        "cancel please, my e-mail is [email]",
        "cancel today",
        "cancel it right away",
        "cancel as soon as possible",
        "end it at the end of the month",
        "cancel at the end of the billing period",
        "cancel at the end of my contract",
        "I joined in March, cancel my plan",
        "cancel before it renews in June",
        "I no longer want to keep my plan",
        "cancel Plus, keep Basic",
        "I want to leave the membership",
        "I bought it for my mother. She does not use it. Cancel it.",
        "cancel, your 24/7 support is a joke",
    ],
)
def test_a_request_in_any_words_is_a_request(text: str) -> None:
    """Slips of the finger, slang and a story around it do not hide the wish."""
    assert standard().requests_end(text)


def test_a_request_inside_a_complaint_asks_instead_of_being_lost() -> None:
    """Where the classifier hears a complaint but the customer also asks to cancel, the question offers it."""
    ranking = [("complaint", 0.8), ("cancel", 0.15)]
    assert decide("I am not happy. Close my account.", ranking, RULES).intent == FALLBACK
    assert decide("I am not happy.", ranking, RULES).intent == "complaint"


def test_another_subject_is_not_questioned() -> None:
    """Cancelling an order has its own answer, however much it sounds like cancelling."""
    assert decide("cancel my order", [("cancel_other", 0.6), ("cancel", 0.3)], RULES).intent == "cancel_other"


@pytest.mark.parametrize(
    "text",
    [
        "is that ok?",
        "is it final?",
        "why do you need that",
        "okay, what does that mean",
        "ok wait",
        "alright let me think",
        "is that allowed",
        "yes, but not now",
        "sure, one second",
        "do I have to",
    ],
)
def test_a_question_or_a_pause_is_no_yes(text: str) -> None:
    """However much it sounds like agreeing, nothing is set off by asking back or holding on."""
    assert decide(text, [("affirm", 0.9)], RULES).intent == FALLBACK


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "why not",
        "ok do it",
        "do that",
        "that is what I want",
        "yes it is",
        "if you would",
        "not a problem",
    ],
)
def test_a_yes_is_a_yes(text: str) -> None:
    """What only looks like a question or a condition still agrees."""
    assert decide(text, [("affirm", 0.9)], RULES).intent == "affirm"


@pytest.mark.parametrize(
    "text",
    ["which one is the Pro plan?", "how much is the Pro plan?", "why three, I only have the Pro plan"],
)
def test_a_question_chooses_nothing(text: str) -> None:
    """Naming a plan while asking about it does not pick it."""
    assert decide(text, [("choose", 0.9)], RULES).intent == FALLBACK
    assert decide("the Pro plan please", [("choose", 0.9)], RULES).intent == "choose"


def test_a_wish_after_a_no_is_not_denied() -> None:
    """A wish behind a "no" contradicts what was said before, and not the wish."""
    ranking = [("deny", 0.6), ("cancel", 0.3)]
    assert decide("no, I want to cancel", ranking, RULES).intent == FALLBACK
    assert decide("no, leave it", [("deny", 0.9), ("cancel", 0.004)], RULES).intent == "deny"
    assert decide("no, don't cancel it", ranking, RULES).intent == "deny"


def test_the_end_of_a_plan_is_not_left_to_another_subject() -> None:
    """Where the classifier hears an order but only a plan is named, the customer is asked."""
    ranking = [("cancel_other", 0.6), ("cancel", 0.3)]
    assert decide("cancel my plan on the 3rd of may", ranking, RULES).intent == FALLBACK
    assert decide("cancel my brother's plan", ranking, RULES).intent == "cancel_other"


def test_announcing_to_leave_is_asked_about() -> None:
    """Saying "I'm leaving" asks for nothing yet, but is more than a complaint; a threat stays one."""
    assert decide("I'm leaving you", [("complaint", 0.8)], RULES).intent == FALLBACK
    assert decide("fix it or I'm leaving", [("complaint", 0.8)], RULES).intent == "complaint"


@pytest.mark.parametrize("name", ["pause", "come_back"])
def test_what_changes_a_plan_takes_more_than_a_guess(name: str) -> None:
    """What was 0.63 of a pause ("weather while") once paused a plan: that is asked about."""
    rest = [("out_of_scope", 0.2), ("greet", 0.1)]
    assert decide("weather while", [(name, 0.7), *rest], RULES).intent == FALLBACK
    assert decide("can I pause instead?", [(name, 0.95), *rest], RULES).intent == name
