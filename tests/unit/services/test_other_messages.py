"""What each thing that is no text does in a chat, and what it leaves alone."""

from __future__ import annotations

import pytest

from bot.domain.conversations import Awaiting
from bot.domain.inbox import Event
from bot.domain.subscriptions import Status
from tests.unit.services.script import CANCEL, CODE, UNDO
from tests.unit.services.world import World


def test_the_command_cancels_the_plan_it_names(world: World) -> None:
    """P1, P6: "/cancel-subscription Pro" ends Pro, and those are the words that were declared."""
    chat = world.linked("max", "77")
    assert chat.happen(Event.CANCEL, "/cancel-subscription Pro").kinds == ["receipt", "exit_question"]
    assert [receipt.plan_name for receipt in world.receipts("max")] == ["Pro"]
    assert chat.declarations[0].words == "/cancel-subscription Pro"


@pytest.mark.parametrize(
    ("typed", "plans"),
    [
        ("/cancel", []),
        ("/cancel@fairwell_bot", []),
        ("/cancel everything", ["Basic", "Pro", "Team"]),
        ("/cancel all", ["Basic", "Pro", "Team"]),
        ("/cancel my Team plan", ["Team"]),
        ("/cancel Basic and Pro", ["Basic", "Pro"]),
        ("/cancel everything but Pro", []),
        ("/kündigen Pro", ["Pro"]),
    ],
)
def test_the_command_means_what_stands_behind_it(world: World, typed: str, plans: list[str]) -> None:
    """As the same words would; where no plan is named, one question."""
    chat = world.linked("max", "77")
    said = chat.happen(Event.CANCEL, typed)
    assert sorted(receipt.plan_name for receipt in world.receipts("max")) == plans
    assert ("cancel_all" in said.names) is not bool(plans)


def test_the_command_of_a_stranger_is_a_wish_like_any(world: World) -> None:
    """P4: noted with its time and words, carried out by the code."""
    chat = world.chat_at("77")
    said_at = world.clock.now()
    assert "which e-mail address" in chat.happen(Event.CANCEL, "/cancel Pro").text
    world.clock.advance(minutes=2)
    chat.verify("max@example.com")
    assert [(item.plan_name, item.received_at) for item in world.receipts("max")] == [("Pro", said_at)]


def test_an_address_behind_the_command_is_masked_and_used(world: World) -> None:
    """Nothing is asked that was said, and it stands nowhere in the clear."""
    chat = world.chat_at("77")
    assert "on its way" in chat.happen(Event.CANCEL, "/cancel ada@example.com 123456").text
    assert chat.transcript[0].text == "/cancel [email] [code]"
    assert chat.say(world.mails()[-1].payload["code"], CODE).kinds[0] == "receipt"


def test_an_attachment_leaves_the_open_question_open(world: World) -> None:
    """Only text can be read; both ways most people come for are there."""
    chat = world.chat_at("77")
    chat.say("cancel", CANCEL)
    answer = chat.happen(Event.ATTACHMENT, "photo")
    assert answer.names == ["cancel_now", "talk_to_human"]
    assert chat.state.awaiting is Awaiting.EMAIL
    assert chat.verify("ada@example.com").kinds[0] == "receipt"


@pytest.mark.parametrize("event", [Event.EDITED, Event.DELETED])
def test_a_changed_message_changes_nothing(world: World, event: Event) -> None:
    """What was said first counts: the wish keeps its words and its time, and the question stays open."""
    chat = world.linked("max", "77")
    chat.say("cancel", CANCEL)
    before = (chat.state.awaiting, chat.declarations)
    assert chat.happen(event).names == []
    assert (chat.state.awaiting, chat.declarations) == before
    assert world.ledger("max") == []


def test_a_deleted_message_takes_nothing_back_and_shows_the_way(world: World) -> None:
    """P7: one press for each plan that can still be taken back."""
    chat = world.linked("max", "77")
    chat.say("cancel everything", CANCEL)
    told = chat.happen(Event.DELETED)
    assert sorted(told.titles) == ["Undo Basic", "Undo Pro", "Undo Team"]
    assert world.state("max-pro") is Status.CANCELLING
    chat.press(told.button("undo", told.titles.index("Undo Pro")))
    assert world.state("max-pro") is Status.ACTIVE
    assert world.state("max-team") is Status.CANCELLING


def test_a_deleted_message_shows_a_stranger_nothing(world: World) -> None:
    """P3."""
    world.chat("ada").say("cancel", CANCEL)
    assert world.chat_at("77").happen(Event.DELETED).names == []


def test_in_public_nothing_is_said_but_where_to_go(world: World) -> None:
    """Others read along, whoever asks."""
    chat = world.linked("ada", "77")
    said = chat.happen(Event.PUBLIC)
    assert "in private" in said.text
    assert said.names == ["open_private"]
    assert "Pro" not in said.text


def test_a_button_nobody_knows_any_more_gets_a_clear_question(world: World) -> None:
    """It was shown by an earlier installation, say; nothing has changed by it."""
    chat = world.linked("ada", "77")
    assert "nothing has changed" in chat.happen(Event.STALE_BUTTON).text
    assert world.ledger("ada") == []


def test_the_language_command_asks_which_one(world: World) -> None:
    """By buttons; pressed, it is spoken from then on."""
    chat = world.chat_at("77")
    asked = chat.happen(Event.LANGUAGE)
    assert asked.names == ["language:en", "language:de"]
    chat.press(asked.button("language:de"))
    assert chat.state.locale == "de"


def test_undo_said_after_the_command(world: World) -> None:
    """P7: what the command did is taken back as anything else."""
    chat = world.linked("ada", "77")
    chat.happen(Event.CANCEL, "/cancel")
    chat.say("undo", UNDO)
    assert world.state("ada-pro") is Status.ACTIVE
