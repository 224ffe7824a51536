"""Which real messages are worth learning from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.conversations import Understanding
from bot.services import candidates
from bot.services.candidates import Candidate, Why
from bot.services.turn import Handler
from tests.fixtures import builders
from tests.unit.services.script import BY_INTENT, CANCEL, END_DATE, UNCLEAR, UNDO, Replies
from tests.unit.services.world import Chat, World


def said(chat: Chat, text: str, handler: Handler, intent: str, confidence: float = 0.6) -> Replies:
    """Says something that is understood as `intent`, and lets a minute pass."""
    return _noted(chat, chat.accept(text), handler, Understanding(intent, confidence))


def pressed(chat: Chat, replies: Replies, name: str) -> Replies:
    """Presses a button."""
    inbox_id = chat.accept(button=replies.button(name))
    intent = chat.prepare(inbox_id).intent or ""
    return _noted(chat, inbox_id, BY_INTENT[intent], Understanding(intent, 1.0))


def _noted(chat: Chat, inbox_id: str, handler: Handler, understanding: Understanding) -> Replies:
    chat.prepare(inbox_id)
    chat.act(inbox_id, handler, understanding.intent or "")
    replies = chat.complete(inbox_id)
    with chat.world.store.begin() as work:
        work.messages.set_understanding(inbox_id, understanding)
        work.commit()
    chat.world.clock.advance(minutes=1)
    return replies


def found(world: World, limit: int = 1000) -> list[Candidate]:
    """All of them."""
    return candidates.find(world.deps, limit=limit)


def reasons(world: World) -> list[tuple[str, Why, str | None]]:
    """Texts with why, and the likely label."""
    return [(item.text, item.why, item.label) for item in found(world)]


def test_what_was_understood_is_no_candidate(world: World) -> None:
    """Done as asked, with no question."""
    chat = world.chat("ada")
    said(chat, "when does it end?", END_DATE, "ask_end_date")
    said(chat, "I want to cancel", CANCEL, "cancel")
    assert found(world) == []


def test_what_was_asked_about(world: World) -> None:
    """With what the bot took it for, and how sure it was; nothing is known of what was meant."""
    chat, at = world.chat("ada"), world.clock.now()
    said(chat, "enough of this", UNCLEAR, "nlu_fallback", 0.4)
    assert found(world) == [Candidate("enough of this", "en", at, "nlu_fallback", 0.4, Why.CLARIFIED)]


def test_what_the_customer_pressed_next_is_the_likely_label(world: World) -> None:
    """The press itself is no candidate."""
    chat = world.chat("ada")
    pressed(chat, said(chat, "enough of this", UNCLEAR, "nlu_fallback"), "cancel_now")
    assert reasons(world) == [("enough of this", Why.CORRECTED, "cancel")]


def test_what_the_customer_said_next_is_the_likely_label(world: World) -> None:
    """Unless it says nothing about it, or came much later."""
    one, two, three = world.chat("ada"), world.chat("ada"), world.chat("ada")
    said(one, "the date?", UNCLEAR, "nlu_fallback")
    said(one, "when does it end?", END_DATE, "ask_end_date")
    said(two, "hm", UNCLEAR, "nlu_fallback")
    said(two, "thanks", END_DATE, "thank")
    said(three, "well", UNCLEAR, "nlu_fallback")
    world.clock.advance(hours=1)
    said(three, "when does it end?", END_DATE, "ask_end_date")
    assert reasons(world) == [
        ("the date?", Why.CORRECTED, "ask_end_date"),
        ("hm", Why.CLARIFIED, None),
        ("well", Why.CLARIFIED, None),
    ]


@pytest.mark.parametrize(
    ("minutes", "words", "expected"),
    [
        (1, "undo", [("bye", Why.MISTAKE, None)]),
        (60, "undo", []),
        (60, "that was a mistake, undo", [("bye", Why.MISTAKE, None)]),
    ],
)
def test_what_was_undone_as_a_mistake(
    world: World, minutes: int, words: str, expected: list[tuple[str, Why, str | None]]
) -> None:
    """Soon after, or with the remark that it was one; a change of mind is none."""
    chat = world.chat("ada")
    said(chat, "bye", CANCEL, "cancel")
    world.clock.advance(minutes=minutes)
    said(chat, words, UNDO, "undo_cancel")
    assert reasons(world) == expected


def test_what_was_not_understood_twice_is_handed_over(world: World) -> None:
    """The second one opened the case."""
    chat = world.chat("ada")
    said(chat, "one thing", UNCLEAR, "nlu_fallback")
    said(chat, "another thing", UNCLEAR, "nlu_fallback")
    assert reasons(world) == [
        ("one thing", Why.CLARIFIED, None),
        ("another thing", Why.HANDED_OVER, None),
    ]


def test_what_made_somebody_ask_for_a_person(world: World) -> None:
    """The message before it, and not the one that asks, which was understood."""
    chat = world.chat("ada")
    said(chat, "my invoice is odd", END_DATE, "ask_end_date")
    said(chat, "a human please", BY_INTENT["talk_to_human"], "talk_to_human")
    assert reasons(world) == [("my invoice is odd", Why.HANDED_OVER, None)]


def test_what_shadow_mode_asked_and_was_meant_is_no_candidate(world: World) -> None:
    """The question was the mode's, not the model's; what was not meant is one."""
    world.deps = replace(world.deps, shadow=True)
    chat = world.chat("ada")
    asked = said(chat, "I want to cancel", CANCEL, "cancel")
    pressed(chat, said(chat, "bye bye", CANCEL, "cancel"), "keep")
    assert asked.names[0] == "cancel_now"
    assert reasons(world) == [("bye bye", Why.CLARIFIED, None)]


def test_no_secret_is_shown(world: World) -> None:
    """Even where one had got into a transcript unmasked."""
    chat = world.chat("ada")
    said(chat, "it is ada@example.com, 123456, 4111 1111 1111 1111", UNCLEAR, "nlu_fallback")
    assert [item.text for item in found(world)] == ["it is [email], [code], [card]"]
    assert candidates.shown("mail ada@example.com\n") == "mail [email]"


def test_no_more_is_read_than_asked_for(world: World) -> None:
    """The newest; those before are as if they were not there."""
    for text in ("first", "second"):
        said(world.chat("ada"), text, UNCLEAR, "nlu_fallback")
    assert [item.text for item in found(world, limit=2)] == ["second"]
    since = world.clock.now() - timedelta(minutes=1)
    assert [item.text for item in candidates.find(world.deps, limit=10, since=since)] == ["second"]


def test_a_press_whose_button_was_not_read_is_let_go(world: World) -> None:
    """It could not be told from words."""
    with world.store.begin() as work:
        work.conversations.put(builders.conversation("c_9", next_seq=7))
        press = builders.message("c_9", "Something else", understanding=Understanding("nlu_fallback", 1.0))
        work.messages.add(press)
        work.commit()
    assert found(world) == []
