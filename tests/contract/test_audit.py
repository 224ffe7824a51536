from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.crypto.hashing import HmacHasher
from bot.domain.audit import BEGINNING, Action, Entry
from bot.ports import Store
from bot.services import audit
from tests.contract.conftest import Backend
from tests.contract.racing import race
from tests.fixtures.fakes import START
from tests.unit.services.world import World

ENTRY = Entry(START, "st_1", Action.READ, "c_1", "a question", {"from": "a", "to": "ü"}, BEGINNING, "d1")
#: Memory has no triggers, and only PostgreSQL has TRUNCATE.
_DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


def test_entries_come_back_as_they_were_added(store: Store) -> None:
    """Every field, in order from either end, and page by page."""
    later = replace(ENTRY, at=START + timedelta(hours=1), why="", what={}, previous="d1", digest="d2")
    with store.begin() as work:
        assert work.audit.head() == (0, BEGINNING)
        work.audit.append(ENTRY)
        work.audit.append(later)
        position, digest = work.audit.head()
        assert digest == "d2"
        work.commit()
    with store.reading() as work:
        first, second = work.audit.after(0, 10)
        assert second.position == position
        assert (replace(first, position=0), replace(second, position=0)) == (ENTRY, later)
        assert [*work.audit.after(0, 1), *work.audit.after(first.position, 1)] == [first, second]
        assert list(work.audit.before(None, 10)) == [second, first]
        assert list(work.audit.before(second.position, 10)) == [first]
        assert list(work.audit.before(None, 1)) == [second]


def test_entries_are_found_by_who_did_what_to_what(store: Store) -> None:
    """By each, and by all together."""
    others: dict[str, Any] = {"who": "st_2", "subject": "c_2", "action": Action.REVEALED}
    with store.begin() as work:
        work.audit.append(ENTRY)
        for name, value in others.items():
            work.audit.append(replace(ENTRY, **{name: value}))
        work.commit()
    with store.reading() as work:
        for name, value in others.items():
            (found,) = work.audit.before(None, 10, **{name: str(value)})
            assert getattr(found, name) == value
        mine = work.audit.before(None, 10, who="st_1", subject="c_1", action="read")
        assert [replace(entry, position=0) for entry in mine] == [ENTRY]


def test_what_is_taken_back_leaves_no_trace(store: Store) -> None:
    """An act that failed was none, and the chain has no gap for it."""
    with store.begin() as work:
        work.audit.append(ENTRY)
    with store.begin() as work:
        assert work.audit.head() == (0, BEGINNING)


def test_a_chain_has_no_branches(store: Store) -> None:
    """Whoever adds to it at the same time waits for the one before."""
    world = World(store=store)
    deps = replace(world.deps, hasher=HmacHasher(bytes(32)))

    def reads(number: int) -> None:
        for _ in range(5):
            audit.alone(deps, f"st_{number}", Action.READ, "c_1")

    race(4, reads)
    count, broken, digest = audit.verify(deps)
    assert (count, broken) == (20, None)
    assert audit.head(deps)[1] == digest


@pytest.mark.parametrize("backend", [*_DATABASES], indirect=True)
@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit"])
def test_no_entry_is_changed_or_deleted(backend: Backend, statement: str) -> None:
    """The database itself refuses it, whoever asks."""
    assert backend.engine is not None
    with backend.store.begin() as work:
        work.audit.append(ENTRY)
        work.commit()
    with pytest.raises(DatabaseError, match="only ever added to"), backend.engine.begin() as connection:
        connection.execute(text(statement))
    with backend.store.reading() as work:
        assert [replace(entry, position=0) for entry in work.audit.after(0, 10)] == [ENTRY]


@pytest.mark.parametrize("backend", [_DATABASES[1]], indirect=True)
def test_the_table_is_not_emptied_either(backend: Backend) -> None:
    """TRUNCATE is no DELETE on PostgreSQL, and is refused as well."""
    assert backend.engine is not None
    with pytest.raises(DatabaseError, match="only ever added to"), backend.engine.begin() as connection:
        connection.execute(text("TRUNCATE audit"))
