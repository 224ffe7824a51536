import pytest

from bot.understanding.decision import FALLBACK, Rules, decide, plain, requests_end, says_end

RULES = Rules()


def test_a_clear_request_is_acted_on() -> None:
    """The classifier is sure and the sentence says so."""
    decision = decide("please cancel my plan", [("cancel", 0.9), ("deny", 0.02)], RULES)
    assert (decision.intent, decision.why) == ("cancel", "clear")


@pytest.mark.parametrize(
    ("ranking", "why"),
    [
        ([], "nothing"),
        ([("cancel", 0.34), ("deny", 0.1)], "low"),
        ([("cancel", 0.45), ("cancel_other", 0.4)], "split"),
        ([("undo_cancel", 0.3), ("deny", 0.1)], "low"),
        ([("greet", 0.1), ("thank", 0.1)], "low"),
    ],
)
def test_low_or_split_confidence_asks(ranking: list[tuple[str, float]], why: str) -> None:
    """Neither a low confidence nor a close second is enough to act."""
    decision = decide("please cancel my plan", ranking, RULES)
    assert (decision.intent, decision.why) == (FALLBACK, why)


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
    ],
)
def test_the_sentence_must_say_so_too(text: str) -> None:
    """However sure the classifier is, a text that asks for nothing of the kind does not act."""
    assert decide(text, [("cancel", 0.999)], RULES).intent == FALLBACK


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
    ],
)
def test_a_request_in_any_words_is_a_request(text: str) -> None:
    """Slips of the finger, slang and a story around it do not hide the wish."""
    assert requests_end(text)


def test_a_request_inside_a_complaint_asks_instead_of_being_lost() -> None:
    """Where the classifier hears a complaint but the customer also asks to cancel, the question offers it."""
    ranking = [("complaint", 0.8), ("cancel", 0.15)]
    assert decide("I am not happy. Close my account.", ranking, RULES).intent == FALLBACK
    assert decide("I am not happy.", ranking, RULES).intent == "complaint"


def test_another_subject_is_not_questioned() -> None:
    """Cancelling an order has its own answer, however much it sounds like cancelling."""
    assert decide("cancel my order", [("cancel_other", 0.6), ("cancel", 0.3)], RULES).intent == "cancel_other"


def test_folding_keeps_the_words() -> None:
    """Compatibility forms, curly apostrophes, capitals and runs of spaces are the same text."""
    assert plain("  I don\u2019t  \uff23ancel ") == "i don't cancel"
    assert not says_end("hello there")
