"""Somebody who is in distress is told where help is, and asked for nothing."""

from __future__ import annotations

import pytest

from bot.domain.conversations import Reply
from bot.services import cases
from bot.services.turn import Turn
from tests.unit.services.script import CANCEL, PRO, Replies
from tests.unit.services.world import Chat, World


def _distress(turn: Turn) -> list[Reply]:
    return list(cases.talk_to_human(turn, subject="distress"))


def _say(chat: Chat, text: str) -> Replies:
    inbox_id = chat.accept(text)
    chat.prepare(inbox_id)
    chat.act(inbox_id, _distress, "distress")
    return chat.complete(inbox_id)


@pytest.fixture
def chat(world: World) -> Chat:
    """Somebody with one plan."""
    world.customer("ada", PRO)
    return world.chat("ada")


def test_help_is_named_and_a_person_called(chat: Chat) -> None:
    """An emergency number, a crisis line, and a case that staff see first."""
    answer = _say(chat, "I can't go on living")
    assert "112" in answer.text
    assert "988" in answer.text
    assert chat.case is not None
    assert chat.case.subject == "distress"


def test_nobody_asks_for_a_reason_afterwards(chat: Chat) -> None:
    """A cancellation later in the conversation is carried out, without the exit question."""
    _say(chat, "I can't go on living")
    assert chat.say("I want to cancel", CANCEL).kinds == ["receipt"]


def test_nor_when_the_case_is_closed(world: World, chat: Chat) -> None:
    """That day nobody asks, though a person has seen to it; the next day is another matter."""
    _say(chat, "I can't go on living")
    assert chat.case is not None
    cases.close(world.deps, chat.case.id)
    assert chat.say("I want to cancel", CANCEL).kinds == ["receipt"]


def test_another_day_it_is_asked_again(world: World, chat: Chat) -> None:
    """What was said long ago does not follow anybody about."""
    _say(chat, "I can't go on living")
    assert chat.case is not None
    cases.close(world.deps, chat.case.id)
    world.clock.advance(hours=25)
    chat.verify("ada@example.com")
    assert chat.say("I want to cancel", CANCEL).kinds == ["receipt", "exit_question"]


def test_an_open_exit_question_is_let_go(chat: Chat) -> None:
    """Who answers it with distress is not expected to answer it any more."""
    chat.say("I want to cancel", CANCEL)
    _say(chat, "I can't go on living")
    assert chat.state.awaiting is None
