from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from bot.domain.inbox import Event
from channels.contract import Inbound
from channels.telegram import parse
from channels.telegram.commands import Me
from tests.fixtures.telegram import updates
from tests.fixtures.telegram.message_contents import CHANNEL, GROUP, OTHER, PRIVATE, USER

ME = Me(4242, "fairwell_test_bot")
SPOKEN_TO = Inbound(
    "telegram",
    str(GROUP["id"]),
    "1001",
    event=Event.PUBLIC,
    said_at=datetime.fromtimestamp(updates.DATE, UTC),
    locale="en",
)
PRESSED = Inbound("telegram", "77", "1001", button="tok-1", locale="en")


def read(raw: updates.Json) -> Inbound | None:
    """What an update becomes."""
    return parse.inbound(Update.de_json(raw, None), ME)


def mention(text: str, name: str, kind: str = "mention", **fields: Any) -> dict[str, Any]:
    """A text with an entity where `name` is; Telegram counts in UTF-16."""
    before = text[: text.index(name)]
    offset = len(before.encode("utf-16-le")) // 2
    return {"text": text, "entities": [{"type": kind, "offset": offset, "length": len(name), **fields}]}


BOTS_OWN = updates.message(chat=GROUP, sender=updates.BOT, text="Let's talk in private.")


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "/cancel"},
        {"text": "/cancel@fairwell_test_bot my plan"},
        {"text": "/whatever@fairwell_test_bot"},
        mention("😀 hey @Fairwell_Test_Bot cancel", "@Fairwell_Test_Bot"),
        mention("hey you", "you", "text_mention", user=updates.BOT),
        {"text": "I want to cancel", "reply_to_message": BOTS_OWN},
        {"photo": [], "caption": "/cancel"},
        {"text": "/help", "chat": {"id": GROUP["id"], "type": "group", "title": "Small"}},
    ],
)
def test_spoken_to(fields: dict[str, Any]) -> None:
    """By a command, by name, or by a reply: noticed, and nothing of what was written is kept."""
    assert read(updates.in_group(**fields)) == SPOKEN_TO


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "I want to cancel"},
        {"text": "/cancel@another_bot"},
        {"text": "/weather"},
        {"text": "mail me at x@fairwell_test_bot"},
        mention("ask @another_bot", "@another_bot"),
        mention("hey you", "you", "text_mention", user=OTHER),
        mention("/cancel@another_bot", "/cancel@another_bot", "bot_command"),
        {"text": "yes", "reply_to_message": updates.message(chat=GROUP, text="hello")},
        {"text": "/cancel", "sender": {**USER, "is_bot": True}},
        {"text": "/cancel", "sender": None},
        {"text": "/cancel", "sender_chat": GROUP},
        {"text": "/cancel", "sender": OTHER, "sender_chat": CHANNEL, "is_automatic_forward": True},
        {"photo": []},
    ],
)
def test_not_spoken_to(fields: dict[str, Any]) -> None:
    """What people say to each other, what other bots say, and what is said in the name of a chat."""
    assert read(updates.in_group(**fields)) is None


def test_edited_in_a_group() -> None:
    """Is no new word to the bot."""
    edited = updates.message(chat=GROUP, text="/cancel", edit_date=updates.DATE)
    assert read(updates.update(edited_message=edited)) is None


def test_a_press() -> None:
    """The button's token; Telegram does not say when."""
    assert read(updates.press()) == PRESSED
    assert read(updates.press(message={"chat": PRIVATE, "message_id": 5, "date": 0})) == PRESSED


@pytest.mark.parametrize("data", [None, "", "a b", "é", "x" * 65, "tok-1\n", '{"name": "undo"}'])
def test_a_press_of_what_we_did_not_make(data: str | None) -> None:
    """Is the press of a button that nobody knows."""
    assert read(updates.press(data=data)) == replace(PRESSED, button=None, event=Event.STALE_BUTTON)


@pytest.mark.parametrize(
    "fields",
    [
        {"data": "used"},
        {"sender": OTHER},
        {"sender": {**USER, "is_bot": True}},
        {"message": None, "inline_message_id": "i"},
        {"message": updates.message(chat=GROUP, sender=updates.BOT, text="x")},
        {"message": updates.message(chat=CHANNEL, sender=None, text="x")},
    ],
)
def test_a_press_that_is_no_message(fields: dict[str, Any]) -> None:
    """One that was marked, of somebody else, or where others read along."""
    raw = updates.press(**fields)
    assert read(raw) is None
    query = Update.de_json(raw, None).callback_query
    assert query is not None
    assert not parse.is_button_of_ours(query)
