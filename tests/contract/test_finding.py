"""Finding conversations by what is known of them, and by time: the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.finding import YES, Cursor, Facet, Filter, Page
from bot.domain.staff import Role, Staff
from bot.ports import Store
from bot.store import finding
from tests.contract.backends import opened
from tests.fixtures import builders
from tests.fixtures.fakes import START

READER = "st_1"
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database with a member of staff, empty otherwise: only databases find."""
    with opened(request.param, request, tmp_path) as made:
        with made.store.begin() as work:
            work.staff.put(Staff(READER, "bea@example.com", "Bea Kraus", Role.AGENT, START))
            work.commit()
        yield made.store


def talk(store: Store, name: str, minute: int, *texts: str, **fields: Any) -> None:
    """A conversation in which these were said, in that minute."""
    facets = fields.pop("facets", {})
    with store.begin() as work:
        work.conversations.put(builders.conversation(name, **fields))
        for text in texts or ("hello",):
            work.messages.add(builders.message(name, text, at=START + minute * MINUTE))
        for facet, value in facets.items():
            work.finding.note(name, facet, value)
        work.commit()


def page(store: Store, wanted: Filter, cursor: Cursor | None = None, limit: int = 50) -> Page:
    """What is found."""
    with store.reading() as work:
        return work.finding.find(wanted, READER, cursor, limit)


def names(store: Store, wanted: Filter | None = None, limit: int = 50) -> list[str]:
    """The conversations that are found, on all pages."""
    found: list[str] = []
    cursor = None
    while True:
        some = page(store, wanted or Filter(), cursor, limit)
        found += [item.conversation.id for item in some.found]
        cursor = some.cursor
        if cursor is None:
            return found


def test_the_newest_comes_first(store: Store) -> None:
    """By when something was said last; where nothing was said there is nothing to find."""
    talk(store, "c_1", 5)
    talk(store, "c_2", 1)
    talk(store, "c_3", 3)
    with store.begin() as work:
        work.conversations.put(builders.conversation("c_4"))
        work.messages.add(builders.message("c_2", "again", at=START + 9 * MINUTE))
        work.commit()
    assert names(store) == ["c_2", "c_1", "c_3"]
    first = page(store, Filter()).found[0]
    assert first.message is not None
    assert (first.message.text, first.active_at) == ("again", START + 9 * MINUTE)


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 50])
def test_pages_neither_lose_nor_repeat(store: Store, limit: int) -> None:
    """However long they are, and although several were active in the same moment."""
    for number in range(10):
        talk(store, f"c_{number}", number // 3)
    found = names(store, limit=limit)
    assert len(found) == 10
    assert found == [f"c_{number}" for number in (9, 8, 7, 6, 5, 4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(channel="telegram"), ["c_2"]),
        (Filter(language="de"), ["c_3"]),
        (Filter(facets={Facet.OUTCOME: "cancelled"}), ["c_3", "c_1"]),
        (Filter(facets={Facet.OUTCOME: "cancelled", Facet.LOW_CONFIDENCE: YES}), ["c_1"]),
        (Filter(facets={Facet.OUTCOME: "cancelled"}, language="de"), ["c_3"]),
        (Filter(facets={Facet.OUTCOME: "cancelled"}, channel="telegram"), []),
        (Filter(facets={Facet.LABEL: "vip"}), ["c_2"]),
        (Filter(facets={Facet.LABEL: "VIP"}), []),
        (Filter(since=START + 2 * MINUTE), ["c_3", "c_2"]),
        (Filter(until=START + 3 * MINUTE), ["c_2", "c_1"]),
        (Filter(since=START + 2 * MINUTE, until=START + 3 * MINUTE), ["c_2"]),
        (Filter(words="hello", facets={Facet.LABEL: "vip"}), ["c_2"]),
        (Filter(words="hello", since=START + 3 * MINUTE), ["c_3"]),
        (Filter(words="hello", channel="web", language="en"), ["c_1"]),
    ],
)
@pytest.mark.parametrize("rare", [0, 3000])
def test_filters(
    store: Store, monkeypatch: pytest.MonkeyPatch, wanted: Filter, expected: list[str], rare: int
) -> None:
    """Each alone and several together, whether a facet is rare or most conversations have it."""
    monkeypatch.setattr(finding, "RARE", rare)
    cancelled = {Facet.OUTCOME: "cancelled"}
    talk(store, "c_1", 1, facets=cancelled | {Facet.LOW_CONFIDENCE: YES})
    talk(store, "c_2", 2, channel="telegram", facets={Facet.LABEL: "vip"})
    talk(store, "c_3", 3, locale="de", facets=cancelled)
    assert names(store, wanted) == expected
    assert names(store, wanted, limit=1) == expected


