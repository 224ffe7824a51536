from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.customers import Member, Role
from bot.domain.errors import ConflictError
from bot.domain.identities import CodeChallenge, Link, Proof, ProofSource
from bot.domain.inbox import Event
from bot.ports import Store
from tests.contract.racing import race
from tests.fixtures import builders
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)


def member(ref: str = "p_1", **fields: Any) -> Member:
    """Somebody of ada's account."""
    return replace(Member(ref, "ada", "Bob", f"{ref}@example.com", Role.MEMBER), **fields)


def link(digest: str = "digest", **fields: Any) -> Link:
    """A link into Telegram."""
    return replace(Link(digest, "telegram", "ada", SOON), **fields)


def test_members_are_found_by_what_they_are_known_by(populated: Store) -> None:
    """By id, address and number, and all of an account by their addresses."""
    one, two = member("p_2", phone="+4930123456"), member(role=Role.BILLING)
    with populated.begin() as work:
        work.members.put(one)
        work.members.put(two)
        assert work.members.get("p_1") == two
        assert work.members.by_email("p_2@example.com") == one
        assert work.members.by_email("nobody@example.com") is None
        assert list(work.members.by_phone("+4930123456")) == [one]
        assert list(work.members.of_customer("ada")) == [two, one]
        work.members.remove("p_2")
        assert work.members.get("p_2") is None


def test_an_address_is_one_members(populated: Store) -> None:
    """A code sent there must tell who is asking; the same member may change everything else."""
    with populated.begin() as work:
        work.members.put(member())
        work.members.put(member(name="Robert", role=Role.BILLING))
        assert work.members.get("p_1") == member(name="Robert", role=Role.BILLING)
        with pytest.raises(ConflictError):
            work.members.put(member("p_2", email="p_1@example.com"))


def test_a_number_of_two_is_found_twice(populated: Store) -> None:
    """So that nobody is taken for the other one."""
    with populated.begin() as work:
        for number in range(3):
            work.members.put(member(f"p_{number}", phone="+4930123456"))
            work.customers.put(builders.customer(f"x{number}", phone="+4930123456"))
        assert len(work.members.by_phone("+4930123456")) == 2
        assert len(work.customers.by_phone("+4930123456")) == 2
        assert work.customers.by_phone("+4930000000") == []


def test_a_link_is_used_once(populated: Store) -> None:
    """Also by many at the same instant."""
    with populated.begin() as work:
        work.identities.add_link(link(member_id="p_1", proof_until=LATER))
        work.commit()

    def use(_: int) -> Link | None:
        with populated.begin() as work:
            used = work.identities.use_link("digest", "telegram", "c_1", START)
            work.commit()
        return used

    found = [used for used in race(6, use) if used is not None]
    assert found == [link(member_id="p_1", proof_until=LATER)]


def test_a_link_is_good_in_time_and_for_its_purpose(populated: Store) -> None:
    """Elsewhere, later or made up it is none; and asking for something else does not use it up."""
    with populated.begin() as work:
        work.identities.add_link(link())
        assert work.identities.use_link("digest", "slack", "c_1", START) is None
        assert work.identities.use_link("digest", "telegram", "c_1", SOON) is None
        assert work.identities.use_link("other", "telegram", "c_1", START) is None
        assert work.identities.use_link("digest", "telegram", "c_1", START) == link()


def test_live_proofs_of_a_customer(populated: Store) -> None:
    """In all conversations, the newest first, with whose they are; none that has ended, none of others."""
    made = [
        Proof("c_1", "ada", ProofSource.LINK, START, LATER),
        Proof("c_2", "ada", ProofSource.CONTACT, SOON, LATER, "p_1"),
        Proof("c_3", "ada", ProofSource.EMAIL_CODE, START, START),
        Proof("c_4", "bob", ProofSource.WEB_TOKEN, START, LATER),
    ]
    with populated.begin() as work:
        for proof in made:
            work.conversations.put(builders.conversation(proof.conversation_id))
            work.identities.put_proof(proof)
        assert list(work.identities.proofs_of("ada", START)) == [made[1], made[0]]


def test_what_a_code_is_for_is_kept(populated: Store) -> None:
    """Whose it is, and what goes on after it."""
    challenge = CodeChallenge("c_1", None, "ada", "hash", START, SOON, member_id="p_1", purpose="delete_data")
    with populated.begin() as work:
        work.identities.put_challenge(challenge)
        assert work.identities.challenge("c_1") == challenge


def test_whose_conversations(populated: Store) -> None:
    """Who proved it last; the one with the newest message first. Changing one leaves that as it is."""
    with populated.begin() as work:
        for number, at in ((2, SOON), (3, LATER)):
            work.conversations.put(builders.conversation(f"c_{number}", last_message_at=at))
            work.conversations.belongs_to(f"c_{number}", "ada")
        changed = builders.conversation("c_2", last_message_at=SOON, purpose="delete_data", logged_out=True)
        work.conversations.put(changed)
        assert [item.id for item in work.conversations.of_customer("ada")] == ["c_3", "c_2"]
        assert [item.id for item in work.conversations.of_customer("ada", 1)] == ["c_3"]
        assert work.conversations.get("c_2") == changed
        assert [work.conversations.customer_of(f"c_{number}") for number in (1, 2, 9)] == [None, "ada", None]


def test_an_event_is_kept_with_its_message(populated: Store) -> None:
    """A contact is one again after a restart."""
    entry = builders.entry(event=Event.CONTACT, text="+4930123456")
    with populated.begin() as work:
        assert work.inbox.add(entry)
        assert work.inbox.get("m_1") == entry
