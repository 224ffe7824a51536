from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update
from telegram.constants import MessageType

from bot.domain.inbox import Event
from channels.contract import Inbound
from channels.telegram import content, parse
from channels.telegram.commands import Me
from tests.fixtures.telegram import updates
from tests.fixtures.telegram.message_contents import CHANNEL, OTHER, PRIVATE, SENT, SERVICE, USER

ME = Me(4242, "fairwell_test_bot")
AT = datetime.fromtimestamp(updates.DATE, UTC)
SAID = Inbound("telegram", "77", "1001", said_at=AT, locale="en")
FORWARDED = {"type": "user", "date": updates.DATE - 999, "sender_user": OTHER}
VIA_BOT = {"id": 9, "is_bot": True, "first_name": "Gif", "username": "gif"}


def read(raw: updates.Json, me: Me | None = ME) -> Inbound | None:
    """What an update becomes."""
    return parse.inbound(Update.de_json(raw, None), me)


def written(**fields: Any) -> Inbound | None:
    """What a message in a private chat becomes."""
    return read(updates.written(**fields))


@pytest.mark.parametrize(
    "text",
    [
        "I want to cancel",
        "  /cancel",
        "／cancel",
        "⁄cancel",
        "/cancelled",
        "/cancel@another_bot",
        "/ſtart",
        "/cancel{}",
        "/unknown",
        "/",
        "",
        "x" * 4096,
        "/cancel\u00a0Pro",
    ],
)
def test_a_text(text: str) -> None:
    """Stays as it was written; only what is exactly one of our commands is anything else."""
    assert written(text=text) == replace(SAID, text=text)


@pytest.mark.parametrize(
    ("text", "event", "with_it"),
    [
        ("/cancel", Event.CANCEL, "/cancel"),
        ("/Cancel", Event.CANCEL, "/Cancel"),
        ("/cancel@fairwell_test_bot", Event.CANCEL, "/cancel@fairwell_test_bot"),
        ("/cancel@Fairwell_Test_Bot Pro", Event.CANCEL, "/cancel@Fairwell_Test_Bot Pro"),
        ("/cancel Pro\nplease", Event.CANCEL, "/cancel Pro\nplease"),
        ("/help", Event.HELP, None),
        ("/HELP@fairwell_test_bot", Event.HELP, None),
        ("/language", Event.LANGUAGE, None),
        ("/logout", Event.LOG_OUT, None),
        ("/start", Event.START, None),
        ("/start ", Event.START, None),
        ("/start aZ9_-", Event.LINK, "aZ9_-"),
        ("/start@fairwell_test_bot abc", Event.LINK, "abc"),
        ("/start " + "x" * 64, Event.LINK, "x" * 64),
        ("/start " + "x" * 65, Event.START, None),
        ("/start two words", Event.START, None),
        ("/start naïve", Event.START, None),
    ],
)
def test_a_command(text: str, event: Event, with_it: str | None) -> None:
    """In any case of letters, with the bot's name or without."""
    assert written(text=text) == replace(SAID, event=event, text=with_it)


def test_a_command_that_names_a_bot_while_our_name_is_unknown() -> None:
    """Cannot be told; the caller is asked to find out first, and only then."""
    named = Update.de_json(updates.written(text="/cancel@fairwell_test_bot"), None)
    plain = Update.de_json(updates.written(text="/cancel"), None)

    assert parse.needs_name(named)
    assert not parse.needs_name(plain)
    assert parse.needs_name(Update.de_json(updates.in_group(text="hello"), None))
    assert not parse.needs_name(Update.de_json(updates.press(), None))
    assert parse.inbound(plain, None) == replace(SAID, event=Event.CANCEL, text="/cancel")
    assert parse.inbound(named, None) == replace(SAID, text="/cancel@fairwell_test_bot")


@pytest.mark.parametrize("fields", [{"forward_origin": FORWARDED}, {"via_bot": VIA_BOT}])
def test_words_of_others(fields: dict[str, Any]) -> None:
    """A forwarded text, or one made by another bot, can be what is meant; it is no command, and of now."""
    assert written(text="/cancel", **fields) == replace(SAID, text="/cancel")
    assert written(text="/start abc", **fields) == replace(SAID, text="/start abc")


