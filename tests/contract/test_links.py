from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.identities import LONGEST_LINK, Link
from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)
#: How much later a link must end for those before it to be forgotten.
APART = LONGEST_LINK + timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def link(digest: str = "digest", **fields: Any) -> Link:
    """A link into Telegram."""
    return replace(Link(digest, "telegram", "ada", SOON), **fields)


@pytest.mark.parametrize("made", [link(), link(member_id="p_1", proof_until=LATER)], ids=["plain", "full"])
def test_a_link_comes_back_as_it_was_added_and_once(store: Store, made: Link) -> None:
    """Every field; the second use finds nothing, in the same conversation or another one."""
    with store.begin() as work:
        work.identities.add_link(made)
        assert work.identities.use_link("digest", "telegram", "c_1", START) == made
        assert work.identities.use_link("digest", "telegram", "c_1", START) is None
        work.commit()
    with store.begin() as work:
        assert work.identities.use_link("digest", "telegram", "c_2", START) is None


def test_one_link_does_not_use_up_another(store: Store) -> None:
    """Two of the same customer for the same channel are good once each."""
    with store.begin() as work:
        work.identities.add_link(link("one"))
        work.identities.add_link(link("two"))
        assert work.identities.use_link("one", "telegram", "c_1", START) == link("one")
        assert work.identities.use_link("two", "telegram", "c_1", START) == link("two")


def test_a_link_is_good_until_its_end(store: Store) -> None:
    """At its end it is over; an instant before it is not. Having come too late does not use it up."""
    with store.begin() as work:
        work.identities.add_link(link())
        assert work.identities.use_link("digest", "telegram", "c_1", SOON) is None
        assert work.identities.use_link("digest", "telegram", "c_1", SOON - INSTANT) == link()


def test_a_use_that_was_rolled_back_did_not_happen(store: Store) -> None:
    """A turn that fails leaves the link good for its next try."""
    with store.begin() as work:
        work.identities.add_link(link())
        work.commit()
    with store.begin() as work:
        assert work.identities.use_link("digest", "telegram", "c_1", START) == link()
    with store.begin() as work:
        assert work.identities.use_link("digest", "telegram", "c_1", START) == link()


def test_a_link_lets_one_conversation_in_of_many_at_once(store: Store) -> None:
    """Eight chats open it at the same instant, half of them in the wrong channel: one of the others gets in."""
    with store.begin() as work:
        for number in range(8):
            work.conversations.put(builders.conversation(f"c_{number}"))
        work.identities.add_link(link())
        work.commit()

    def use(number: int) -> Link | None:
        purpose = "slack" if number % 2 else "telegram"
        with store.begin() as work:
            used = work.identities.use_link("digest", purpose, f"c_{number}", START)
            work.commit()
            return used

    assert [used for used in race(8, use) if used is not None] == [link()]


def test_links_long_over_are_forgotten(store: Store) -> None:
    """Adding one deletes those that ended more than a day ago, used or not, and no younger ones.

    What is told apart: no link holds for longer than `LONGEST_LINK`, so that its end says what time it is at
    least.
    """
    with store.begin() as work:
        for digest, end in (("old", SOON - INSTANT), ("used", SOON - INSTANT), ("young", SOON)):
            work.identities.add_link(link(digest, expires_at=end))
        work.identities.use_link("used", "telegram", "c_1", START)
        work.identities.add_link(link("new", expires_at=SOON + APART))
        work.commit()
    with store.begin() as work:
        found = [work.identities.use_link(name, "telegram", "c_1", START) for name in ("old", "young", "new")]
        assert [item and item.token_digest for item in found] == [None, "young", "new"]
        # Nothing of it is left, so that even its digest is free.
        for digest in ("old", "used"):
            work.identities.add_link(link(digest))
            assert work.identities.use_link(digest, "telegram", "c_1", START) == link(digest)


def test_links_are_added_by_many_at_once(store: Store) -> None:
    """Eight of them find the same old ones to delete: none trips over the others, and all are good."""
    with store.begin() as work:
        for number in range(20):
            work.identities.add_link(link(f"old {number}"))
        work.commit()
    new = [link(f"new {number}", expires_at=LATER + APART) for number in range(8)]

    def add(number: int) -> None:
        with store.begin() as work:
            work.identities.add_link(new[number])
            work.commit()

    race(8, add)
    with store.begin() as work:
        used = [work.identities.use_link(item.token_digest, "telegram", "c_1", START) for item in new]
        assert used == new
        gone = [work.identities.use_link(f"old {number}", "telegram", "c_1", START) for number in range(20)]
        assert set(gone) == {None}
