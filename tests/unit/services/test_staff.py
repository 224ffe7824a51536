from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.audit import Action
from bot.domain.errors import ConflictError, FairwellError, NotFoundError
from bot.domain.staff import INVITED_FOR, Purpose, Role
from bot.services import audit, staff, staff_sessions, staff_totp
from bot.services.doors import SignInRefusedError, WeakPasswordError
from tests.unit.services.staffed import PASSWORD, Staffed

CLI = audit.COMMAND_LINE


def test_whoever_is_invited_chooses_a_password(staffed: Staffed) -> None:
    """By the link's token, which is kept as a digest; then they can sign in."""
    made = staff.invite(staffed.deps, " Bea@Example.com ", "Bea Kraus", Role.AGENT, CLI)
    assert staff.invited(staffed.deps, made.token).email == "bea@example.com"
    member = staff.accept(staffed.doors, made.token, PASSWORD)
    assert (member.name, member.role, member.has_totp) == ("Bea Kraus", Role.AGENT, False)
    assert staffed.signs_in(member).staff.id == member.id
    with staffed.deps.store.begin() as work:
        assert work.staff.token(made.token, Purpose.INVITATION) is None


def test_an_invitation_opens_once(staffed: Staffed) -> None:
    """Whoever finds the mail later finds nothing."""
    made = staff.invite(staffed.deps, "bea@example.com", "", Role.AGENT, CLI)
    staff.accept(staffed.doors, made.token, PASSWORD)
    with pytest.raises(SignInRefusedError):
        staff.invited(staffed.deps, made.token)
    with pytest.raises(SignInRefusedError):
        staff.accept(staffed.doors, made.token, "another good password")


def test_an_invitation_is_over_after_three_days(staffed: Staffed) -> None:
    """To the second."""
    made = staff.invite(staffed.deps, "bea@example.com", "", Role.AGENT, CLI)
    assert made.expires_at == staffed.clock.now() + timedelta(hours=72)
    staffed.clock.time += INVITED_FOR
    with pytest.raises(SignInRefusedError):
        staff.accept(staffed.doors, made.token, PASSWORD)


@pytest.mark.parametrize("password", ["weak", "bea@example.com", "Kraus", "fairwell"])
def test_a_weak_password_is_refused_and_the_invitation_stays(staffed: Staffed, password: str) -> None:
    """What belongs to its owner or to the company is weak, too."""
    made = staff.invite(staffed.deps, "bea@example.com", "Bea Kraus", Role.AGENT, CLI)
    with pytest.raises(WeakPasswordError):
        staff.accept(staffed.doors, made.token, password)
    assert staff.accept(staffed.doors, made.token, PASSWORD).password_hash is not None


def test_nobody_is_there_twice(staffed: Staffed) -> None:
    """However the address is written."""
    staffed.joins("bea")
    with pytest.raises(ConflictError):
        staff.invite(staffed.deps, "BEA@example.com", "", Role.ADMIN, CLI)
    with pytest.raises(FairwellError, match="not an e-mail address"):
        staff.invite(staffed.deps, "bea", "", Role.ADMIN, CLI)


def test_names_are_one_short_line(staffed: Staffed) -> None:
    """They stand in lists and in the audit; without one, people are called by their address."""
    odd = staff.invite(
        staffed.deps, "a@example.com", " Bea\r\nSet-Cookie:\u202e x" + "y" * 99, Role.AGENT, CLI
    )
    assert odd.staff.name.startswith("Bea Set-Cookie: xy")
    assert len(odd.staff.name) == staff.LONGEST_NAME
    assert staff.invite(staffed.deps, "b@example.com", " \n", Role.AGENT, CLI).staff.name == "b@example.com"


def test_a_role_counts_from_the_next_sign_in(staffed: Staffed) -> None:
    """What was open with the old role is closed."""
    member = staffed.joins("bea", Role.MANAGER)
    opened = staffed.signs_in(member)
    staff.change_role(staffed.deps, member.id, Role.VIEWER, CLI)
    assert staff_sessions.find(staffed.deps, opened.token) is None
    assert staffed.signs_in(member).staff.role is Role.VIEWER


def test_who_is_shut_out_is_out_at_once(staffed: Staffed) -> None:
    """Sessions, sign-in and second steps under way; and back when they are let in again."""
    member = staffed.joins("bea")
    opened = staffed.signs_in(member)
    staff.disable(staffed.deps, member.id, CLI)
    assert staff_sessions.find(staffed.deps, opened.token) is None
    with pytest.raises(SignInRefusedError):
        staffed.tries(member)
    staff.enable(staffed.deps, member.id, CLI)
    assert staff_sessions.find(staffed.deps, opened.token) is None
    assert staffed.signs_in(member).staff.id == member.id


def test_who_was_shut_out_before_accepting_can_not_accept(staffed: Staffed) -> None:
    """An invitation is no way round."""
    made = staff.invite(staffed.deps, "bea@example.com", "", Role.AGENT, CLI)
    staff.disable(staffed.deps, made.staff.id, CLI)
    with pytest.raises(SignInRefusedError):
        staff.accept(staffed.doors, made.token, PASSWORD)


