"""Taking back in German: the plan that is named, and a mistake that staff hear of."""

from __future__ import annotations

import pytest

from bot.domain.subscriptions import Status
from tests.unit.services.script import BASIC, CANCEL, PRO, TEAM, UNDO
from tests.unit.services.world import World


@pytest.mark.parametrize(
    "words",
    [
        "Bitte das Team-Abo behalten",
        "Team rückgängig machen",
        "Das Team-Abo soll weiterlaufen",
        "ich möchte das Team-Abo doch behalten",
        "Team-Abo fortsetzen",
    ],
)
def test_the_plan_that_is_named(world: World, words: str) -> None:
    """Of three that were cancelled at once, that one goes on and the others do not."""
    world.customer("ada", BASIC, PRO, TEAM)
    chat = world.chat("ada")
    chat.say("cancel everything", CANCEL)

    chat.say(words, UNDO)

    assert world.state("ada-team") is Status.ACTIVE
    assert {world.state("ada-basic"), world.state("ada-pro")} == {Status.CANCELLING}


@pytest.mark.parametrize("words", ["Das war ein Versehen", "aus Versehen gekündigt", "Das war ein Irrtum"])
def test_a_mistake_is_flagged(world: World, words: str) -> None:
    """It is undone, and staff see that something misled somebody."""
    world.customer("ada", PRO)
    chat = world.chat("ada")
    chat.say("I want to cancel", CANCEL)

    chat.say(words, UNDO)

    assert world.state("ada-pro") is Status.ACTIVE
    assert chat.case is not None
    assert chat.case.subject == "mistake"
