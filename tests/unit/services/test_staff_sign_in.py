from __future__ import annotations

import pytest

from bot.domain.audit import Action
from bot.domain.staff import CODE_TRIES, SECOND_STEP_WITHIN, Role
from bot.services import audit, staff, staff_sessions, staff_totp
from bot.services.doors import SignInRefusedError
from bot.services.staff_sign_in import Caller
from bot.services.staff_tries import CODES
from tests.unit.services.staffed import AWAY, HOME, PASSWORD, Staffed


def test_a_password_opens_a_session(staffed: Staffed) -> None:
    """For who has no authenticator; the address may be written as people write it."""
    member = staffed.joins("bea")
    opened = staffed.tries(" Bea@Example.com")
    assert isinstance(opened, staff_sessions.Opened)
    found = staff_sessions.find(staffed.deps, opened.token)
    assert found is not None
    assert (found.staff.id, found.session.method, found.session.browser) == (
        member.id,
        "password",
        HOME.browser,
    )


def test_all_refusals_are_alike(staffed: Staffed) -> None:
    """Wrong, unknown, shut out, not there yet, no address at all: the same words after the same slow work."""
    out = staffed.joins("cem")
    staffed.joins("bea")
    staff.disable(staffed.deps, out.id, audit.COMMAND_LINE)
    staffed.joins("dana", password=None)
    odd = ("", "no address", "x\0@example.com", "x" * 5000 + "@example.com")
    for email in ("bea@example.com", "nobody@example.com", out.email, "dana@example.com", *odd):
        staffed.passwords.verified.clear()
        with pytest.raises(SignInRefusedError, match="address and password do not belong together"):
            staffed.tries(email, PASSWORD if email == out.email else "wrong")
        assert len(staffed.passwords.verified) == 1


def test_a_password_made_with_weaker_parameters_is_hashed_anew(staffed: Staffed) -> None:
    """The only moment at which it is known."""
    member = staffed.joins("bea")
    staffed.passwords.parameters = "p2"
    staffed.signs_in(member)
    assert staffed.now(member).password_hash == f"p2:{PASSWORD}"
    assert staffed.signs_in(member).staff.id == member.id


