from __future__ import annotations

import pytest

from bot.domain.subscriptions import Status
from tests.unit.services.script import CANCEL, CHOOSE
from tests.unit.services.world import World


def test_several_subscriptions_need_one_question_and_one_press(world: World) -> None:
    """P1: a button for each plan and one for all; the press cancels that plan and no other."""
    chat = world.chat("max")
    asked = chat.say("I want to cancel", CANCEL)
    assert asked.names == ["cancel:basic", "cancel:pro", "cancel:team", "cancel_all"]
    assert asked.titles == ["Basic plan", "Pro plan", "Team plan", "All of them"]
    done = chat.press(asked.button("cancel:pro"))
    assert done.kinds == ["receipt", "exit_question"]
    assert [world.state(f"max-{plan}") for plan in ("basic", "pro", "team")] == [
        Status.ACTIVE,
        Status.CANCELLING,
        Status.ACTIVE,
    ]


@pytest.mark.parametrize(
    ("words", "plans"),
    [
        ("Pro", ["pro"]),
        ("the Basic one", ["basic"]),
        ("the second one", ["pro"]),
        ("all of them", ["basic", "pro", "team"]),
        ("Basic and Team please", ["basic", "team"]),
    ],
)
def test_the_question_can_be_answered_in_words(world: World, words: str, plans: list[str]) -> None:
    """P1: the second message picks, by whatever name."""
    chat = world.chat("max")
    chat.say("I want to cancel", CANCEL)
    replies = chat.say(words, CHOOSE)
    assert replies.kinds == ["receipt"] * len(plans) + ["exit_question"]
    ended = [plan for plan in ("basic", "pro", "team") if world.state(f"max-{plan}") is Status.CANCELLING]
    assert ended == plans


@pytest.mark.parametrize(
    ("words", "plans"),
    [("cancel my Pro plan", ["pro"]), ("cancel everything", ["basic", "pro", "team"])],
)
def test_a_sentence_that_names_the_plan_needs_no_question(world: World, words: str, plans: list[str]) -> None:
    """P1: one receipt each, and one exit question in all."""
    replies = world.chat("max").say(words, CANCEL)
    assert replies.kinds == ["receipt"] * len(plans) + ["exit_question"]
    assert [receipt.plan_name.lower() for receipt in world.receipts("max")] == plans


@pytest.mark.parametrize(
    "words",
    [
        "I want to cancel, it's all too expensive",
        "cancel please, everything broke",
        "I want to cancel. All my data was lost",
        "we both want to cancel",
        "please cancel, thanks for everything",
        "cancel my account and all data",
        "I want to cancel my subscription after all",
    ],
)
def test_all_said_of_something_else_cancels_nothing_yet(world: World, words: str) -> None:
    """P1 never means a guess: which one is asked, once."""
    assert world.chat("max").say(words, CANCEL).names[-1] == "cancel_all"
    assert world.ledger("max") == []


@pytest.mark.parametrize(
    "words",
    [
        "cancel everything",
        "CANCEL IT ALL",
        "please cancel all of my plans",
        "end all three",
        "close everything you have",
        "everything should be cancelled",
        "cancel both of them, all of them",
        "all my plans should end today",
        "get me out of all of them",
        "kündige alles",
        "bitte alle Abos kündigen",
    ],
)
def test_all_said_of_the_plans_cancels_all(world: World, words: str) -> None:
    """One message for all of them."""
    assert world.chat("max").say(words, CANCEL).kinds == ["receipt"] * 3 + ["exit_question"]


@pytest.mark.parametrize(
    "words", ["all", "all of them", "everything please", "yes, all", "both", "all three"]
)
def test_which_one_is_answered_by_all(world: World, words: str) -> None:
    """In a word."""
    chat = world.chat("max")
    chat.say("I want to cancel", CANCEL)
    assert chat.say(words, CHOOSE).kinds == ["receipt"] * 3 + ["exit_question"]


@pytest.mark.parametrize("words", ["is everything ok?", "that's all I know", "what is all this"])
def test_which_one_is_not_answered_by_any_all(world: World, words: str) -> None:
    """Not understood, asked again."""
    chat = world.chat("max")
    chat.say("I want to cancel", CANCEL)
    assert chat.say(words, CHOOSE).kinds == ["choice"]
    assert world.ledger("max") == []


def test_what_should_stay_is_not_guessed_at(world: World) -> None:
    """The wish "everything but Pro" is asked about, by button."""
    replies = world.chat("max").say("cancel everything but Pro", CANCEL)
    assert replies.kinds == ["choice"]
    assert world.ledger("max") == []


def test_an_answer_that_names_none_is_asked_again_once_and_then_a_clarifying_question(world: World) -> None:
    """The question is repeated once; then it is not understood, and a person is near."""
    chat = world.chat("max")
    chat.say("I want to cancel", CANCEL)
    assert "doesn't tell me which plan" in chat.say("the green one", CHOOSE).text
    second = chat.say("the blue one", CHOOSE)
    assert "still don't understand" in second.text
    assert chat.case is not None


def test_choosing_while_nothing_is_asked_is_not_understood(world: World) -> None:
    """The word "Pro", out of the blue, cancels nothing."""
    replies = world.chat("max").say("Pro", CHOOSE)
    assert "wasn't clear" in replies.text
    assert world.ledger("max") == []


def test_a_choice_of_a_plan_that_is_cancelled_already_keeps_the_question_open(world: World) -> None:
    """It says so, and asks again for those that run."""
    chat = world.chat("max")
    chat.say("cancel my Pro plan", CANCEL)
    world.clock.advance(minutes=1)
    chat.say("cancel another one", CANCEL)
    replies = chat.say("Pro", CHOOSE)
    assert "already cancelled" in replies.text
    assert replies.names[-3:] == ["cancel:basic", "cancel:team", "cancel_all"]


def test_a_choice_after_all_is_cancelled_elsewhere_says_so(world: World) -> None:
    """Another chat was faster: the same answer, no second effect, no second exit question."""
    chat, other = world.chat("max"), world.chat("max")
    chat.say("I want to cancel", CANCEL)
    done = other.say("cancel everything", CANCEL)
    late = chat.say("all of them", CHOOSE)
    assert late.numbers == done.numbers
    assert "exit_question" not in late.kinds
    assert len(world.ledger("max")) == 3


def test_a_plan_the_customer_does_not_have_ends_no_other(world: World) -> None:
    """Said of a plan of the company's that is not theirs: told so, asked, and nothing has changed."""
    chat = world.chat("ada")
    asked = chat.say("cancel my Team plan", CANCEL)
    assert asked.names == ["cancel:pro"]
    assert "no Team plan" in asked.text
    assert world.state("ada-pro") is Status.ACTIVE
    assert world.chat("ada").say("cancel, my team hates it", CANCEL).kinds == ["receipt", "exit_question"]
