from __future__ import annotations

import pytest

from bot.domain.staff import Role, Staff
from bot.services import staff_tries
from bot.services.doors import SignInRefusedError, TooManyTriesError
from bot.services.staff_sign_in import Caller
from bot.services.staff_tries import FROM_ONE_NETWORK, TRIES
from tests.unit.services.staffed import AWAY, HOME, Staffed


def fails(staffed: Staffed, member: Staff | str, caller: Caller, count: int = TRIES.most) -> None:
    """So many wrong passwords."""
    for _ in range(count):
        with pytest.raises(SignInRefusedError):
            staffed.tries(member, "wrong", caller)


def test_after_ten_wrong_passwords_one_waits(staffed: Staffed) -> None:
    """Told how long; the right one does not help meanwhile, and waiting does."""
    member = staffed.joins("bea")
    fails(staffed, member, HOME, TRIES.most - 1)
    staffed.clock.advance(minutes=5)
    fails(staffed, member, HOME, 1)
    for _ in range(3):
        with pytest.raises(TooManyTriesError) as waits:
            staffed.tries(member)
        assert waits.value.retry_after == 10 * 60
    staffed.clock.advance(minutes=10)
    assert staffed.signs_in(member).staff.id == member.id


def test_refused_tries_cost_no_slow_work(staffed: Staffed) -> None:
    """Whoever floods the sign-in gets an answer that costs nothing."""
    member = staffed.joins("bea")
    fails(staffed, member, HOME)
    staffed.passwords.verified.clear()
    with pytest.raises(TooManyTriesError):
        staffed.tries(member)
    assert staffed.passwords.verified == []


def test_nobody_shuts_somebody_else_out(staffed: Staffed) -> None:
    """Neither for other networks, nor for the browser they know, even from the same network."""
    member = staffed.joins("bea")
    fails(staffed, member, AWAY)
    assert staffed.signs_in(member, HOME).staff.id == member.id
    assert staffed.signs_in(member, staffed.device_of(member, "203.0.113.9")).staff.id == member.id
    with pytest.raises(TooManyTriesError):
        staffed.tries(member, caller=AWAY)


def test_it_is_the_same_for_who_does_not_exist(staffed: Staffed) -> None:
    """Waiting does not tell who works here."""
    fails(staffed, "nobody@example.com", HOME)
    with pytest.raises(TooManyTriesError):
        staffed.tries("nobody@example.com")


def test_a_stolen_browser_has_ten_tries_as_well(staffed: Staffed) -> None:
    """A known browser counts for itself; it is no free pass."""
    member = staffed.joins("bea")
    known = staffed.device_of(member)
    fails(staffed, member, known)
    with pytest.raises(TooManyTriesError):
        staffed.tries(member, caller=known)


def test_a_colleagues_browser_is_a_strangers(staffed: Staffed) -> None:
    """With as many browsers of one's own as one likes nobody gets a new allowance for the admin's account."""
    viewer, admin = staffed.joins("bea", Role.VIEWER), staffed.joins("cem", Role.ADMIN)
    for _ in range(TRIES.most):
        fails(staffed, admin, staffed.device_of(viewer), 1)
    with pytest.raises(TooManyTriesError):
        staffed.tries(admin, "wrong", staffed.device_of(viewer))


def test_whatever_else_we_have_sealed_is_no_browser(staffed: Staffed) -> None:
    """A cookie's value that ends otherwise than with this person's id, such as a sign-in's under way."""
    member = staffed.joins("bea")
    for number in range(TRIES.most):
        fails(staffed, member, Caller(HOME.network, f'{{"state": "{number}"}}'), 1)
    with pytest.raises(TooManyTriesError):
        staffed.tries(member, "wrong", Caller(HOME.network, f"x.{member.id}.y"))


def test_one_network_tries_fifty_times_in_all(staffed: Staffed) -> None:
    """One password for many addresses is guessing, too; right ones in between do not start it anew."""
    member = staffed.joins("bea")
    for number in range(FROM_ONE_NETWORK.most - 1):
        fails(staffed, f"somebody{number}@example.com", HOME, 1)
    assert staffed.signs_in(member).staff.id == member.id
    with pytest.raises(TooManyTriesError):
        staffed.tries("one-more@example.com", "wrong")
    assert staffed.signs_in(member, staffed.device_of(member, "192.0.2.1")).staff.id == member.id


def test_where_nobody_can_tell_the_network_all_are_one(staffed: Staffed) -> None:
    """Rather than that a proxy which hides everybody opens the door to guessing."""
    member = staffed.joins("bea")
    fails(staffed, member, Caller(None))
    with pytest.raises(TooManyTriesError):
        staffed.tries(member, caller=Caller(None))


def test_who_gets_in_begins_anew(staffed: Staffed) -> None:
    """Nine typing errors in the morning are forgotten at noon; with an authenticator, after the code only."""
    member = staffed.joins("bea")
    fails(staffed, member, HOME, TRIES.most - 1)
    staffed.signs_in(member)
    fails(staffed, member, HOME, TRIES.most - 2)
    staffed.enrols(member)
    token = staffed.asked_for_code(member)
    fails(staffed, member, HOME, 1)
    with pytest.raises(TooManyTriesError):
        staffed.tries(member)
    staffed.second(token, staffed.code(member))
    fails(staffed, member, HOME, 1)


def test_neither_addresses_nor_networks_are_kept(staffed: Staffed) -> None:
    """What is counted by is a digest under a key."""
    member = staffed.joins("bea")
    fails(staffed, member, HOME, 1)
    tries = staff_tries.passwords(staffed.deps, member.email, None, HOME)
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in tries)
