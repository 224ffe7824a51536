from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.choices import Choice, choose, choose_by_position
from bot.domain.subscriptions import Status
from bot.domain.text import normalise
from tests.unit.domain.support import a_plan, a_subscription

BASIC, PRO, TEAM = HELD = tuple(a_subscription(a_plan(name)) for name in ("Basic", "Pro", "Team"))
UNCLEAR = Choice(unclear=True)
ALL = Choice(subscriptions=HELD, everything=True)


def _names(choice: Choice) -> str:
    return " ".join(item.plan.name for item in choice.subscriptions)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Pro", "Pro"),
        ("pro.", "Pro"),
        ("the Pro one", "Pro"),
        ("the Pro one please", "Pro"),
        ("only the Basic plan", "Basic"),
        ("my Team plan", "Team"),
        ("Basic and Team", "Basic Team"),
        ("Basic, Pro and Team", "Basic Pro Team"),
        ("cancel my Pro plan", "Pro"),
        ("I want to cancel Pro", "Pro"),
        ("please cancel my PRO subscription today", "Pro"),
        ("I'd like to end the Team plan", "Team"),
        ("Cancel Basic & Pro", "Basic Pro"),
        ("cancel both Pro and Basic", "Basic Pro"),
        ("cancel all three: Basic, Pro and Team", "Basic Pro Team"),
        ("get rid of Basic", "Basic"),
        ("get me out of Pro", "Pro"),
        ("I'm done with Pro, cancel it", "Pro"),
        ("I don't need Pro any more", "Pro"),
        ("I no longer use Basic, please stop it", "Basic"),
        ("I do not want to keep Team", "Team"),
        ("the Pro plan is too expensive, cancel it", "Pro"),
        ("cancel the much too expensive Pro plan", "Pro"),
        ("cancel Pro but keep Basic", "Pro"),
        ("keep Basic, cancel Pro", "Pro"),
        ("keep Basic and cancel Pro", "Pro"),
        ("Keep Basic. Cancel Pro.", "Pro"),
        ("cancel Pro and Team, not Basic", "Pro Team"),
        ("not Basic, Pro", "Pro"),
        ("no, not Basic, Pro!", "Pro"),
        ("don't cancel Basic, cancel Pro", "Pro"),
        ("cancel Pro, don't cancel Basic", "Pro"),
        ("I like Basic but cancel Pro", "Pro"),
        ("I use Basic a lot, but please cancel Team", "Team"),
        ("cancel Pro and switch me to Basic", "Pro"),
        ("cancel my Pro plan, my team does not use it", "Pro"),
        ("cancel Pro, Basic can stay", "Pro"),
        ("Basic should stay, cancel Pro", "Pro"),
        ("not all of them, just Pro", "Pro"),
        ("don't cancel everything, only Basic", "Basic"),
        ("cancel Pro, I don't need it at all", "Pro"),
        ("cancel Pro, that's all", "Pro"),
        ("Pro kündigen bitte", "Pro"),
        ("mein Pro-Abo kündigen", "Pro"),
        ("Basic behalten, Pro kündigen", "Pro"),
        ("ich brauche Pro nicht mehr", "Pro"),
        ("Basic und Pro kündigen", "Basic Pro"),
        ("Basic nicht kündigen, aber Pro kündigen", "Pro"),
        ("I want my Pro plan cancelled", "Pro"),
        ("stop charging me for Team", "Team"),
        ("I have the Pro plan, please cancel", "Pro"),
        ("Does the Basic plan have reports? Anyway, cancel Pro", "Pro"),
        ("cancel Pro and Basic stays", "Pro"),
        ("Please cancel it. The Pro plan.", "Pro"),
        ("I want to cancel", ""),
        ("not at all", ""),
        ("12 € pro Monat ist zu viel, ich kündige", ""),
        ("improve my professional basics", ""),
        ("", ""),
    ],
)
def test_the_plans_to_end_are_taken_from_the_sentence(text: str, names: str) -> None:
    """Exactly those it says should end; one that should stay is no obstacle."""
    choice = choose(normalise(text), HELD)
    assert _names(choice) == names
    assert not choice.everything


@pytest.mark.parametrize(
    "text",
    [
        "all of them",
        "everything",
        "cancel everything",
        "cancel all my plans",
        "both",
        "every single one, please",
        "end the lot",
        "cancel all of them, I don't need them at all",
        "that's it, cancel everything",
        "alle bitte",
        "ich möchte alles kündigen",
    ],
)
def test_everything_is_everything(text: str) -> None:
    """Without a name in it."""
    assert choose(normalise(text), HELD) == ALL