def test_a_customers_conversations(store: Store) -> None:
    """On all channels; the list hides the names of theirs that are said in them."""
    with store.begin() as work:
        work.customers.put(builders.customer("ada"))
        work.commit()
    talk(store, "c_1", 1)
    talk(store, "c_2", 2, channel="telegram")
    talk(store, "c_3", 3)
    with store.begin() as work:
        work.conversations.belongs_to("c_1", "ada")
        work.conversations.belongs_to("c_2", "ada")
        work.commit()
    assert names(store, Filter(customer_ref="ada")) == ["c_2", "c_1"]
    assert [item.names for item in page(store, Filter()).found] == [(), ("Ada Berg",), ("Ada Berg",)]


def test_unread_until_it_is_seen(store: Store) -> None:
    """By oneself; what is said after that is unread again."""
    talk(store, "c_1", 1)
    talk(store, "c_2", 2, "hello", "anybody there?")
    unread = Filter(unread_by=READER)
    assert names(store, unread) == ["c_2", "c_1"]
    with store.begin() as work:
        work.finding.seen(READER, "c_1", 1)
        work.finding.seen(READER, "c_2", 1)
        work.commit()
    assert names(store, unread) == ["c_2"]
    assert [item.unread for item in page(store, Filter()).found] == [True, False]
    with store.begin() as work:
        work.messages.add(builders.message("c_1", "and now?", at=START + 3 * MINUTE))
        work.finding.seen(READER, "c_2", 2)
        work.commit()
    assert names(store, unread) == ["c_1"]


def test_facets_are_noted_replaced_and_dropped(store: Store) -> None:
    """Noted once however often; a facet with one value at a time has the last one."""
    talk(store, "c_1", 1)
    with store.begin() as work:
        for _ in range(2):
            work.finding.note("c_1", Facet.LABEL, "b")
        work.finding.note("c_1", Facet.LABEL, "a")
        work.finding.replace("c_1", Facet.OUTCOME, "cancelled")
        work.finding.replace("c_1", Facet.OUTCOME, "undone")
        work.finding.replace("c_1", Facet.ASSIGNEE, READER)
        work.finding.replace("c_1", Facet.ASSIGNEE, None)
        work.commit()
    known = {Facet.LABEL: ("a", "b"), Facet.OUTCOME: ("undone",)}
    with store.begin() as work:
        assert work.finding.facets("c_1") == known
        assert work.finding.values(Facet.LABEL) == ["a", "b"]
        work.finding.drop("c_1", Facet.LABEL, "a")
        work.commit()
    (found,) = page(store, Filter()).found
    assert found.facets == known | {Facet.LABEL: ("b",)}


@pytest.mark.parametrize("wanted", [Filter(channel="telegram"), Filter(words="hello", channel="telegram")])
def test_a_long_search_says_how_far_back_it_looked(
    store: Store, monkeypatch: pytest.MonkeyPatch, wanted: Filter
) -> None:
    """A page looks through so many and no more; the next one goes on there, and in the end all is found."""
    monkeypatch.setattr(finding, "LOOKED_AT", 4)
    monkeypatch.setattr(finding, "HITS", 4)
    for number in range(10):
        talk(store, f"c_{number}", number, channel="telegram" if number in {0, 7} else "web")
    first = page(store, wanted)
    assert [item.conversation.id for item in first.found] == ["c_7"]
    assert first.searched_back_to == START + 6 * MINUTE
    assert names(store, wanted) == ["c_7", "c_0"]
    assert page(store, replace(wanted, channel="")).found
