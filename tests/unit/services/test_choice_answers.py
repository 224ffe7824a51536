from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.declarations import DeclarationState
from bot.domain.subscriptions import Status
from bot.services import cases, sign_in
from tests.unit.services.script import ANCHOR, BASIC, CANCEL, CHARGES, CHOOSE, FLAT, PRO, TEAM, YES
from tests.unit.services.world import World, subscription


def two_of_a_plan(world: World, days: int = 3) -> None:
    """Ada has the Pro plan twice, the second so many days after the first."""
    with world.store.begin() as work:
        second = subscription("ada", PRO, anchor=ANCHOR + timedelta(days=days))
        work.book.put(replace(second, ref="ada-pro2"))
        work.commit()


@pytest.mark.parametrize(
    "words",
    [
        "is the Pro plan the one with exports?",
        "why three, I only have the Pro plan",
        "maybe Pro",
        "Pro or Team, not sure",
        "the Pro plan is good",
        "and the Team plan?",
        "which one is the Pro plan?",
        "hmm the Pro plan?",
        "how much is the Pro plan?",
        "how much is the Pro plan",
        "I use the Pro plan for work",
        "the Pro plan is mine, who booked the Team plan?",
        "what about the Pro plan?",
        "I only have the Pro plan",
        "Pro?",
        "all of them?",
        "are all of my plans monthly",
        "all of my plans are good",
    ],
)
def test_a_remark_while_the_question_is_open_ends_nothing(world: World, words: str) -> None:
    """P1 never means a guess: asked again, and the answer to that still counts."""
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    again = chat.say(words, CHOOSE)
    assert "Which one should end?" in again.text
    assert world.ledger("max") == []
    assert chat.say("Pro plan please", CHOOSE).kinds == ["receipt", "exit_question"]


@pytest.mark.parametrize(
    ("words", "plans"),
    [
        ("Pro", ["pro"]),
        ("the Pro one", ["pro"]),
        ("the Pro plan.", ["pro"]),
        ("the second", ["pro"]),
        ("all of them", ["basic", "pro", "team"]),
        ("end all of my plans", ["basic", "pro", "team"]),
        ("cancel everything", ["basic", "pro", "team"]),
        ("all my plans", ["basic", "pro", "team"]),
        ("Pro plan please", ["pro"]),
        ("Basic and Team", ["basic", "team"]),
        ("end the Pro plan, it is too slow", ["pro"]),
        ("the Basic plan is fine, cancel Team", ["team"]),
    ],
)
def test_an_answer_is_taken(world: World, words: str, plans: list[str]) -> None:
    """P1: the second message picks."""
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    chat.say(words, CHOOSE)
    assert [item.plan_name.lower() for item in world.receipts("max")] == plans


def test_another_subject_in_between_takes_the_name_for_no_answer(world: World) -> None:
    """The declaration waits on, and its buttons still work."""
    chat = world.chat("max")
    asked = chat.say("cancel", CANCEL)
    chat.say("what will I be charged?", CHARGES)
    assert chat.state.awaiting is None
    assert chat.say("Pro", CHOOSE).names[0] == "cancel_now"
    assert world.ledger("max") == []
    assert chat.declarations[0].state is DeclarationState.WAITING
    assert chat.press(asked.button("cancel:pro")).kinds == ["receipt", "exit_question"]


def test_a_person_asked_for_in_between_is_another_subject(world: World) -> None:
    """A plan's name is then told to the person."""
    chat = world.chat("max")
    chat.say("cancel", CANCEL)
    chat.say("a person please", cases.talk_to_human)
    chat.say("Pro", CHOOSE)
    assert world.ledger("max") == []


def test_yes_to_an_end_for_good_shows_the_button_again(world: World) -> None:
    """P1: what can't be undone needs one button press, not a word."""
    world.customer("flo", FLAT)
    chat = world.chat("flo")
    chat.say("cancel", CANCEL)
    again = chat.say("is that ok?", YES)
    assert "can't be undone" in again.text
    assert world.state("flo-flat") is Status.ACTIVE
    assert chat.press(again.button("cancel_now")).kinds == ["receipt", "exit_question"]


def test_all_of_them_is_no_press_of_the_next_customer(world: World) -> None:
    """P3: Max's button acts for nobody else in the same chat."""
    world.customer("eve", BASIC, PRO, TEAM)
    chat = world.chat("max")
    asked = chat.say("cancel", CANCEL)
    chat.say("log me out", sign_in.log_out)
    chat.verify("eve@example.com")
    shown = chat.press(asked.button("cancel_all"))
    assert "nothing has changed" in shown.text
    assert world.ledger("eve") == world.ledger("max") == []
    assert chat.press(shown.button("cancel_all")).kinds == ["receipt"] * 3 + ["exit_question"]


def test_one_of_two_on_the_same_plan_is_asked_for_with_its_first_day(world: World) -> None:
    """P1: a name that two go by names neither."""
    two_of_a_plan(world)
    chat = world.chat("ada")
    asked = chat.say("cancel my Pro plan", CANCEL)
    assert asked.titles == ["Pro plan, since 1 January 2026", "Pro plan, since 4 January 2026", "All of them"]
    assert world.ledger("ada") == []
    assert "Which one" in chat.say("Pro", CHOOSE).text
    assert chat.say("the second", CHOOSE).kinds == ["receipt", "exit_question"]
    assert world.state("ada-pro2") is Status.CANCELLING
    assert world.chat("ada").say("cancel my Pro plan", CANCEL).kinds[0] == "receipt"
    assert world.state("ada-pro") is Status.CANCELLING


@pytest.mark.parametrize("words", ["cancel both my Pro plans", "cancel my Pro plans", "cancel everything"])
def test_both_of_the_same_plan_in_one_message(world: World, words: str) -> None:
    """P1: where the words say more than one."""
    two_of_a_plan(world)
    assert world.chat("ada").say(words, CANCEL).kinds == ["receipt", "receipt", "exit_question"]


def test_two_of_a_plan_since_the_same_day_are_told_apart_by_number(world: World) -> None:
    """No two buttons look alike, and the number is what "the second" means."""
    two_of_a_plan(world, days=0)
    chat = world.chat("ada")
    asked = chat.say("cancel my Pro plan", CANCEL)
    assert asked.titles == ["Pro plan, number 1", "Pro plan, number 2", "All of them"]
    chat.press(asked.button("cancel:pro", 1))
    assert world.state("ada-pro2") is Status.CANCELLING
