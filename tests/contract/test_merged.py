"""Several transcripts read as one, back from the end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.conversations import Message, Spot
from bot.ports import Store
from tests.fixtures import builders
from tests.fixtures.fakes import START

#: Which minute each message is of, by conversation. `B` and `a` are in another order for people.
SAID = {"c_B": (0, 3, 3, 6, 9), "c_a": (1, 3, 3, 7), "c_1": (3, 5), "c_x": (2, 3, 8)}
MINE = ("c_B", "c_a", "c_1")


@pytest.fixture
def said(populated: Store) -> Store:
    """What somebody wrote in three conversations, and somebody else in `c_x`."""
    with populated.begin() as work:
        for name, minutes in SAID.items():
            if work.conversations.get(name) is None:
                work.conversations.put(builders.conversation(name))
            for minute in minutes:
                at = START + timedelta(minutes=minute)
                work.messages.add(builders.message(name, f"{name} at {minute}", at=at))
        work.commit()
    return populated


def spot(message: Message) -> Spot:
    """Where it stands."""
    return Spot(message.at, message.conversation_id, message.seq)


def keys(messages: list[Message]) -> list[tuple[int, str, int]]:
    """Minute, conversation and number of each."""
    return [(int((item.at - START).seconds / 60), item.conversation_id, item.seq) for item in messages]


def right(*names: str) -> list[tuple[int, str, int]]:
    """All that was said in them, in order."""
    return sorted(
        (minute, name, seq) for name in set(names) for seq, minute in enumerate(SAID.get(name, ()), start=1)
    )


@pytest.mark.parametrize("names", [MINE, MINE[::-1], ("c_a",), ("c_a", "c_a", "c_none"), ("c_none",), ()])
def test_what_was_said_in_order_of_time(said: Store, names: tuple[str, ...]) -> None:
    """In those conversations and no other, each message once, whole as it was stored."""
    with said.reading() as work:
        found = list(work.messages.merged(names, None, 100))
        assert keys(found) == right(*names)
        for item in found:
            assert item in work.messages.after(item.conversation_id, 0)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
def test_pages_meet(said: Store, limit: int) -> None:
    """Without a gap and without a message twice, also where many were said at the same moment."""
    pages: list[Message] = []
    with said.reading() as work:
        while page := work.messages.merged(MINE, spot(pages[0]) if pages else None, limit):
            assert len(page) <= limit
            pages[:0] = page
    assert keys(pages) == right(*MINE)


@pytest.mark.parametrize("number", range(len(right(*MINE))))
def test_before_a_spot_is_what_stands_before_it(said: Store, number: int) -> None:
    """Whichever conversation it is of; also of one that is not read."""
    minute, name, seq = right(*MINE)[number]
    there = Spot(START + timedelta(minutes=minute), name, seq)
    others = tuple(item for item in MINE if item != name)
    with said.reading() as work:
        assert keys(list(work.messages.merged(MINE, there, 100))) == right(*MINE)[:number]
        before = [item for item in right(*others) if item < (minute, name, seq)]
        assert keys(list(work.messages.merged(others, there, 100))) == before


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (Spot(START - timedelta(days=9000), "c_B", 1), 0),
        (Spot(START + timedelta(days=365_000), "~", 999_999_999), 11),
        (Spot(START, "", 0), 0),
        (Spot(START, "c_B' OR 1=1 --", 2), 1),
    ],
)
def test_any_spot_will_do(said: Store, there: Spot, found: int) -> None:
    """One that nobody's message is at, or that somebody has made up."""
    with said.reading() as work:
        assert len(work.messages.merged(MINE, there, 100)) == found


def test_of_very_many_conversations(populated: Store) -> None:
    """The newest of two hundred, wherever they are."""
    with populated.begin() as work:
        for number in range(200):
            name = f"c_{number:03d}"
            work.conversations.put(builders.conversation(name))
            work.messages.add(builders.message(name, at=START + timedelta(minutes=number * 7 % 200)))
        work.commit()
    with populated.reading() as work:
        found = work.messages.merged([f"c_{number:03d}" for number in range(200)], None, 5)
    assert [(item.at - START).seconds // 60 for item in found] == [195, 196, 197, 198, 199]