def test_who_is_shut_out_while_the_password_is_checked_stays_out(
    staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is decided by what was read before the slow work, and nothing is written back from it."""
    member, verify = staffed.joins("bea"), staffed.passwords.verify

    def slowly(password_hash: str | None, password: str) -> bool:
        staff.disable(staffed.deps, member.id, audit.COMMAND_LINE)
        return verify(password_hash, password)

    staffed.passwords.parameters = "p2"
    monkeypatch.setattr(staffed.passwords, "verify", slowly)
    with pytest.raises(SignInRefusedError):
        staffed.tries(member)
    assert staffed.now(member).disabled_at is not None


def test_with_an_authenticator_a_code_is_asked_for(staffed: Staffed) -> None:
    """And the session says so."""
    member = staffed.joins("bea")
    staffed.enrols(member)
    opened = staffed.second(staffed.asked_for_code(member), staffed.code(member))
    found = staff_sessions.find(staffed.deps, opened.token)
    assert found is not None
    assert found.session.method == "totp"


def test_a_code_is_taken_once(staffed: Staffed) -> None:
    """Whoever reads it over a shoulder comes too late; so does the one before it."""
    member = staffed.joins("bea")
    staffed.enrols(member)
    code, earlier = staffed.code(member), staffed.code(member, -1)
    staffed.second(staffed.asked_for_code(member), code)
    for used in (code, earlier):
        with pytest.raises(SignInRefusedError, match="this is not the code"):
            staffed.second(staffed.asked_for_code(member), used)
    assert staffed.second(staffed.asked_for_code(member), staffed.code(member, 1)).staff.id == member.id


def test_a_second_step_is_taken_once_and_in_time(staffed: Staffed) -> None:
    """Within ten minutes, and not again afterwards."""
    member = staffed.joins("bea")
    staffed.enrols(member)
    token = staffed.asked_for_code(member)
    staffed.second(token, staffed.code(member))
    staffed.clock.advance(seconds=30)
    with pytest.raises(SignInRefusedError, match="too long"):
        staffed.second(token, staffed.code(member))
    token = staffed.asked_for_code(member)
    staffed.clock.time += SECOND_STEP_WITHIN
    with pytest.raises(SignInRefusedError, match="too long"):
        staffed.second(token, staffed.code(member))
    with pytest.raises(SignInRefusedError, match="too long"):
        staffed.second("made up", staffed.code(member))


def test_wrong_codes_end_the_second_step(staffed: Staffed) -> None:
    """Five; then the right one does not help, and one begins again."""
    member = staffed.joins("bea")
    staffed.enrols(member)
    token = staffed.asked_for_code(member)
    for wrong in ["", "abc", "00000", "0000000", "no"][:CODE_TRIES]:
        with pytest.raises(SignInRefusedError, match="this is not the code"):
            staffed.second(token, wrong)
    with pytest.raises(SignInRefusedError, match="too many tries"):
        staffed.second(token, staffed.code(member))
    assert staffed.second(staffed.asked_for_code(member), staffed.code(member)).staff.id == member.id


def test_somebody_elses_second_step_takes_ones_own_code_only(staffed: Staffed) -> None:
    """Neither the code nor the recovery codes of a colleague."""
    bea, cem = staffed.joins("bea"), staffed.joins("cem")
    staffed.enrols(bea)
    codes = staffed.enrols(cem)
    for code in (staffed.code(cem), codes[0]):
        with pytest.raises(SignInRefusedError, match="this is not the code"):
            staffed.second(staffed.asked_for_code(bea), code)


def guesses(staffed: Staffed, email: str, count: int, far: int = 0) -> None:
    """Wrong codes by somebody with the password, each five from another network."""
    member = staff.by_email(staffed.deps, email)
    for number in range(0, count, CODE_TRIES):
        there = Caller(f"198.51.100.{far + number}")
        token = staffed.asked_for_code(member, there)
        for _ in range(min(CODE_TRIES, count - number)):
            with pytest.raises(SignInRefusedError, match="this is not the code"):
                staffed.second(token, "wrong", there)


def test_codes_can_not_be_guessed_from_many_networks(staffed: Staffed) -> None:
    """Whoever has the password has twenty tries a day, whatever networks; a known browser is not touched."""
    member = staffed.joins("bea")
    staffed.enrols(member)
    guesses(staffed, member.email, CODES.most)
    token = staffed.asked_for_code(member, AWAY)
    with pytest.raises(SignInRefusedError, match="too many tries"):
        staffed.second(token, staffed.code(member), AWAY)
    own = staffed.device_of(member)
    assert (
        staffed.second(staffed.asked_for_code(member, own), staffed.code(member), own).staff.id == member.id
    )
    staffed.clock.time += CODES.within
    token = staffed.asked_for_code(member, AWAY)
    assert staffed.second(token, staffed.code(member), AWAY).staff.id == member.id


def test_right_codes_do_not_count(staffed: Staffed) -> None:
    """Somebody who signs in thirty times a day is no guesser; nor do they give a guesser new tries."""
    member = staffed.joins("bea")
    staffed.enrols(member)
    guesses(staffed, member.email, CODES.most - 1)
    for _ in range(30):
        staffed.clock.advance(seconds=30)
        staffed.second(staffed.asked_for_code(member, AWAY), staffed.code(member), AWAY)
    guesses(staffed, member.email, 1, far=100)
    with pytest.raises(SignInRefusedError, match="too many tries"):
        staffed.second(staffed.asked_for_code(member, AWAY), staffed.code(member), AWAY)


def test_refusals_and_sign_ins_are_audited(staffed: Staffed) -> None:
    """Whose account it was, never what was typed."""
    member = staffed.joins("bea", Role.VIEWER)
    staffed.enrols(member)
    with pytest.raises(SignInRefusedError):
        staffed.tries(member, "a secret typing error")
    with pytest.raises(SignInRefusedError):
        staffed.tries("nobody@example.com", "wrong")
    with pytest.raises(SignInRefusedError):
        staffed.second(staffed.asked_for_code(member), "987654")
    staffed.second(staffed.asked_for_code(member), staffed.code(member))
    refused = staffed.audited(Action.SIGN_IN_REFUSED)
    assert [(item.who, item.subject) for item in refused] == [
        (member.id, "code"), ("nobody", "password"), (member.id, "password"),
    ]  # fmt: skip
    (entered,) = staffed.audited(Action.SIGNED_IN)
    assert (entered.who, dict(entered.what)) == (member.id, {"by": "totp"})
    everything = repr(audit.listed(staffed.deps))
    assert not any(word in everything for word in ("typing error", "987654", "nobody@example.com"))


def test_the_authenticator_is_set_up_before_a_code_counts(staffed: Staffed) -> None:
    """A secret that nobody has confirmed neither asks for a code nor takes one."""
    member = staffed.joins("bea")
    staffed.secrets[member.id] = staff_totp.begin(staffed.doors, member.id, "").secret
    assert staffed.signs_in(member).staff.id == member.id
