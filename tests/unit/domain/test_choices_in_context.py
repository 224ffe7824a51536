"""Plans named when something is taken back, asked about, or picked from a list."""

from __future__ import annotations

import pytest

from bot.domain.choices import Choice, asks_to_end, choose, choose_by_position, mentioned
from bot.domain.text import normalise
from tests.unit.domain.support import a_plan, a_subscription

BASIC, PRO, TEAM = HELD = tuple(a_subscription(a_plan(name)) for name in ("Basic", "Pro", "Team"))
UNCLEAR = Choice(unclear=True)
ALL = Choice(subscriptions=HELD, everything=True)


def _names(choice: Choice) -> str:
    return " ".join(item.plan.name for item in choice.subscriptions)


@pytest.mark.parametrize("text", ["undo Basic", "please restore my Basic plan", "reactivate Basic"])
def test_what_is_taken_back_is_named_as_plainly(text: str) -> None:
    """The same sentence with another verb."""
    assert _names(choose(text, HELD)) == "Basic"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("keep Pro", "Pro"),
        ("when does Pro end?", "Pro"),
        ("I want Basic and Team back", "Basic Team"),
        ("does it cost 12 € pro Monat?", ""),
        ("when does it end?", ""),
        ("professional", ""),
    ],
)
def test_a_question_names_plans_without_a_wish(text: str, names: str) -> None:
    """Any plan that is mentioned is asked about."""
    choice = mentioned(normalise(text), HELD)
    assert (_names(choice), choice.unclear, choice.everything) == (names, False, False)


def test_a_question_about_all_or_with_an_exception() -> None:
    """All is all; "all but Pro" is left to buttons here as well."""
    assert mentioned("undo everything", HELD) == ALL
    assert mentioned("undo all but pro", HELD) == UNCLEAR
    assert mentioned("undo basic but not pro", HELD) == UNCLEAR


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("the first", "Basic"),
        ("First one please", "Basic"),
        ("1", "Basic"),
        ("number 2", "Pro"),
        ("#2", "Pro"),
        ("the second one.", "Pro"),
        ("cancel the third", "Team"),
        ("the last one", "Team"),
        ("das zweite bitte", "Pro"),
        ("Nr. 3", "Team"),
        ("the fourth", ""),
        ("7", ""),
        ("at first I liked it", ""),
        ("one of them", ""),
        ("I have 2 accounts", ""),
        ("yes", ""),
    ],
)
def test_a_place_in_the_list_names_a_plan(text: str, name: str) -> None:
    """Only where the whole answer says so: "2" is an answer, "2 years ago" is a story."""
    assert _names(choose_by_position(normalise(text), HELD)) == name


@pytest.mark.parametrize("text", ["no, I want to cancel", "No! Just end it", "nein, ich will kündigen"])
def test_a_no_may_ask_to_cancel(text: str) -> None:
    """What is wanted."""
    assert asks_to_end(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "no, stop",
        "no, don't cancel",
        "no, I don\u2019t want to cancel",
        "no need to cancel",
        "I won't cancel",
        "I changed my mind",
    ],
)
def test_a_no_may_say_what_is_not_wanted(text: str) -> None:
    """The same word, taken back."""
    assert not asks_to_end(normalise(text))