@pytest.mark.parametrize(
    "text",
    [
        "everything but Pro",
        "cancel all except Basic",
        "all of them apart from the Team plan",
        "alles außer Pro",
        "cancel everything, but keep Team",
        "cancel everything, Pro too",
        "keep Pro",
        "I love Basic",
        "not Pro",
        "keep Basic, Pro",
        "don't cancel Pro",
        "please do not ever cancel Basic",
        "I want to cancel because my team hates it",
        "the basic problem is the price, cancel",
        "our team has moved on, so cancel it",
        "cancel Pro. No, keep Pro.",
        "I don't love Pro",
        "cancel it, the team has left",
        "cancel Pro " * 100,
        "Pro nie kündigen",
        "I want Pro",
    ],
)
def test_what_is_less_than_plain_is_asked(text: str) -> None:
    """Exceptions from everything, only what should stay, a name as a common word: buttons, no guess."""
    assert choose(normalise(text), HELD) == UNCLEAR


@pytest.mark.parametrize("text", ["everything is fine", "all good", "not all of them", "alles klar"])
def test_idioms_end_nothing(text: str) -> None:
    """Not every "all" is one."""
    assert choose(normalise(text), HELD) == Choice()


def test_with_one_subscription_a_common_word_asks_nothing() -> None:
    """There is nothing to choose from, so one message stays enough (P1); unless they want to keep it."""
    assert choose("i want to cancel because my team hates it", [TEAM]) == Choice()
    assert choose("keep my Team plan", [TEAM]) == UNCLEAR
    assert _names(choose("cancel everything in my Team plan", [TEAM])) == "Team"


def test_a_longer_name_is_not_its_beginning() -> None:
    """The plan "Pro Plus" is not "Pro"; names are taken as they are, with their signs."""
    plus, cpp = a_subscription(a_plan("Pro Plus")), a_subscription(a_plan("C++ (old)"))
    assert _names(choose("cancel Pro Plus", [PRO, plus])) == "Pro Plus"
    assert _names(choose("cancel Pro", [PRO, plus])) == "Pro"
    assert _names(choose("cancel my C++ (old) plan", [PRO, cpp])) == "C++ (old)"


def test_two_subscriptions_to_one_plan_have_no_name_of_their_own() -> None:
    """Which of the two can't be told by the name, unless both are meant or only one still runs."""
    again = a_subscription(a_plan("Pro"))
    assert choose("cancel my Pro plan", [PRO, again]) == UNCLEAR
    assert choose("cancel both my Pro plans", [PRO, again]).subscriptions == (PRO, again)
    ended = a_subscription(a_plan("Pro"), status=Status.ENDED)
    assert choose("cancel Pro", [ended, again]).subscriptions == (ended, again)


def test_what_is_wanted_plainly_is_not_merely_mentioned() -> None:
    """A plan that is only talked about is an answer to no question."""
    assert choose("the Pro plan is good", HELD, plainly=True) == UNCLEAR
    assert choose("the Pro plan please", HELD, plainly=True).subscriptions == (PRO,)


def test_typographic_apostrophes_are_apostrophes() -> None:
    """As phones write them."""
    assert choose("don’t cancel Pro", HELD) == UNCLEAR


@given(st.text(max_size=80))
def test_nobody_without_subscriptions_chooses(text: str) -> None:
    """Nothing comes of nothing."""
    assert choose(normalise(text), []).subscriptions == ()
    assert choose_by_position(normalise(text), []) == Choice()


SAID = "cancel keep not don't but all everything Pro Basic Team my plan and , . because use it to both stays"


@given(st.lists(st.sampled_from(SAID.split()), max_size=12).map(" ".join))
def test_only_what_is_named_or_everything_is_ever_taken(text: str) -> None:
    """Whatever is said: a plan ends by its name or by a word for all, and unclear ends nothing."""
    choice = choose(normalise(text), HELD)
    for item in choice.subscriptions:
        assert choice.everything or item.plan.name in text
    assert not (choice.unclear and choice.subscriptions)
    if choice.everything:
        assert "all" in text or "everything" in text or "both" in text


@pytest.mark.parametrize("text", ["I want everything cancelled", "i want all of them gone"])
def test_wanting_is_no_negation(text: str) -> None:
    """In "want" there is no "don't" without its apostrophe."""
    assert choose(text, [BASIC, PRO]).everything
