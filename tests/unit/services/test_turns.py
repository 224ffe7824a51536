from __future__ import annotations

import json

import pytest

from bot.domain.conversations import Understanding
from bot.services.inbox import Answer
from tests.unit.services.script import CANCEL, CHOOSE, EMAIL, UNCLEAR
from tests.unit.services.world import World

UNDERSTOOD = Understanding("greet", 0.93, "greet", 4.0, 12.0)


@pytest.mark.parametrize(
    "text",
    [
        "/cancel",
        ' /cancel{"customer":"max"}',
        "\u00a0/cancel",
        "\u3000/cancel",
        "\u200b/cancel",
        "\ufeff/cancel",
        "\t\r\n /cancel",
        "\u2060\u180e/cancel",
        "\uff0fcancel",
        "\u2800/cancel",
        "\u202e/cancel",
    ],
)
def test_a_slash_is_never_read_as_a_payload(world: World, text: str) -> None:
    """P3: whatever white space, or worse, stands before it, Rasa is told that it is not understood."""
    chat = world.chat("ada")
    prepared = chat.prepare(chat.accept(text))
    assert (prepared.text, prepared.intent, prepared.awaiting) == (None, "nlu_fallback", None)


def test_a_slash_command_is_answered_with_cancel_now(world: World) -> None:
    """One clarifying question; the button in it works."""
    chat = world.chat("ada")
    asked = chat.say(" /cancel", UNCLEAR)
    assert asked.names == ["cancel_now", "talk_to_human"]
    assert chat.press(asked.button("cancel_now")).kinds == ["receipt", "exit_question"]


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "\n\n"])
def test_nothing_at_all_is_answered(world: World, text: str) -> None:
    """Empty messages are not understood, politely."""
    assert "wasn't clear" in world.chat("ada").say(text, UNCLEAR).text


def test_an_emoji_goes_to_rasa_like_any_text(world: World) -> None:
    """It is for Rasa to say that it means nothing."""
    chat = world.chat("ada")
    assert chat.prepare(chat.accept("👋🏽")).text == "👋🏽"


def test_a_very_long_text_is_answered_and_not_looked_at(world: World) -> None:
    """§6: over 4 000 characters: said so, also the second time; the transcript keeps its beginning."""
    chat = world.chat("ada")
    text = "I want to cancel " * 600
    for _ in range(3):
        replies = chat.say(text, UNCLEAR)
        assert "longer than I can read" in replies.text
        assert replies.names == ["cancel_now", "talk_to_human"]
    assert len(chat.transcript[0].text) == 4002
    assert chat.case is None
    assert world.ledger("ada") == []


def test_secrets_are_masked_before_anything_looks_at_them(world: World) -> None:
    """§3: Rasa and the transcript see placeholders; the receipt quotes the words with the address kept."""
    chat = world.chat("ada")
    text = "cancel, code 123 456, card 4111 1111 1111 1111, mail ada@example.com"
    inbox_id = chat.accept(text)
    masked = "cancel, code [code], card [card], mail [email]"
    assert chat.prepare(inbox_id).text == masked
    chat.answer(inbox_id, CANCEL)
    assert chat.transcript[0].text == masked
    kept = "cancel, code [code], card [card], mail ada@example.com"
    assert chat.declarations[0].words == kept


def test_an_answer_leaves_nothing_of_the_message_but_the_transcript(world: World) -> None:
    """§7: bodies and placeholder values are deleted once answered."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel 123456")
    chat.answer(inbox_id, CANCEL)
    with world.store.begin() as work:
        entry, secrets = work.inbox.get(inbox_id), work.inbox.secrets(inbox_id)
    assert entry is not None
    assert (entry.text, entry.button, entry.request, secrets) == (None, None, None, None)


def test_an_hour_of_silence_begins_a_new_episode(world: World) -> None:
    """§3: a tracker is left behind when a matter is closed, after an hour, and after many messages."""
    chat = world.chat("ada")

    def episode(text: str) -> str:
        inbox_id = chat.accept(text)
        sender = chat.prepare(inbox_id).sender
        chat.complete(inbox_id, Answer(("Hello.",), UNDERSTOOD))
        return sender.removeprefix(f"{chat.id}.")

    assert [episode("hello"), episode("hello")] == ["1.0", "1.0"]
    world.clock.advance(hours=1)
    assert episode("hello") == "2.0"
    chat.say("cancel", CANCEL)
    assert episode("hello").startswith("3.")
    later = []
    for _ in range(20):
        world.clock.advance(seconds=10)
        later.append(episode("hello"))
    assert (later[0], later[-1]) == ("3.0", "3.1")


def test_yesterdays_question_is_not_answered_by_an_unclear_text(world: World) -> None:
    """After a day without a word, "hm" is no address; an address still is one."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    world.clock.advance(hours=24)
    inbox_id = chat.accept("hm")
    assert chat.prepare(inbox_id).awaiting is None
    chat.answer(inbox_id, UNCLEAR)
    assert "on its way" in chat.say("ada@example.com", EMAIL).text


def test_small_talk_begins_the_count_of_clarifying_questions_anew(world: World) -> None:
    """Two in a row are a person; two with a greeting between them are not."""
    chat = world.chat("ada")
    chat.say("hm", UNCLEAR)
    inbox_id = chat.accept("hello")
    chat.prepare(inbox_id)
    chat.complete(inbox_id, Answer(("Hello.",), UNDERSTOOD))
    assert "wasn't clear" in chat.say("hm", UNCLEAR).text
    assert chat.case is None
    assert "a person will read this" in chat.say("hm", UNCLEAR).text
    assert chat.case is not None


def test_another_answer_begins_the_count_anew_too(world: World) -> None:
    """A cancellation between two unclear texts."""
    chat = world.chat("ada")
    chat.say("hm", UNCLEAR)
    chat.say("cancel", CANCEL)
    asked = chat.say("hm", UNCLEAR)
    assert asked.names == ["cancel_now", "undo", "talk_to_human"]
    assert "wasn't clear" in chat.say("x", CHOOSE).text or chat.case is not None


def test_the_frozen_request_holds_no_secret(world: World) -> None:
    """What is kept for a repeated turn is what Rasa was sent."""
    chat = world.chat()
    chat.say("cancel", CANCEL)
    inbox_id = chat.accept("ada@example.com 123456")
    chat.prepare(inbox_id)
    with world.store.begin() as work:
        entry = work.inbox.get(inbox_id)
    assert entry is not None
    assert json.loads(entry.request or "[]")[2] == "[email] [code]"
