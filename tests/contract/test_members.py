"""Whose an address is, in which account; how members are found stands in test_members_and_links."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.customers import Member, Role
from bot.domain.errors import ConflictError
from bot.ports import Store
from tests.contract.conftest import Backend
from tests.contract.racing import race
from tests.fixtures import builders

PHONE = "+4930123456"


def member(ref: str = "p_1", **fields: Any) -> Member:
    """Somebody of ada's account."""
    return replace(Member(ref, "ada", "Bob", f"{ref}@example.com", Role.MEMBER), **fields)


def test_a_member_belongs_to_an_account_that_is_there(backend: Backend) -> None:
    """Nobody is a member of nothing."""
    with backend.store.begin() as work, pytest.raises(backend.missing_parent):
        work.members.put(member())


def test_what_a_member_was_given_can_be_taken_away(populated: Store) -> None:
    """A number that is theirs no more finds nobody; nor does a right stay."""
    with populated.begin() as work:
        work.members.put(member(role=Role.BILLING, phone=PHONE))
        work.members.put(member())
        assert work.members.get("p_1") == member()
        assert list(work.members.by_phone(PHONE)) == []


def test_an_address_moves_with_its_member(populated: Store) -> None:
    """Changed or removed, the old address is free for somebody else; until then it is refused."""
    with populated.begin() as work:
        work.members.put(member())
        work.members.put(member("p_2"))
        with pytest.raises(ConflictError):
            work.members.put(member("p_2", email="p_1@example.com"))
        assert work.members.get("p_2") == member("p_2")
        work.members.put(member(email="new@example.com"))
        assert work.members.by_email("p_1@example.com") is None
        work.members.put(member("p_2", email="p_1@example.com"))
        work.members.remove("p_2")
        work.members.remove("p_2")
        work.members.put(member("p_3", email="p_1@example.com"))
        found = work.members.by_email("p_1@example.com")
        assert found is not None
        assert found.id == "p_3"


def test_an_address_is_one_members_in_all_accounts(populated: Store) -> None:
    """A code that is sent there must say for which account it is."""
    with populated.begin() as work:
        work.customers.put(builders.customer("bob"))
        work.members.put(member())
        with pytest.raises(ConflictError):
            work.members.put(member("p_2", customer_ref="bob", email="p_1@example.com"))
        assert list(work.members.of_customer("bob")) == []


def test_an_address_is_one_members_of_many_at_once(populated: Store) -> None:
    """Eight members with one address at the same instant: one is stored, and the others are told."""

    def put(number: int) -> bool:
        with populated.begin() as work:
            try:
                work.members.put(member(f"p_{number}", email="same@example.com"))
            except ConflictError:
                return False
            work.commit()
            return True

    assert sum(race(8, put)) == 1
    with populated.begin() as work:
        assert len(work.members.of_customer("ada")) == 1


def test_members_are_listed_by_address(populated: Store) -> None:
    """Those of this account only, whatever the order they came in."""
    with populated.begin() as work:
        work.customers.put(builders.customer("bob"))
        for ref, account, email in (
            ("p_1", "ada", "c@x.com"),
            ("p_2", "bob", "b@x.com"),
            ("p_3", "ada", "a@x.com"),
        ):
            work.members.put(member(ref, customer_ref=account, email=email))
        assert [item.id for item in work.members.of_customer("ada")] == ["p_3", "p_1"]
        assert list(work.members.of_customer("nobody")) == []


def test_customers_are_found_by_their_number(populated: Store) -> None:
    """It comes back with the customer, one that lost it is not found any more, and two suffice to doubt."""
    with populated.begin() as work:
        work.customers.put(builders.customer("ada", phone=PHONE))
        assert work.customers.get("ada") == builders.customer("ada", phone=PHONE)
        assert list(work.customers.by_phone(PHONE)) == [builders.customer("ada", phone=PHONE)]
        assert list(work.customers.by_phone("+493012345")) == []
        for ref in ("cid", "bob"):
            work.customers.put(builders.customer(ref, phone=PHONE))
        assert len(work.customers.by_phone(PHONE)) == 2
        for ref in ("ada", "bob", "cid"):
            work.customers.put(builders.customer(ref))
        assert list(work.customers.by_phone(PHONE)) == []
