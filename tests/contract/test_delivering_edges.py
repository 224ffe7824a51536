"""Deliveries, secrets, roles, members and links, where it matters who was first and what is left over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.customers import Member, Role
from bot.domain.deliveries import Delivery, DeliveryState
from bot.domain.errors import ConflictError
from bot.domain.identities import LONGEST_LINK, Link
from bot.domain.inbox import Event, InboxState
from bot.ports import Store
from tests.contract.conftest import Backend
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)


def dead(seq: int, conversation_id: str = "c_1", state: DeliveryState = DeliveryState.DEAD) -> Delivery:
    """A dead letter."""
    return Delivery(conversation_id, seq, "telegram", START, state=state)


def test_dead_letters_of_one_moment_are_listed_in_order(store: Store) -> None:
    """Those of one answer have one time: sent again, they must go in the order in which they were said."""
    with store.begin() as work:
        for name in ("c_2", "c_1"):
            work.conversations.put(builders.conversation(name))
            for seq in (3, 1, 2):
                work.deliveries.add(dead(seq, name))
        listed = [(item.conversation_id, item.seq) for item in work.deliveries.undelivered()]
    assert listed == [("c_1", 1), ("c_1", 2), ("c_1", 3), ("c_2", 1), ("c_2", 2), ("c_2", 3)]


def test_all_dead_letters_can_be_listed(store: Store) -> None:
    """Two hundred, or as many as there are."""
    with store.begin() as work:
        work.conversations.put(builders.conversation())
        for seq in range(1, 206):
            work.deliveries.add(dead(seq))
        assert len(work.deliveries.undelivered()) == 200
        assert len(work.deliveries.undelivered(None)) == 205


def test_putting_it_gives_the_lease_back(populated: Store) -> None:
    """Whoever asks next gets it when it is due; without an owner it is put whoever has it."""
    waiting = Delivery("c_1", 1, "telegram", START)
    later = Delivery("c_1", 1, "telegram", SOON, tries=1, fault="flood")
    with populated.begin() as work:
        work.deliveries.add(waiting)
        assert list(work.deliveries.lease("one", START, LATER, 10)) == [waiting]
        assert work.deliveries.put(later, "one")
        assert list(work.deliveries.lease("two", START, LATER, 10)) == []
        assert list(work.deliveries.lease("two", SOON, LATER, 10)) == [later]
        assert work.deliveries.put(waiting)
        assert not work.deliveries.put(waiting, "two")
        assert not work.deliveries.extend(waiting, "two", LATER)
        assert list(work.deliveries.lease("three", START, LATER, 10)) == [waiting]


def test_what_is_not_there_is_not_put(populated: Store) -> None:
    """Neither with an owner nor without."""
    with populated.begin() as work:
        for owner in ("one", None):
            assert not work.deliveries.put(dead(9), owner)
        assert work.deliveries.get("c_1", 9) is None


def test_no_more_than_asked_for_is_leased_longest_due_first(store: Store) -> None:
    """A worker with little room takes what has waited longest."""
    with store.begin() as work:
        for number, minutes in enumerate([1, 3, 2]):
            work.conversations.put(builders.conversation(f"c_{number}"))
            run_at = START - timedelta(minutes=minutes)
            work.deliveries.add(Delivery(f"c_{number}", 1, "telegram", run_at))
        taken = [work.deliveries.lease("one", START, SOON, 2) for _ in range(2)]
    assert [[item.conversation_id for item in batch] for batch in taken] == [["c_1", "c_2"], ["c_0"]]


def test_a_row_belongs_to_one_that_is_there(backend: Backend) -> None:
    """No delivery without its conversation, no member without their account."""
    with pytest.raises(backend.missing_parent), backend.store.begin() as work:
        work.deliveries.add(dead(1, "none"))
    with pytest.raises(backend.missing_parent), backend.store.begin() as work:
        work.members.put(Member("p_1", "none", "Bob", "bob@example.com", Role.MEMBER))


def test_taking_a_secret_forgets_what_has_expired(store: Store) -> None:
    """Of all names; what holds, or has no end, stays."""
    with store.begin() as work:
        work.vault.put("old", "1", SOON)
        work.vault.put("young", "2", LATER)
        work.vault.put("lasting", "3")
        assert work.vault.take("another", SOON) is None
        assert work.vault.get("old", START) is None
        assert work.vault.get("young", SOON) == "2"
        assert work.vault.take("lasting", LATER) == "3"
        assert work.vault.get("lasting", START) is None


def test_replacing_a_secret_replaces_its_end(store: Store) -> None:
    """Put without an end it has none any more."""
    with store.begin() as work:
        work.vault.put("token", "1", SOON)
        work.vault.put("token", "2")
        assert work.vault.get("token", LATER) == "2"


def test_an_address_goes_to_one_member_of_many(populated: Store) -> None:
    """Eight who are added at the same instant: one has it, and each other one is told."""

    def add(number: int) -> bool:
        member = Member(f"p_{number}", "ada", "Bob", "bob@example.com", Role.BILLING)
        try:
            with populated.begin() as work:
                work.members.put(member)
                work.commit()
        except ConflictError:
            return False
        return True

    assert sorted(race(8, add)) == [False] * 7 + [True]
    with populated.begin() as work:
        assert len(work.members.of_customer("ada")) == 1


@pytest.mark.parametrize("role", list(Role))
def test_every_role_comes_back(populated: Store, role: Role) -> None:
    """As it was put."""
    with populated.begin() as work:
        work.members.put(Member("p_1", "ada", "Bob", "bob@example.com", role))
        found = work.members.get("p_1")
    assert found is not None
    assert found.role is role


def test_old_links_are_forgotten(populated: Store) -> None:
    """Those that ended a day ago, used or not, when the next one is made; none that could still be used."""
    with populated.begin() as work:
        for digest, minutes in (("used", 1), ("unused", 1), ("young", 2)):
            work.identities.add_link(Link(digest, "telegram", "ada", START + timedelta(minutes=minutes)))
        assert work.identities.use_link("used", "telegram", "c_1", START) is not None
        work.identities.add_link(Link("new", "telegram", "ada", SOON + LONGEST_LINK))
        use = work.identities.use_link
        # Asked with a time at which all of them were good: what is not found is not there.
        assert [
            use(digest, "telegram", "c_1", START) is not None for digest in ("unused", "young", "new")
        ] == [
            False,
            True,
            True,
        ]


def test_what_kind_of_event_it_was_stays(populated: Store) -> None:
    """When it is answered its text goes, a token or a number; that it was one stays."""
    entry = builders.entry(event=Event.LINK, text="token")
    answered = builders.entry(event=Event.LINK, text=None, state=InboxState.ANSWERED)
    with populated.begin() as work:
        work.inbox.add(entry)
        work.inbox.put(builders.entry(event=Event.LINK, text="token", state=InboxState.ANSWERED))
        assert work.inbox.get("m_1") == answered
        assert work.inbox.find("c_1", "client m_1") == answered
