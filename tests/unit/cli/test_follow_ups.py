from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.fixtures import builders
from tests.unit.cli.installation import Installation

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
NEWS = "en=There are tags now."


@pytest.fixture
def waiting(installation: Installation) -> Installation:
    """Ada waits, on Telegram and on the website; the second consent is of a colleague who has left."""
    with installation.deps.store.begin() as work:
        builders.populate(work)
        work.conversations.put(builders.conversation("c_2", channel="telegram", address="42"))
        work.declarations.put(builders.declaration("d_2", conversation_id="c_2"))
        work.follow_ups.add(builders.follow_up("u_1", given_at=AT, member_id="p_gone"))
        there = {"declaration_id": "d_2", "conversation_id": "c_2", "channel": "telegram"}
        work.follow_ups.add(builders.follow_up("u_2", given_at=AT, **there))
        work.commit()
    return installation


def listed(installation: Installation) -> list[list[str]]:
    """The rows."""
    return [re.split(" {2,}", line) for line in installation.run("follow-ups", "list").lines[1:]]


def test_nobody_waits(installation: Installation) -> None:
    """Said so."""
    assert installation.run("follow-ups", "list").lines == ["Nobody waits to be told."]
    done = installation.run("follow-ups", "send", "other", "--text", NEWS)
    assert (done.code, done.lines) == (0, ["0 told."])


def test_who_waits_is_listed_and_told_once(waiting: Installation) -> None:
    """With everything to decide by, in the company's time; a try tells nobody; then each is told once."""
    words = "let me know when you have tags"
    assert listed(waiting) == [
        ["u_1", "2026-11-23", "web", "en", "missing_features", words],
        ["u_2", "2026-11-23", "telegram", "en", "missing_features", words],
    ]
    send = ("follow-ups", "send", "missing_features", "--text", NEWS)
    assert waiting.run(*send, "--dry-run").lines == ["2 would be told, 2 in en."]
    assert len(listed(waiting)) == 2
    done = waiting.run(*send)
    assert (done.code, done.lines) == (
        0,
        ["1 told: 1 by telegram.", "1 not told: no longer of that account."],
    )
    assert waiting.run(*send).lines == ["0 told."]
    assert listed(waiting) == []


def test_what_tells_nobody(waiting: Installation) -> None:
    """One line that says why, and everybody goes on waiting."""
    for arguments, said in (
        (["cheap", "--text", NEWS], "cheap is neither a reason nor a follow-up that waits"),
        (["u_1", "--text", "There are tags now."], "is no LANGUAGE=TEXT"),
        (["u_1", "--text", "en="], "is no LANGUAGE=TEXT"),
        (["u_1", "--text", "de=Es gibt jetzt Tags."], "1 of 1 speak 'en', and there is no text in it"),
        (["u_1", "--text", "en=Only today: 50% off, don't miss it!"], "put it plainly, or say --anyway"),
    ):
        code, line = waiting.run("follow-ups", "send", *arguments).fault
        assert (code, said in line) == (1, True), line
    assert len(listed(waiting)) == 2
    assert waiting.run("follow-ups", "send", "u_1").code == 2


def test_the_company_answers_for_its_words(waiting: Installation) -> None:
    """What a phrase list blames wrongly can be sent anyway."""
    text = "en=Only today: 50% off, don't miss it!"
    assert waiting.run("follow-ups", "send", "u_2", "--text", text, "--anyway").lines == [
        "1 told: 1 by telegram."
    ]
