from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.staff import (
    IDLE_FOR,
    SIGNED_IN_FOR,
    Permission,
    Purpose,
    Role,
    Staff,
    StaffSession,
    StaffToken,
    allowed,
)
from tests.fixtures.fakes import START

MAY = {
    Role.VIEWER: "read",
    Role.AGENT: "read reveal step_in",
    Role.MANAGER: "read reveal step_in assign configure audit",
    Role.ADMIN: "read reveal step_in assign configure audit manage_staff",
}
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize("role", Role)
def test_each_role_may_what_is_written_here(role: Role) -> None:
    """The whole table: what the one before may, and something more."""
    assert " ".join(item.value for item in Permission if allowed(role, item)) == MAY[role]


def test_who_is_shut_out_may_nothing() -> None:
    """Whatever their role is."""
    member = Staff("st_1", "ada@example.com", "Ada", Role.ADMIN, START)
    assert all(member.may(item) for item in Permission)
    assert not any(replace(member, disabled_at=START).may(item) for item in Permission)


def test_a_session_holds_until_it_is_idle_or_old() -> None:
    """To the microsecond."""
    session = StaffSession("ss_1", "d", "st_1", START, START, START + SIGNED_IN_FOR, "totp")
    assert session.holds(START + IDLE_FOR - INSTANT)
    assert not session.holds(START + IDLE_FOR)
    busy = replace(session, seen_at=START + SIGNED_IN_FOR - INSTANT)
    assert busy.holds(START + SIGNED_IN_FOR - INSTANT)
    assert not busy.holds(START + SIGNED_IN_FOR)


def test_a_token_holds_while_it_has_time_and_tries() -> None:
    """One that does not expire, such as a recovery code, holds until it is used."""
    token = StaffToken("d", "st_1", Purpose.SECOND_STEP, START + INSTANT, tries_left=1)
    assert token.holds(START)
    assert not token.holds(START + INSTANT)
    assert not replace(token, tries_left=0).holds(START)
    assert StaffToken("d", "st_1", Purpose.RECOVERY).holds(START + timedelta(days=10_000))


def test_a_code_is_asked_for_once_the_authenticator_was_confirmed() -> None:
    """A secret that was only shown locks nobody out."""
    member = Staff("st_1", "ada@example.com", "Ada", Role.ADMIN, START, totp="SECRET")
    assert not member.has_totp
    assert replace(member, totp_confirmed=True).has_totp
    assert not replace(member, totp=None, totp_confirmed=True).has_totp
