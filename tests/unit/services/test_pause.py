"""Pausing: only when asked for, at once, within the policy, and taken back by a word; here and elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.cancellations import OperationKind
from bot.domain.periods import Interval
from bot.domain.policies import Pausing, Policies, Rules
from bot.domain.subscriptions import Status
from bot.services import pause
from tests.fixtures.fake_billing import Fault
from tests.unit.services.remote import RemoteWorld
from tests.unit.services.script import BASIC, CANCEL, CHOOSE, CODE, PRO, TEAM, UNDO
from tests.unit.services.world import World

PAUSE = pause.handle
ALLOWED = Policies({"*": Rules({"pause": Pausing(Interval("3 months"))})})


@pytest.fixture(params=[World, RemoteWorld])
def paused(request: pytest.FixtureRequest) -> World:
    """Ada has one plan, Max three; every plan can pause for up to three months."""
    made: World = request.param()
    made.deps = replace(made.deps, policies=ALLOWED)
    made.customer("ada", PRO)
    made.customer("max", BASIC, PRO, TEAM)
    return made


def test_one_message_pauses_for_as_long_as_the_policy_allows(paused: World) -> None:
    """Confirmed with a receipt and a way back; nothing else is asked."""
    said = paused.chat("ada").say("can I pause instead?", PAUSE)
    assert said.kinds == ["receipt"]
    assert said.names == ["resume"]
    held = paused.subscription("ada-pro")
    assert (held.status, held.paused_until) == (
        Status.PAUSED,
        datetime.fromisoformat("2026-06-10T00:00:00+02:00"),
    )
    (receipt,) = paused.receipts("ada")
    assert receipt.kind is OperationKind.PAUSE


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("pause my plan until 1 May", "2026-05-01"),
        ("pause until May", "2026-05-01"),
        ("pause it for six weeks please", "2026-04-21"),
        ("put it on hold till 15 April", "2026-04-15"),
    ],
)
def test_until_when_is_taken_from_the_words(paused: World, words: str, until: str) -> None:
    """A pause that is shorter than the longest."""
    paused.chat("ada").say(words, PAUSE)
    ends = paused.subscription("ada-pro").paused_until
    assert ends is not None
    assert ends.astimezone(paused.deps.zone).date().isoformat() == until


def test_a_time_nobody_can_place_is_asked_for(paused: World) -> None:
    """Nothing is done; the button pauses for as long as the policy allows."""
    chat = paused.chat("ada")
    asked = chat.say("pause from 1 April until 1 May", PAUSE)
    assert paused.ledger("ada") == []
    assert asked.names == ["pause:pro", "talk_to_human"]
    assert chat.press(asked.button("pause:pro")).kinds == ["receipt"]


def test_it_goes_on_by_a_press_or_a_word(paused: World) -> None:
    """With a receipt of its own; the button of an older pause does nothing."""
    chat = paused.chat("ada")
    first = chat.say("pause please", PAUSE)
    assert "goes on" in chat.press(first.button("resume")).text
    assert paused.state("ada-pro") is Status.ACTIVE
    chat.say("pause again", PAUSE)
    assert "goes on" in chat.say("resume my plan", UNDO).text
    assert [item.kind.value for item in paused.receipts("ada")] == ["pause", "resume", "pause", "resume"]


def test_which_one_is_asked(paused: World) -> None:
    """Answered by a press or by its name; the others run on."""
    chat = paused.chat("max")
    asked = chat.say("I want to pause", PAUSE)
    assert asked.titles == ["Basic plan", "Pro plan", "Team plan"]
    assert chat.say("the Pro one", CHOOSE).kinds == ["receipt"]
    assert paused.state("max-pro") is Status.PAUSED
    assert paused.state("max-basic") is Status.ACTIVE


def test_who_is_not_verified_is_asked_who_they_are_first(paused: World) -> None:
    """And then it is done without asking again."""
    chat = paused.chat()
    assert "e-mail" in chat.say("I want to pause my plan", PAUSE).text
    assert paused.subscription("ada-pro").status is Status.ACTIVE
    code = chat.ask_code("ada@example.com")
    assert chat.say(code, CODE).kinds == ["receipt"]
    assert paused.state("ada-pro") is Status.PAUSED


def test_what_cannot_pause_is_said_so_and_nothing_changes(paused: World) -> None:
    """With the way out beside it, never as an offer before a cancellation."""
    paused.deps = replace(paused.deps, policies=Policies())
    said = paused.chat("ada").say("pause", PAUSE)
    assert said.text.startswith("Your Pro plan can't be paused, and nothing has changed.")
    assert said.names == ["cancel_now", "talk_to_human"]
    assert paused.ledger("ada") == []


def test_a_paused_plan_is_cancelled_as_any_other(paused: World) -> None:
    """By one message."""
    chat = paused.chat("ada")
    chat.say("pause", PAUSE)
    assert chat.say("cancel", CANCEL).kinds == ["receipt", "exit_question"]
    assert paused.state("ada-pro") is Status.CANCELLING


def test_paused_twice_is_paused_once(paused: World) -> None:
    """Said so, with the way back."""
    chat = paused.chat("ada")
    chat.say("pause", PAUSE)
    again = chat.say("pause it", PAUSE)
    assert "paused already" in again.text
    assert again.names == ["resume"]
    assert len(paused.ledger("ada")) == 1


def test_a_pause_that_hangs_is_told_later() -> None:
    """With the truth at once, and the receipt when it is done."""
    made = RemoteWorld()
    made.deps = replace(made.deps, policies=ALLOWED)
    made.customer("ada", PRO)
    chat, made.billing.faults = made.chat("ada"), [Fault.UNHEARD]
    assert "Your pause of the Pro plan counts from" in chat.say("pause", PAUSE).text
    made.work()
    assert chat.transcript[-1].kind.value == "receipt"
    assert made.billing.effects == [("ada-pro:1", "pause")]
