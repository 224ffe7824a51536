from __future__ import annotations

import pytest

from bot.domain.audit import Action
from bot.domain.staff import RECOVERY_CODES
from bot.services import staff_sessions, staff_totp
from bot.services.doors import SignInRefusedError, TooManyTriesError, WeakPasswordError
from bot.services.staff_sessions import SignedIn
from bot.services.staff_sign_in import Challenge
from bot.services.staff_tries import TRIES
from tests.unit.services.staffed import AWAY, PASSWORD, Staffed

NEW = "eleven umbrellas in a lighthouse"


def here(staffed: Staffed, token: str) -> SignedIn:
    """The session that lives."""
    found = staff_sessions.find(staffed.deps, token)
    assert found is not None
    return found


def test_the_secret_is_the_same_until_it_is_confirmed(staffed: Staffed) -> None:
    """Opening the page twice does not break what was scanned; the address names company and person."""
    member = staffed.joins("bea")
    first = staff_totp.begin(staffed.doors, member.id, "ss_1")
    assert staff_totp.begin(staffed.doors, member.id, "ss_1") == first
    assert first.uri.startswith("otpauth://totp/")
    assert "bea%40example.com" in first.uri
    assert f"secret={first.secret}" in first.uri


def test_nobody_has_seen_the_secret_of_another_browser(staffed: Staffed) -> None:
    """Whoever knew the password and looked before has no codes afterwards: the second factor is one."""
    member = staffed.joins("bea")
    seen = staff_totp.begin(staffed.doors, member.id, "ss_thief").secret
    staffed.enrols(member, "ss_mine")
    assert staffed.secrets[member.id] != seen
    assert staffed.now(member).totp == staffed.secrets[member.id]
    staff_totp.remove(staffed.doors, member.id, PASSWORD)
    before = staffed.secrets[member.id]
    staffed.enrols(member, "ss_mine")
    assert staffed.secrets[member.id] != before


def test_the_first_code_turns_it_on(staffed: Staffed) -> None:
    """A wrong one does not; all other browsers, which were without it, are signed out."""
    member = staffed.joins("bea")
    mine, other = staffed.signs_in(member), staffed.signs_in(member, AWAY)
    session = here(staffed, mine.token).session.id
    staffed.secrets[member.id] = staff_totp.begin(staffed.doors, member.id, session).secret
    with pytest.raises(SignInRefusedError):
        staff_totp.confirm(staffed.doors, member.id, "000000", session)
    assert not staffed.now(member).has_totp
    codes = staff_totp.confirm(staffed.doors, member.id, staffed.code(member), session)
    assert len(set(codes)) == RECOVERY_CODES
    assert staffed.now(member).has_totp
    assert here(staffed, mine.token).session.id == session
    assert staff_sessions.find(staffed.deps, other.token) is None


def test_the_code_it_was_confirmed_with_signs_nobody_in(staffed: Staffed) -> None:
    """It was used."""
    member = staffed.joins("bea")
    staffed.secrets[member.id] = staff_totp.begin(staffed.doors, member.id, "").secret
    code = staffed.code(member)
    staff_totp.confirm(staffed.doors, member.id, code, "")
    with pytest.raises(SignInRefusedError, match="this is not the code"):
        staffed.second(staffed.asked_for_code(member), code)


def test_one_in_use_is_not_shown_again_or_replaced(staffed: Staffed) -> None:
    """Whoever finds an open browser learns nothing, and gets no new recovery codes."""
    member = staffed.joins("bea")
    staffed.enrols(member)
    with pytest.raises(SignInRefusedError):
        staff_totp.begin(staffed.doors, member.id, "")
    with pytest.raises(SignInRefusedError):
        staff_totp.confirm(staffed.doors, member.id, staffed.code(member), "")


