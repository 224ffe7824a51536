from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.inbox import Event
from channels.contract import Inbound
from channels.slack import parse
from channels.slack.markup import plain
from tests.fixtures.slack.catalogue import MALFORMED, OF_NO_INTEREST
from tests.fixtures.slack.payloads import (
    Json,
    button,
    command,
    deleted,
    direct_message,
    edited,
    event_callback,
    home_opened,
    mention,
    press,
)

SAID = datetime(2026, 1, 1, 0, 0, 0, 100, tzinfo=UTC)


def heard(body: Json) -> Inbound | None:
    """What any of the three kinds makes of it."""
    return (
        parse.event(body, "U0BOT")
        or parse.press(body)
        or (parse.command(body) if "command" in body else None)
    )


def test_a_direct_message() -> None:
    """Their words, Slack's time, and the event's id, which is the same when it comes again."""
    assert parse.event(event_callback(direct_message("I want to cancel"))) == Inbound(
        "slack", "T1:U1", "Ev0001", text="I want to cancel", said_at=SAID
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("<mailto:ann@example.com|ann@example.com>", "ann@example.com"),
        ("it's <mailto:ann@example.com?subject=x> ok", "it's ann@example.com ok"),
        ("<mailto:ann@example.com|my mail>", "ann@example.com"),
        ("see <https://x.example/a?b=1&amp;c=2|x.example>", "see x.example"),
        ("see <https://x.example/a?b=1&amp;c=2>", "see https://x.example/a?b=1&c=2"),
        ("<tel:+491234|+49 1234>", "+49 1234"),
        ("Tom &amp; Ann: 1 &lt; 2 &gt; 0", "Tom & Ann: 1 < 2 > 0"),
        ("&amp;lt;", "&lt;"),
        (
            "<@U9> <@U9|ann> <#C1|general> <#C1> <!here> <!subteam^S1|@team> <!subteam^S1>",
            "@U9 @ann #general #C1 @here @team @subteam",
        ),
        ("<!date^1392734382^{date}|18 February>", "18 February"),
        ("half \ud83d", "half \ufffd"),
        ("&lt;@U1&gt; is text", "<@U1> is text"),
    ],
)
def test_markup_is_undone(written: str, meant: str) -> None:
    """What the customer sees they wrote; above all an address stays one, or no code could be sent."""
    assert plain(written) == meant


@pytest.mark.parametrize("subtype", ["me_message", "thread_broadcast", "file_share"])
def test_other_ways_to_write(subtype: str) -> None:
    """`/me`, an answer in a thread and a file with words are words."""
    said = parse.event(event_callback(direct_message("cancel", subtype=subtype, files=[{"id": "F1"}])))
    assert said is not None
    assert (said.text, said.event) == ("cancel", None)


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ({"mimetype": "image/png"}, "photo"),
        ({"mimetype": "audio/mp4"}, "voice"),
        ({"mimetype": "video/mp4", "subtype": "slack_audio"}, "voice"),
        ({"mimetype": "application/pdf"}, "file"),
        ({}, "file"),
    ],
)
@pytest.mark.parametrize("where", [direct_message, mention])
def test_a_file_without_words(where: Callable[..., Json], file: Json, kind: str) -> None:
    """It is said what it is, and never fetched."""
    said = parse.event(event_callback(where("", subtype="file_share", files=[file])))
    assert said is not None
    assert (said.event, said.text) == (Event.ATTACHMENT, kind)


def test_an_edit_and_a_deletion() -> None:
    """Only that it happened: what was written first holds."""
    changed = parse.event(event_callback(edited("cancel", "keep")))
    taken_back = parse.event(event_callback(deleted("cancel")))
    stone = edited("cancel", "This message was deleted.", subtype="tombstone", user="U1")
    under_answers = parse.event(event_callback(stone))

    assert changed is not None
    assert (changed.event, changed.text, changed.address) == (Event.EDITED, None, "T1:U1")
    assert taken_back is not None
    assert (taken_back.event, taken_back.text) == (Event.DELETED, None)
    assert under_answers is not None
    assert under_answers.event is Event.DELETED


def test_a_mention_in_a_channel() -> None:
    """The same as a message to us, without our name; with our name alone it opens the chat."""
    said = parse.event(event_callback(mention("<@U0BOT> I want to <@U0BOT|fairwell> cancel")))
    opened = parse.event(event_callback(mention("<@U0BOT> ")))

    assert said is not None
    assert (said.text, said.address, said.said_at) == ("I want to cancel", "T1:U1", SAID)
    assert opened is not None
    assert opened.event is Event.START
    assert parse.said_in_channel(event_callback(mention("x"))) == "C1"
    assert parse.said_in_channel(event_callback(direct_message("x"))) is None


@pytest.mark.parametrize(
    ("arguments", "event", "text"),
    [
        ("", Event.CANCEL, "/cancel-subscription"),
        ("my Pro plan &amp; all", Event.CANCEL, "/cancel-subscription my Pro plan & all"),
        (" Help ", Event.HELP, None),
        ("language", Event.LANGUAGE, None),
        ("logout", Event.LOG_OUT, None),
        ("help me cancel", Event.CANCEL, "/cancel-subscription help me cancel"),
    ],
)
def test_the_command(arguments: str, event: Event, text: str | None) -> None:
    """It cancels, unless one word asks for something else."""
    assert parse.command(command(arguments), SAID) == Inbound(
        "slack", "T1:U1", "1.2.c", event=event, text=text, said_at=SAID
    )


def test_a_button() -> None:
    """Its token, under the id of the press; nobody vouches for its time."""
    assert parse.press(press(button("tok_-1"))) == Inbound("slack", "T1:U1", "1.2.p", button="tok_-1")
    assert parse.press(press(button("tok"), view={"type": "home"})) is not None


def test_the_home_tab() -> None:
    """Opening it says whose it is; the messages tab is nothing."""
    assert str(parse.opened_home(event_callback(home_opened()))) == "T1:U1"
    assert parse.opened_home(event_callback(home_opened(tab="messages"))) is None


@pytest.mark.parametrize("name", OF_NO_INTEREST)
def test_of_no_interest(name: str) -> None:
    """Bots, our own words, channels, previews and everything else that is no customer's message."""
    assert heard(OF_NO_INTEREST[name]) is None


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(name: str) -> None:
    """Nothing raises; what has no sender or no id is nothing."""
    said = heard(MALFORMED[name])
    assert (
        said is None
        or (name in {"a time that is none", "a text that is a list"} and said.address == "T1:U1")
        or (name in {"authorizations that are text", "authorizations of nulls", "files that are text"})
    )
    parse.opened_home(MALFORMED[name])
    parse.said_in_channel(MALFORMED[name])


_VALUES: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just([]) | st.just({"id": "U1"})
)
_BODIES = [
    *OF_NO_INTEREST.values(),
    event_callback(direct_message("cancel")),
    event_callback(mention("<@U0BOT> cancel")),
    event_callback(edited("a", "b")),
    event_callback(deleted("a")),
    command("x"),
    press(button("tok")),
]


@given(st.sampled_from(_BODIES), st.data())
def test_nothing_raises(body: Json, data: st.DataObject) -> None:
    """Whatever is missing, or of another kind, in whatever Slack sends."""
    changed = copy.deepcopy(body)
    place: Any = changed
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.booleans()) or not isinstance(place[key], dict | list) or not place[key]:
            place[key] = data.draw(_VALUES)
            break
        place = place[key]
    heard(changed)
    parse.opened_home(changed)
