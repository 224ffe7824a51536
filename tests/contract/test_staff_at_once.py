from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.domain.errors import ConflictError
from bot.domain.office_hours import DaysOff, Span
from bot.domain.staff import CODE_TRIES, Role
from bot.services import desk, office_hours, presence, staff
from bot.services.doors import SignInRefusedError, TooManyTriesError
from bot.services.staff_tries import TRIES
from tests.contract.backends import BACKENDS, opened
from tests.contract.racing import PausingStore, overlap, race
from tests.unit.services.staffed import PASSWORD, Staffed
from tests.unit.services.world import World

SQL = [pytest.param(name, marks=marks) for name, marks in BACKENDS.items() if name != "memory"]


@pytest.fixture(params=SQL)
def staffed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Staffed]:
    """A company's staff, on each database."""
    with opened(request.param, request, tmp_path) as made:
        yield Staffed(World(store=made.store))


def done(count: int, act: Callable[[int], object], *refusals: type[Exception]) -> int:
    """How many of so many at once got it; the others must have been refused."""

    def one(number: int) -> bool:
        try:
            act(number)
        except refusals:
            return False
        return True

    return sum(race(count, one))


def test_two_admins_can_not_shut_each_other_out(staffed: Staffed) -> None:
    """Whoever is second is told that somebody has to remain."""
    admins = [staffed.joins("bea", Role.ADMIN), staffed.joins("cem", Role.ADMIN)]

    def shuts_out_the_other(number: int) -> None:
        staff.disable(staffed.deps, admins[1 - number].id, admins[number].id)

    assert done(2, shuts_out_the_other, ConflictError) == 1
    assert sum(item.disabled_at is None for item in staff.listed(staffed.deps)) == 1


def test_an_invitation_is_accepted_once(staffed: Staffed) -> None:
    """The password is that of whoever was first."""
    made = staff.invite(staffed.deps, "bea@example.com", "", Role.AGENT, "cli")
    won = done(4, lambda _: staff.accept(staffed.doors, made.token, PASSWORD), SignInRefusedError)
    assert won == 1


def test_a_code_signs_in_once(staffed: Staffed) -> None:
    """Also where whoever has read it over a shoulder is as quick as its owner."""
    member = staffed.joins("bea")
    staffed.enrols(member)
    token, code = staffed.asked_for_code(member), staffed.code(member)
    assert done(4, lambda _: staffed.second(token, code), SignInRefusedError) == 1


def test_a_recovery_code_signs_in_once(staffed: Staffed) -> None:
    """It is used up with the first."""
    member = staffed.joins("bea")
    codes = staffed.enrols(member)
    token = staffed.asked_for_code(member)
    assert done(4, lambda _: staffed.second(token, codes[0]), SignInRefusedError) == 1


def test_guesses_at_once_count_one_by_one(staffed: Staffed) -> None:
    """Neither codes nor passwords have more tries because they come together."""
    member = staffed.joins("bea")
    staffed.enrols(member)
    token = staffed.asked_for_code(member)
    done(CODE_TRIES, lambda _: staffed.second(token, "wrong"), SignInRefusedError)
    with pytest.raises(SignInRefusedError, match="too many"):
        staffed.second(token, staffed.code(member))
    staffed.passwords.verified.clear()
    done(TRIES.most + 5, lambda _: staffed.tries(member, "wrong"), SignInRefusedError, TooManyTriesError)
    assert len(staffed.passwords.verified) == TRIES.most - 1  # one try was the right one, before its code


def test_a_button_pressed_twice_sends_once(staffed: Staffed) -> None:
    """However close together the presses come, and whichever replica takes them."""
    name, by = staffed.world.chat().id, staffed.joins("bea").id
    sent = race(4, lambda _: desk.reply(staffed.deps, name, "Hello.", by, "k" * 32))
    assert sum(message is not None for message in sent) == 1
    with staffed.deps.store.reading() as work:
        assert [item.text for item in work.messages.after(name, 0)] == ["Hello."]


def test_being_shut_out_and_signing_in_at_once(staffed: Staffed) -> None:
    """Whoever comes first, nobody is left inside."""
    member = staffed.joins("bea")

    def act(number: int) -> None:
        if number == 0:
            staff.disable(staffed.deps, member.id, "cli")
        else:
            staffed.tries(member)

    done(4, act, SignInRefusedError)
    with staffed.deps.store.reading() as work:
        assert list(work.staff.sessions_of(member.id)) == []
        assert work.staff.get(member.id).disabled_at is not None  # type: ignore[union-attr]


@pytest.mark.parametrize("name", SQL)
def test_a_page_that_renews_itself_hides_nothing_again(
    request: pytest.FixtureRequest, tmp_path: Path, name: str
) -> None:
    """Somebody says why they need personal data, while the page tells that they are still there."""
    with opened(name, request, tmp_path) as made:
        store = PausingStore(made.store, made.blocked)
        staffed = Staffed(World(store=store))
        bea, chat = staffed.joins("bea").id, staffed.world.chat()
        presence.look(staffed.deps, chat.id, bea)
        overlap(
            store,
            lambda: presence.reveal(staffed.deps, chat.id, bea, "has to be called"),
            lambda: presence.stay(staffed.deps, chat.id, bea),
        )
        assert presence.look(staffed.deps, chat.id, bea).sees(staffed.clock.now())


@pytest.mark.parametrize("name", SQL)
def test_days_off_that_two_add_are_both_kept(
    request: pytest.FixtureRequest, tmp_path: Path, name: str
) -> None:
    """Neither has seen what the other has just added; else customers are told to come on a day off."""
    with opened(name, request, tmp_path) as made:
        store = PausingStore(made.store, made.blocked)
        staffed = Staffed(World(store=store))
        bea = staffed.joins("bea", Role.MANAGER).id
        office_hours.put_week(staffed.deps, bea, [(Span(9 * 60, 17 * 60),)] * 7)
        first, second = (DaysOff(date(2026, 12, day), date(2026, 12, day)) for day in (24, 31))
        overlap(
            store,
            lambda: office_hours.add_days_off(staffed.deps, bea, first),
            lambda: office_hours.add_days_off(staffed.deps, bea, second),
        )
        kept = office_hours.shown(staffed.deps)
        assert kept is not None
        assert kept.off == (first, second)


def test_an_address_that_no_database_takes_is_nobodys(staffed: Staffed) -> None:
    """Whoever tries to sign in with it is refused like anybody: PostgreSQL takes no NUL."""
    with pytest.raises(SignInRefusedError):
        staffed.tries("bea\0x@example.com")