def test_each_recovery_code_opens_once(staffed: Staffed) -> None:
    """Typed as people type them; kept as digests."""
    member = staffed.joins("bea")
    codes = staffed.enrols(member)
    for code, typed in zip(
        codes, (codes[0], codes[1].lower(), f" {codes[2].replace('-', ' ')} "), strict=False
    ):
        opened = staffed.second(staffed.asked_for_code(member), typed)
        assert here(staffed, opened.token).session.method == "recovery"
        with pytest.raises(SignInRefusedError):
            staffed.second(staffed.asked_for_code(member), code)
    assert staffed.second(staffed.asked_for_code(member), codes[9]).staff.id == member.id


def test_the_authenticator_is_removed_by_the_password(staffed: Staffed) -> None:
    """With it go the recovery codes; another one can be set up."""
    member = staffed.joins("bea")
    codes = staffed.enrols(member)
    with pytest.raises(SignInRefusedError):
        staff_totp.remove(staffed.doors, member.id, "wrong")
    staff_totp.remove(staffed.doors, member.id, PASSWORD)
    assert not staffed.now(member).has_totp
    staffed.enrols(member)
    with pytest.raises(SignInRefusedError):
        staffed.second(staffed.asked_for_code(member), codes[0])


def test_a_password_is_changed_by_who_knows_it(staffed: Staffed) -> None:
    """All other browsers and every second step under way are out: whoever had the old one is."""
    member = staffed.joins("bea")
    mine, other = staffed.signs_in(member), staffed.signs_in(member, AWAY)
    staffed.enrols(member, here(staffed, mine.token).session.id)
    halfway = staffed.asked_for_code(member, AWAY)
    session = here(staffed, mine.token).session.id
    with pytest.raises(SignInRefusedError):
        staff_totp.change_password(staffed.doors, member.id, "wrong", NEW, session)
    with pytest.raises(WeakPasswordError):
        staff_totp.change_password(staffed.doors, member.id, PASSWORD, "weak", session)
    staff_totp.change_password(staffed.doors, member.id, PASSWORD, NEW, session)
    assert here(staffed, mine.token).session.id == session
    assert staff_sessions.find(staffed.deps, other.token) is None
    with pytest.raises(SignInRefusedError, match="too long"):
        staffed.second(halfway, staffed.code(member), AWAY)
    with pytest.raises(SignInRefusedError):
        staffed.tries(member)
    assert isinstance(staffed.tries(member, NEW), Challenge)


def test_a_browser_left_open_is_no_place_to_guess(staffed: Staffed) -> None:
    """Ten tries at the password, then one waits; a right one begins anew."""
    member = staffed.joins("bea")
    for _ in range(2):
        for _ in range(TRIES.most - 1):
            with pytest.raises(SignInRefusedError):
                staff_totp.remove(staffed.doors, member.id, "wrong")
        staff_totp.remove(staffed.doors, member.id, PASSWORD)
    for _ in range(TRIES.most):
        with pytest.raises(SignInRefusedError):
            staff_totp.change_password(staffed.doors, member.id, "wrong", NEW, "")
    with pytest.raises(TooManyTriesError):
        staff_totp.change_password(staffed.doors, member.id, PASSWORD, NEW, "")


def test_who_has_no_password_can_not_set_one_by_leaving_it_empty(staffed: Staffed) -> None:
    """Whoever signs in at the company has none here; an empty one is not the right one."""
    member = staffed.joins("bea", password=None)
    for old in ("", "None"):
        with pytest.raises(SignInRefusedError):
            staff_totp.change_password(staffed.doors, member.id, old, NEW, "")


def test_credentials_are_audited(staffed: Staffed) -> None:
    """That they changed, never what they are."""
    member = staffed.joins("bea")
    codes = staffed.enrols(member)
    staff_totp.change_password(staffed.doors, member.id, PASSWORD, NEW, "")
    staff_totp.remove(staffed.doors, member.id, NEW)
    entries = staffed.audited(Action.CREDENTIALS_CHANGED)
    assert [dict(item.what) for item in reversed(entries)] == [
        {"set": "password"}, {"set": "authenticator"}, {"set": "password"}, {"removed": "authenticator"},
    ]  # fmt: skip
    assert not any(word in repr(entries) for word in (NEW, PASSWORD, staffed.secrets[member.id], codes[0]))
