from __future__ import annotations

from datetime import timedelta

import pytest

from bot.ports import Store
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)


@pytest.fixture
def said(populated: Store) -> Store:
    """Seven messages in `c_1`, and one in another conversation."""
    with populated.begin() as work:
        work.conversations.put(builders.conversation("c_2"))
        for number in range(1, 8):
            work.messages.add(builders.message(text=f"number {number}"))
        work.messages.add(builders.message("c_2", text="somebody else's"))
        work.commit()
    return populated


@pytest.mark.parametrize(
    ("before", "limit", "found"),
    [
        (None, 3, [5, 6, 7]),
        (None, 7, [1, 2, 3, 4, 5, 6, 7]),
        (None, 100, [1, 2, 3, 4, 5, 6, 7]),
        (5, 3, [2, 3, 4]),
        (5, 100, [1, 2, 3, 4]),
        (8, 1, [7]),
        (2**31 - 1, 2, [6, 7]),
        (2, 5, [1]),
        (1, 5, []),
    ],
)
def test_reading_back_from_the_end(said: Store, before: int | None, limit: int, found: list[int]) -> None:
    """The last ones below a number, or the last of all; in order, and of that conversation only."""
    with said.begin() as work:
        read = work.messages.before("c_1", before, limit)
        assert [message.seq for message in read] == found
        assert all(message.text == f"number {message.seq}" for message in read)
        assert list(work.messages.before("nowhere", before, limit)) == []


def test_pages_meet_without_a_gap(said: Store) -> None:
    """Each begins where the one after it ended: together they are the whole history, as `after` reads it."""
    pages: list[int] = []
    with said.begin() as work:
        while read := work.messages.before("c_1", pages[0] if pages else None, 2):
            pages[:0] = [message.seq for message in read]
        assert pages == [message.seq for message in work.messages.after("c_1", 0)]


def test_a_session_that_was_ended_is_unknown(populated: Store) -> None:
    """Also to who would extend it; the other sessions of the conversation go on, and so does the history."""
    with populated.begin() as work:
        work.conversations.add_session("one", "c_1", SOON)
        work.conversations.add_session("two", "c_1", SOON)
        work.commit()
    with populated.begin() as work:
        work.conversations.end_session("one")
        work.conversations.end_session("one")
        work.conversations.end_session("never there")
        work.commit()
    with populated.begin() as work:
        assert work.conversations.session("one", START) is None
        assert work.conversations.session("two", START) == "c_1"
        assert work.conversations.get("c_1") is not None