def test_somebody_always_manages_the_staff(staffed: Staffed) -> None:
    """The last admin can be neither shut out nor made anything else, not even on the command line."""
    first, second = staffed.joins("bea", Role.ADMIN), staffed.joins("cem", Role.ADMIN)
    staff.disable(staffed.deps, second.id, first.id)
    with pytest.raises(ConflictError, match="somebody has to remain"):
        staff.disable(staffed.deps, first.id, CLI)
    with pytest.raises(ConflictError, match="somebody has to remain"):
        staff.change_role(staffed.deps, first.id, Role.MANAGER, CLI)
    assert staffed.now(first) == first


def test_nobody_does_it_to_themselves(staffed: Staffed) -> None:
    """A slip of the finger, or a stolen browser that makes itself harmless to find."""
    one, _ = staffed.joins("bea", Role.ADMIN), staffed.joins("cem", Role.ADMIN)
    with pytest.raises(ConflictError, match="somebody else"):
        staff.disable(staffed.deps, one.id, one.id)
    with pytest.raises(ConflictError, match="somebody else"):
        staff.change_role(staffed.deps, one.id, Role.VIEWER, one.id)


def test_without_any_admin_the_command_line_goes_on_working(staffed: Staffed) -> None:
    """A company may add its agents first."""
    member = staffed.joins("bea", Role.VIEWER)
    assert staff.change_role(staffed.deps, member.id, Role.AGENT, CLI).role is Role.AGENT
    assert staff.disable(staffed.deps, member.id, CLI).disabled_at is not None


def test_a_reset_leaves_nothing_that_opens(staffed: Staffed) -> None:
    """Password, authenticator, recovery codes, sessions, second steps and the link before: all are gone."""
    member = staffed.joins("bea", Role.ADMIN)
    opened = staffed.signs_in(member)
    codes = staffed.enrols(member)
    halfway = staffed.asked_for_code(member)
    made = staff.invite_again(staffed.deps, member.id, CLI)
    assert staff_sessions.find(staffed.deps, opened.token) is None
    with pytest.raises(SignInRefusedError):
        staffed.tries(member)
    member = staff.accept(staffed.doors, made.token, "another good password")
    assert not member.has_totp
    staffed.enrols(member)
    asked = staffed.tries(member, "another good password")
    assert not isinstance(asked, type(opened))
    for token, code in ((halfway, codes[0]), (asked.token, codes[0])):
        with pytest.raises(SignInRefusedError):
            staffed.second(token, code)


def test_a_new_link_ends_the_one_before(staffed: Staffed) -> None:
    """One that went to the wrong address is taken back by making another."""
    made = staff.invite(staffed.deps, "bea@example.com", "", Role.AGENT, CLI)
    again = staff.invite_again(staffed.deps, made.staff.id, CLI)
    with pytest.raises(SignInRefusedError):
        staff.invited(staffed.deps, made.token)
    assert staff.invited(staffed.deps, again.token).id == made.staff.id


def test_every_change_is_audited(staffed: Staffed) -> None:
    """Who did it to whom, and what; never a token or a password."""
    admin = staffed.joins("cem", Role.ADMIN)
    made = staff.invite(staffed.deps, "bea@example.com", "", Role.AGENT, admin.id)
    staff.accept(staffed.doors, made.token, PASSWORD)
    staff.change_role(staffed.deps, made.staff.id, Role.VIEWER, admin.id)
    staff.disable(staffed.deps, made.staff.id, admin.id)
    staff.enable(staffed.deps, made.staff.id, CLI)
    staff.invite_again(staffed.deps, made.staff.id, admin.id)
    changes = [(item.who, dict(item.what)) for item in reversed(staffed.audited(Action.STAFF_CHANGED))]
    assert changes[1:] == [
        (admin.id, {"invited": "agent"}), (admin.id, {"role": "viewer"}), (admin.id, {"disabled": "yes"}),
        (CLI, {"disabled": "no"}), (admin.id, {"invited": "again"}),
    ]  # fmt: skip
    everything = repr(audit.listed(staffed.deps))
    assert PASSWORD not in everything
    assert made.token not in everything


def test_people_are_found_by_address_and_listed_by_name(staffed: Staffed) -> None:
    """As the command line needs it."""
    second, first = staffed.joins("cem"), staffed.joins("bea")
    assert [item.id for item in staff.listed(staffed.deps)] == [first.id, second.id]
    assert staff.by_email(staffed.deps, "Cem@Example.com").id == second.id
    with pytest.raises(NotFoundError):
        staff.by_email(staffed.deps, "x@example.com")
    with pytest.raises(NotFoundError):
        staff.get(staffed.deps, "x")
    with pytest.raises(NotFoundError):
        staff.disable(staffed.deps, "x", CLI)
    with pytest.raises(SignInRefusedError):
        staff_totp.begin(staffed.doors, "x", "")
