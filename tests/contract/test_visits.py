from __future__ import annotations

from datetime import timedelta

from bot.domain import visits
from bot.ports import Store
from tests.contract.conftest import Backend
from tests.contract.racing import PausingStore, overlap, race
from tests.fixtures.fakes import START

SOON = START + timedelta(minutes=1)
LATER = START + timedelta(minutes=2)
INSTANT = timedelta(microseconds=1)


def noted(store: Store, visitor: str) -> int:
    """How many of this visitor's are kept."""
    with store.begin() as work:
        return len(work.visits.lock(visitor, START))


def test_what_is_noted_is_kept(store: Store) -> None:
    """To the microsecond, in place of what was kept, for that visitor alone."""
    odd = START + timedelta(microseconds=123457)
    with store.begin() as work:
        assert list(work.visits.lock("one", START)) == []
        work.visits.note("one", (START, odd), SOON, START)
        work.commit()
    with store.begin() as work:
        assert list(work.visits.lock("one", START)) == [START, odd]
        assert list(work.visits.lock("two", START)) == []
        work.visits.note("one", (odd,), SOON, START)
        work.commit()
    with store.begin() as work:
        assert list(work.visits.lock("one", START)) == [odd]


def test_who_only_looked_has_noted_nothing(store: Store) -> None:
    """A visitor who was refused leaves nothing behind."""
    with store.begin() as work:
        work.visits.lock("one", START)
        work.visits.note("one", (START,), SOON, START)
    assert noted(store, "one") == 0


def test_visitors_whose_time_is_over_are_forgotten(store: Store) -> None:
    """When another one is noted; nobody before."""
    with store.begin() as work:
        for visitor, until in (("old", SOON), ("young", SOON + INSTANT)):
            work.visits.lock(visitor, START)
            work.visits.note(visitor, (START,), until, START)
        work.commit()
    with store.begin() as work:
        work.visits.lock("new", SOON - INSTANT)
        work.visits.note("new", (START,), LATER, SOON - INSTANT)
        work.commit()
    assert [noted(store, visitor) for visitor in ("old", "young", "new")] == [1, 1, 1]
    with store.begin() as work:
        work.visits.lock("new", SOON)
        work.visits.note("new", (START, SOON), LATER, SOON)
        work.commit()
    assert [noted(store, visitor) for visitor in ("old", "young", "new")] == [0, 1, 2]


def admitted(store: Store, visitor: str) -> bool:
    """Opens a session, if that may be."""
    with store.begin() as work:
        opened = visits.counting(work.visits.lock(visitor, START), START)
        if visits.wait(opened, START):
            return False
        work.visits.note(visitor, (*opened, START), START + visits.LONGEST, START)
        work.commit()
        return True


def test_the_limit_holds_under_load(store: Store) -> None:
    """Thirty at the same instant from one address nobody has seen: twenty get in, as if one by one."""
    assert sorted(race(30, lambda _: admitted(store, "one"))) == [False] * 10 + [True] * 20


def test_visitors_do_not_trip_over_each_other(store: Store) -> None:
    """All come back at once when their time is over: each finds the others' rows to forget."""
    names = [f"visitor {number}" for number in range(12)]
    with store.begin() as work:
        for name in names:
            work.visits.lock(name, START)
            work.visits.note(name, (START,), START, START - INSTANT)
        work.commit()
    assert race(12, lambda number: admitted(store, names[number])) == [True] * 12
    assert all(noted(store, name) for name in names)


def test_one_visitor_is_counted_by_one_at_a_time(backend: Backend) -> None:
    """A second replica that begins meanwhile waits, and then sees what the first one noted."""
    store = PausingStore(backend.store, backend.blocked)
    for _ in range(19):
        assert admitted(backend.store, "one")
    assert overlap(store, lambda: admitted(store, "one"), lambda: admitted(store, "one")) == (True, False)
