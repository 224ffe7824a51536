"""Links beside one another and over time; what one link is good for stands in test_members_and_links."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.identities import LONGEST_LINK, Link
from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
INSTANT = timedelta(microseconds=1)


def link(digest: str, **fields: Any) -> Link:
    """A link into Telegram."""
    return replace(Link(digest, "telegram", "ada", SOON), **fields)


def opened(store: Store, *digests: str) -> list[str]:
    """Opens each of them, in time; says which were good."""
    with store.begin() as work:
        used = [work.identities.use_link(digest, "telegram", "c_1", START) for digest in digests]
        work.commit()
    return [item.token_digest for item in used if item is not None]


def test_one_link_does_not_use_up_another(store: Store) -> None:
    """Two of the same customer for the same channel are good once each, in whichever conversation."""
    with store.begin() as work:
        work.identities.add_link(link("one"))
        work.identities.add_link(link("two"))
        assert work.identities.use_link("one", "telegram", "c_1", START) == link("one")
        assert work.identities.use_link("one", "telegram", "c_2", START) is None
        work.commit()
    assert opened(store, "one", "two") == ["two"]


def test_a_use_that_was_rolled_back_did_not_happen(store: Store) -> None:
    """A turn that fails leaves the link good for its next try."""
    with store.begin() as work:
        work.identities.add_link(link("one"))
        work.commit()
    with store.begin() as work:
        assert work.identities.use_link("one", "telegram", "c_1", START) == link("one")
    assert opened(store, "one") == ["one"]


def test_links_that_are_long_over_are_forgotten(store: Store) -> None:
    """Adding one deletes, used or not, what had ended before it was made; nothing that may still be good.

    No link is made for longer than `LONGEST_LINK`, so the new one says by its end when that was.
    """
    with store.begin() as work:
        for digest, end in (("old", SOON), ("used", SOON), ("young", SOON + INSTANT)):
            work.identities.add_link(link(digest, expires_at=end))
        work.commit()
    assert opened(store, "used") == ["used"]
    with store.begin() as work:
        work.identities.add_link(link("new", expires_at=SOON + LONGEST_LINK))
        work.commit()
    assert opened(store, "old", "young", "new") == ["young", "new"]
    with store.begin() as work:
        for digest in ("old", "used"):  # nothing of them is left: even their digests are free
            work.identities.add_link(link(digest))
        work.commit()
    assert opened(store, "old", "used") == ["old", "used"]


def test_links_are_added_by_many_at_once(store: Store) -> None:
    """Eight of them find the same old ones to delete: none trips over the others, and all are good."""
    old = [f"old {number}" for number in range(20)]
    new = [f"new {number}" for number in range(8)]
    with store.begin() as work:
        for digest in old:
            work.identities.add_link(link(digest))
        work.commit()

    def add(number: int) -> None:
        with store.begin() as work:
            work.identities.add_link(link(new[number], expires_at=SOON + LONGEST_LINK))
            work.commit()

    race(8, add)
    assert opened(store, *old, *new) == new
