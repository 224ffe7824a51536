"""Shadow mode: decided and recorded, asked with a button instead of done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.conversations import Understanding
from bot.domain.shadow import Shadowed, Verdict
from bot.domain.subscriptions import Status
from bot.services import shadow
from tests.unit.services.script import (
    CANCEL,
    CHOOSE,
    CODE,
    DAY_PASS,
    EMAIL,
    NO,
    PRO,
    STATUS,
    UNDO,
    YES,
)
from tests.unit.services.world import Chat, World

if TYPE_CHECKING:
    from bot.services.shadow import Compared
    from bot.services.turn import Handler
    from tests.unit.services.script import Replies


@pytest.fixture
def world(world: World) -> World:
    """The same company, trying out."""
    world.deps = replace(world.deps, shadow=True)
    return world


def understood(chat: Chat, text: str, handler: Handler, intent: str) -> Replies:
    """Says something that is understood as `intent`."""
    inbox_id = chat.accept(text)
    chat.prepare(inbox_id)
    chat.act(inbox_id, handler, intent)
    replies = chat.complete(inbox_id)
    with chat.world.store.begin() as work:
        work.messages.set_understanding(inbox_id, Understanding(intent, 0.9))
        work.commit()
    return replies


def verdicts(world: World) -> list[tuple[Verdict, str | None]]:
    """Of every decision, newest first."""
    return [(item.verdict, item.chose) for item in shadow.compared(world.deps, 100)]


def only(world: World) -> Compared:
    """The one decision there is."""
    (found,) = shadow.compared(world.deps, 100)
    return found


def test_a_text_cancels_nothing_and_its_button_does(world: World) -> None:
    """The request counts from when it was written, not from the press (P4)."""
    chat, said_at = world.chat("ada"), world.clock.now()
    asked = chat.say("I want to cancel", CANCEL)
    assert asked.names == ["cancel_now", "keep", "talk_to_human"]
    assert "Nothing has changed yet" in asked.text
    assert world.state("ada-pro") is Status.ACTIVE

    world.clock.advance(minutes=5)
    done = chat.press(asked.button("cancel_now"))
    assert done.kinds == ["receipt", "exit_question"]
    assert [item.received_at for item in world.receipts("ada")] == [said_at]
    assert only(world).verdict is Verdict.AGREED


def test_the_decision_is_recorded_with_what_it_rests_on(world: World) -> None:
    """Message, time, intent, confidence; the text as the transcript has it."""
    at = world.clock.now()
    understood(world.chat("ada"), "cancel, I'm ada@example.com", CANCEL, "cancel")
    found = only(world)
    assert (found.decision.intent, found.decision.confidence) == ("cancel", 0.9)
    assert (found.decision.at, found.decision.decision) == (at, Shadowed.CANCEL)
    assert (found.text, found.verdict, found.chose) == ("cancel, I'm [email]", Verdict.UNKNOWN, None)


@pytest.mark.parametrize(
    ("button", "verdict"),
    [("cancel_now", Verdict.AGREED), ("keep", Verdict.DISAGREED), ("talk_to_human", Verdict.DISAGREED)],
)
def test_what_is_pressed_tells(world: World, button: str, verdict: Verdict) -> None:
    """The button for it agrees, any other does not."""
    chat = world.chat("ada")
    chat.press(chat.say("bye then", CANCEL).button(button))
    assert verdicts(world) == [(verdict, button)]


def test_what_is_said_next_tells(world: World) -> None:
    """No disagrees, anything else tells nothing; saying it again agrees and is asked about again."""
    chat = world.chat("ada")
    understood(chat, "I want to cancel", CANCEL, "cancel")
    again = understood(chat, "yes", YES, "affirm")
    assert again.names == ["cancel_now", "keep", "talk_to_human"]
    assert world.state("ada-pro") is Status.ACTIVE
    understood(chat, "no", NO, "deny")
    assert verdicts(world) == [(Verdict.DISAGREED, "deny"), (Verdict.AGREED, "affirm")]
    understood(chat, "cancel", CANCEL, "cancel")
    understood(chat, "where do I stand?", STATUS, "ask_status")
    assert verdicts(world)[0] == (Verdict.UNKNOWN, "ask_status")


def test_a_no_takes_the_wish_back(world: World) -> None:
    """Nothing waits any more."""
    chat = world.chat("ada")
    chat.say("I want to cancel", CANCEL)
    assert "taken back" in chat.say("no", NO).text


def test_an_undo_is_asked_about_too(world: World) -> None:
    """And its button takes back."""
    chat = world.chat("ada")
    chat.press(chat.say("cancel", CANCEL).button("cancel_now"))
    asked = chat.say("undo that", UNDO)
    assert asked.names == ["undo"]
    assert world.state("ada-pro") is Status.CANCELLING
    chat.press(asked.button("undo"))
    assert world.state("ada-pro") is Status.ACTIVE
    assert [item.decision.decision for item in shadow.compared(world.deps, 1)] == [Shadowed.UNDO]
    assert verdicts(world)[0] == (Verdict.AGREED, "undo")


def test_a_named_plan_is_the_one_its_button_ends(world: World) -> None:
    """What was written still counts when it is pressed."""
    chat = world.chat("max")
    chat.press(chat.say("cancel my Pro plan", CANCEL).button("cancel_now"))
    assert [world.state(f"max-{plan}") for plan in ("basic", "pro", "team")] == [
        Status.ACTIVE, Status.CANCELLING, Status.ACTIVE,
    ]  # fmt: skip


def test_a_plan_that_is_picked_by_words_is_asked_about(world: World) -> None:
    """The question which one comes first, as always."""
    chat = world.chat("max")
    assert "Which one" in chat.say("I want to cancel", CANCEL).text
    asked = chat.say("the Pro plan", CHOOSE)
    assert asked.titles[0] == "Cancel now"
    assert world.state("max-pro") is Status.ACTIVE
    chat.press(asked.button("cancel:pro"))
    assert world.state("max-pro") is Status.CANCELLING
    assert only(world).verdict is Verdict.AGREED
    assert world.state("max-basic") is Status.ACTIVE


def test_a_code_proves_who_it_is_and_cancels_nothing(world: World) -> None:
    """The decision is about the wish, not about the code."""
    chat = world.chat()
    understood(chat, "I want to cancel", CANCEL, "cancel")
    chat.say("ada@example.com", EMAIL)
    asked = understood(chat, world.mails()[-1].payload["code"], CODE, "give_code")
    assert world.state("ada-pro") is Status.ACTIVE
    assert (only(world).text, only(world).decision.intent) == ("I want to cancel", "cancel")
    chat.press(asked.button("cancel_now"))
    assert world.state("ada-pro") is Status.CANCELLING
    assert only(world).verdict is Verdict.AGREED


def test_what_needs_a_press_anyway_is_asked_as_always(world: World) -> None:
    """A plan that ends at once: its own question, and no decision of the bot's."""
    world.customer("zoe", DAY_PASS)
    asked = world.chat("zoe").say("cancel", CANCEL)
    assert "can't be undone" in asked.text
    assert shadow.compared(world.deps, 10) == []


def test_without_shadow_mode_nothing_is_recorded(world: World) -> None:
    """One message is enough."""
    world.deps = replace(world.deps, shadow=False)
    world.customer("eva", PRO)
    world.chat("eva").say("cancel", CANCEL)
    assert world.state("eva-pro") is Status.CANCELLING
    assert shadow.compared(world.deps, 10) == []
