from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.audit import Action
from bot.domain.staff import Role
from bot.services import audit, staff, staff_sessions, staff_sign_in
from bot.services.doors import SignInRefusedError
from bot.services.staff_sessions import Opened
from bot.services.staff_sign_in import Claimed
from tests.unit.services.staffed import Staffed

BEA = Claimed("https://id.example", "248289761001", "bea@example.com", email_verified=True, name="Bea Kraus")


def comes(staffed: Staffed, claimed: Claimed = BEA) -> Opened:
    """Back from the provider."""
    return staff_sign_in.by_provider(staffed.deps, claimed, "Firefox on Linux")


def test_whoever_was_invited_comes_in(staffed: Staffed) -> None:
    """By their address the first time; no password is needed."""
    member = staffed.joins("bea", password=None)
    opened = comes(staffed, replace(BEA, email="Bea@Example.com"))
    found = staff_sessions.find(staffed.deps, opened.token)
    assert found is not None
    assert (found.staff.id, found.session.method, found.staff.role) == (member.id, "oidc", Role.AGENT)


def test_nobody_else_does(staffed: Staffed) -> None:
    """Having an account at the company is not enough; the audit has that somebody tried."""
    with pytest.raises(SignInRefusedError):
        comes(staffed)
    assert [item.subject for item in staffed.audited(Action.SIGN_IN_REFUSED)] == ["provider"]
    assert staff.listed(staffed.deps) == []


@pytest.mark.parametrize(
    "claimed",
    [replace(BEA, email_verified=False), replace(BEA, email=""), replace(BEA, email="bea@example.com\0")],
)
def test_an_address_counts_only_where_it_was_verified(staffed: Staffed, claimed: Claimed) -> None:
    """Where anybody may write any address into their profile, anybody could be the admin."""
    staffed.joins("bea", Role.ADMIN)
    for one in (claimed, replace(claimed, role=Role.ADMIN)):
        with pytest.raises(SignInRefusedError):
            comes(staffed, one)


def test_afterwards_the_account_counts_and_not_the_address(staffed: Staffed) -> None:
    """People marry; and an address that is verified no more says nothing about the account."""
    member = staffed.joins("bea")
    comes(staffed)
    assert comes(staffed, replace(BEA, email="bea.new@example.com")).staff.id == member.id
    assert comes(staffed, replace(BEA, email_verified=False)).staff.id == member.id


def test_an_address_that_was_handed_on_does_not_hand_the_console_on(staffed: Staffed) -> None:
    """Another account with the same address is somebody else; a reset lets the new one in."""
    member = staffed.joins("bea", Role.ADMIN)
    comes(staffed)
    other = replace(BEA, subject="999")
    with pytest.raises(SignInRefusedError):
        comes(staffed, other)
    assert comes(staffed, replace(other, issuer="https://second.example")).staff.id == member.id
    staff.invite_again(staffed.deps, member.id, audit.COMMAND_LINE)
    assert comes(staffed, other).staff.id == member.id
    with pytest.raises(SignInRefusedError):
        comes(staffed)


def test_the_same_subject_elsewhere_is_somebody_else(staffed: Staffed) -> None:
    """Subjects are unique at their issuer only (OpenID Connect Core, 5.7)."""
    staffed.joins("bea")
    comes(staffed)
    with pytest.raises(SignInRefusedError):
        comes(staffed, replace(BEA, issuer="https://evil.example", email="", email_verified=False))


def test_who_is_shut_out_stays_out(staffed: Staffed) -> None:
    """Whatever the provider and its groups say; no account is linked meanwhile."""
    member = staffed.joins("bea")
    staff.disable(staffed.deps, member.id, audit.COMMAND_LINE)
    for claimed in (BEA, replace(BEA, role=Role.ADMIN)):
        with pytest.raises(SignInRefusedError):
            comes(staffed, claimed)
    assert staffed.now(member).role is Role.AGENT
    with staffed.deps.store.begin() as work:
        assert work.staff.account(BEA.issuer, BEA.subject) is None


def test_groups_let_people_in_without_an_invitation(staffed: Staffed) -> None:
    """With the role they give, under the name the provider has; audited as what it is."""
    opened = comes(staffed, replace(BEA, role=Role.MANAGER, name="Bea\nKraus"))
    assert (opened.staff.name, opened.staff.role, opened.staff.email) == (
        "Bea Kraus",
        Role.MANAGER,
        BEA.email,
    )
    (change,) = staffed.audited(Action.STAFF_CHANGED)
    assert dict(change.what) == {"invited": "manager", "by": "groups"}


def test_who_leaves_the_groups_is_out(staffed: Staffed) -> None:
    """At the next sign-in; what is open is closed. With an invitation of their own they may come."""
    opened = comes(staffed, replace(BEA, role=Role.ADMIN))
    with pytest.raises(SignInRefusedError):
        comes(staffed)
    assert staff_sessions.find(staffed.deps, opened.token) is None
    staff.invite_again(staffed.deps, opened.staff.id, audit.COMMAND_LINE)
    assert comes(staffed).staff.id == opened.staff.id


def test_a_new_group_is_a_new_role(staffed: Staffed) -> None:
    """Up or down; what is open with the old one is closed, and the audit has it."""
    staffed.joins("cem", Role.ADMIN)
    member = staffed.joins("bea", Role.ADMIN)
    before = comes(staffed, replace(BEA, role=Role.ADMIN))
    after = comes(staffed, replace(BEA, role=Role.VIEWER))
    assert staffed.now(member).role is Role.VIEWER
    assert staff_sessions.find(staffed.deps, before.token) is None
    assert staff_sessions.find(staffed.deps, after.token) is not None
    assert dict(staffed.audited(Action.STAFF_CHANGED)[0].what) == {"role": "viewer", "by": "groups"}


def test_the_last_admin_stays_one(staffed: Staffed) -> None:
    """Whatever the groups say: they come in as they are, until somebody else manages the staff."""
    member = staffed.joins("bea", Role.ADMIN)
    lesser = replace(BEA, role=Role.MANAGER)
    first = comes(staffed, lesser)
    assert comes(staffed, lesser).staff.role is Role.ADMIN
    assert staff_sessions.find(staffed.deps, first.token) is not None
    gone = staffed.joins("cem", Role.ADMIN)
    staff.disable(staffed.deps, gone.id, audit.COMMAND_LINE)
    assert comes(staffed, lesser).staff.role is Role.ADMIN
    staff.enable(staffed.deps, gone.id, audit.COMMAND_LINE)
    assert comes(staffed, lesser).staff.role is Role.MANAGER
    assert staffed.now(member).role is Role.MANAGER


def test_who_was_invited_keeps_their_role_where_groups_say_nothing(staffed: Staffed) -> None:
    """Groups and invitations go together."""
    member = staffed.joins("bea", Role.MANAGER)
    comes(staffed)
    assert staffed.now(member).role is Role.MANAGER
