from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.audit import Action
from bot.domain.errors import NotFoundError
from bot.domain.staff import IDLE_FOR, SIGNED_IN_FOR
from bot.services import staff_sessions
from tests.unit.services.staffed import AWAY, Staffed

SECOND = timedelta(seconds=1)


def lives(staffed: Staffed, token: str) -> bool:
    """Whether it opens anything; asking counts as being there."""
    return staff_sessions.find(staffed.deps, token) is not None


def test_a_session_is_over_after_eight_idle_hours(staffed: Staffed) -> None:
    """And goes on as long as somebody is there."""
    opened = staffed.signs_in(staffed.joins("bea"))
    for _ in range(3):
        staffed.clock.time += IDLE_FOR - SECOND
        assert lives(staffed, opened.token)
    staffed.clock.time += IDLE_FOR
    assert not lives(staffed, opened.token)
    staffed.clock.time -= IDLE_FOR - SECOND
    assert lives(staffed, opened.token)


def test_a_page_left_open_keeps_nobody_signed_in(staffed: Staffed) -> None:
    """What it asks for by itself is answered, but nobody has clicked."""
    opened = staffed.signs_in(staffed.joins("bea"))
    staffed.clock.time += IDLE_FOR - SECOND
    assert staff_sessions.find(staffed.deps, opened.token, clicked=False) is not None
    staffed.clock.time += SECOND
    assert not lives(staffed, opened.token)


def test_a_session_is_over_after_seven_days_in_any_case(staffed: Staffed) -> None:
    """However busy somebody is."""
    opened = staffed.signs_in(staffed.joins("bea"))
    ends = staffed.clock.now() + SIGNED_IN_FOR
    while staffed.clock.now() < ends - timedelta(hours=7):
        staffed.clock.advance(hours=7)
        assert lives(staffed, opened.token) is (staffed.clock.now() < ends)
    staffed.clock.time = ends - SECOND
    assert lives(staffed, opened.token)
    staffed.clock.time = ends
    assert not lives(staffed, opened.token)


def test_every_sign_in_has_a_token_of_its_own(staffed: Staffed) -> None:
    """What a browser held before opens nothing, and neither does what is kept in the database."""
    member = staffed.joins("bea")
    first, second = staffed.signs_in(member), staffed.signs_in(member)
    assert first.token != second.token
    for session in staff_sessions.listed(staffed.deps, member.id):
        assert not lives(staffed, session.token_digest)
    assert not lives(staffed, "")


def test_a_form_belongs_to_one_session(staffed: Staffed) -> None:
    """What a form of another session carries is another thing, and it does not give the session away."""
    member = staffed.joins("bea")
    first, second = staffed.signs_in(member), staffed.signs_in(member)
    found = staff_sessions.find(staffed.deps, first.token)
    assert found is not None
    assert found.csrf == staff_sessions.csrf_of(staffed.deps, first.token)
    assert found.csrf not in {staff_sessions.csrf_of(staffed.deps, second.token), found.session.token_digest}
    assert not lives(staffed, found.csrf)


def test_signing_out_ends_this_one_only(staffed: Staffed) -> None:
    """At once, and for the server too; again it changes nothing."""
    member = staffed.joins("bea")
    mine, other = staffed.signs_in(member), staffed.signs_in(member, AWAY)
    for _ in range(2):
        staff_sessions.end(staffed.deps, mine.token)
        assert (lives(staffed, mine.token), lives(staffed, other.token)) == (False, True)
    assert len(staffed.audited(Action.SIGNED_OUT)) == 1


def test_browsers_are_listed_and_signed_out_from_elsewhere(staffed: Staffed) -> None:
    """The one used last first; those that are over are not shown."""
    member = staffed.joins("bea")
    over = staffed.signs_in(member)
    staffed.clock.time += IDLE_FOR
    old = staffed.signs_in(member)
    staffed.clock.advance(minutes=5)
    new = staffed.signs_in(member)
    found = staff_sessions.listed(staffed.deps, member.id)
    assert len(found) == 2
    assert found[0].seen_at > found[1].seen_at
    staff_sessions.revoke(staffed.deps, member.id, found[1].id)
    assert [lives(staffed, item.token) for item in (over, old, new)] == [False, False, True]


def test_nobody_signs_somebody_else_out(staffed: Staffed) -> None:
    """A session that is not one's own is not there."""
    bea, cem = staffed.joins("bea"), staffed.joins("cem")
    theirs = staffed.signs_in(cem)
    (session,) = staff_sessions.listed(staffed.deps, cem.id)
    for name in (session.id, "ss_unknown"):
        with pytest.raises(NotFoundError):
            staff_sessions.revoke(staffed.deps, bea.id, name)
    assert lives(staffed, theirs.token)


def test_a_token_is_renewed(staffed: Staffed) -> None:
    """For who has just changed a password: whoever had learnt the old one is out."""
    member = staffed.joins("bea")
    opened = staffed.signs_in(member)
    before = staff_sessions.find(staffed.deps, opened.token)
    renewed = staff_sessions.renew(staffed.deps, opened.token)
    after = staff_sessions.find(staffed.deps, renewed)
    assert before is not None
    assert after is not None
    assert after.session.id == before.session.id
    assert after.csrf != before.csrf
    assert not lives(staffed, opened.token)
    with pytest.raises(NotFoundError):
        staff_sessions.renew(staffed.deps, opened.token)
    staffed.clock.time += IDLE_FOR
    with pytest.raises(NotFoundError):
        staff_sessions.renew(staffed.deps, renewed)