def test_half_a_character() -> None:
    """JSON can carry what no database can."""
    assert written(text="half \ud83d, whole 😀") == replace(SAID, text="half \ufffd, whole 😀")


@pytest.mark.parametrize(("fields", "kind"), SENT.values(), ids=SENT)
def test_what_is_no_text(fields: dict[str, Any], kind: str) -> None:
    """Is named by its kind; with a caption it is a text, and a command in a caption is none."""
    assert written(**fields) == replace(SAID, event=Event.ATTACHMENT, text=kind)
    assert written(**fields, caption="/cancel") == replace(SAID, text="/cancel")


@pytest.mark.parametrize("fields", SERVICE.values(), ids=SERVICE)
def test_notes_of_telegrams_own(fields: dict[str, Any]) -> None:
    """Nobody said anything."""
    assert written(**fields) is None
    assert read(updates.in_group(**fields)) is None


def test_nothing_is_forgotten() -> None:
    """Every kind of message the library knows is in the catalogue, and every note is known for one."""
    beside = {"text", "contact", "effect_id", "sender_boost_count", "reply_to_story", "sender_business_bot"}
    beside |= {"business_connection_id", "suggested_post_info"}
    assert {kind.value for kind in MessageType} - set(SENT) - set(SERVICE) == beside
    assert set(content.SERVICE) == set(SERVICE)
    assert set(updates.KINDS) == {str(kind) for kind in Update.ALL_TYPES}


@pytest.mark.parametrize(
    ("contact", "fields", "own"),
    [
        ({"user_id": 77}, {}, True),
        ({"user_id": 78}, {}, False),
        ({}, {}, False),
        ({"user_id": 77, "phone_number": ""}, {}, False),
        ({"user_id": 77}, {"forward_origin": FORWARDED}, False),
        ({"user_id": 77}, {"via_bot": VIA_BOT}, False),
    ],
)
def test_a_contact(contact: dict[str, Any], fields: dict[str, Any], own: bool) -> None:
    """Counts as proof only if its owner shared it here and now; any other is not even looked at."""
    shared = {"phone_number": "+49301234567", "first_name": "Ada", **contact}
    mine = replace(SAID, event=Event.CONTACT, text="+49301234567")
    assert written(contact=shared, **fields) == (mine if own else replace(SAID, event=Event.OTHER_CONTACT))


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": OTHER},
        {"sender": None},
        {"sender": {**USER, "is_bot": True}},
        {"sender_chat": CHANNEL},
        {"business_connection_id": "b"},
        {"chat": {**PRIVATE, "id": -77}, "sender": {**USER, "id": -77}},
        {"chat": CHANNEL},
    ],
)
def test_somebody_else(fields: dict[str, Any]) -> None:
    """A private chat is with the one who writes in it; everything else is nobody's wish."""
    assert written(text="/cancel", **fields) is None


@pytest.mark.parametrize(
    ("code", "locale"),
    [
        ("de", "de"),
        ("pt-br", "pt"),
        ("zh_Hans", "zh"),
        ("DE-at", "de"),
        ("", None),
        ("x" * 99, None),
        (None, None),
    ],
)
def test_the_language(code: str | None, locale: str | None) -> None:
    """The first part of what Telegram says."""
    assert written(text="x", sender={**USER, "language_code": code}) == replace(SAID, text="x", locale=locale)


def test_an_edited_message() -> None:
    """Is told as such, without its text; a place that is shared live is not."""
    assert read(
        updates.update(edited_message=updates.message(text="/cancel", edit_date=updates.DATE))
    ) == replace(SAID, event=Event.EDITED, said_at=None)
    moved = updates.message(**SENT["live_location"][0], edit_date=updates.DATE)
    assert read(updates.update(edited_message=moved)) is None
    assert read(updates.update(edited_message=updates.message(text="x", chat=CHANNEL))) is None


OURS = {"message", "edited_message", "callback_query"}


@pytest.mark.parametrize("kind", sorted(set(updates.KINDS) - OURS))
def test_other_updates(kind: str) -> None:
    """Are nobody's message, whatever they say."""
    assert read(updates.update(**updates.KINDS[kind])) is None
