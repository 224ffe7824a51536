from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Connection, text

from bot.domain.audit import BEGINNING, Action, Entry
from bot.domain.errors import FairwellError
from bot.services import audit
from bot.store.unit_of_work import SqlStore
from tests.unit.services.staffed import Staffed


@pytest.fixture
def entries(staffed: Staffed) -> list[Entry]:
    """Five of them, as they are kept."""
    for number in range(5):
        audit.alone(staffed.deps, "st_1", Action.READ, f"c_{number}", why=f"reason {number}")
        staffed.clock.advance(minutes=1)
    return list(reversed(audit.listed(staffed.deps)))


def attack(staffed: Staffed, *statements: str) -> None:
    """Somebody who owns the database takes its triggers away and changes what they like."""
    store = staffed.world.store
    assert isinstance(store, SqlStore)
    connection: Connection
    with store._engine.begin() as connection:
        for event in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER audit_no_{event}"))
        for statement in statements:
            connection.execute(text(statement))


def test_a_chain_that_nobody_touched_is_whole(staffed: Staffed, entries: list[Entry]) -> None:
    """Also an empty one was; the digest told is that of the last entry."""
    assert audit.verify(staffed.deps) == (5, None, entries[-1].digest)
    assert audit.verify(staffed.deps, entries[2].digest) == (5, None, entries[-1].digest)
    assert audit.head(staffed.deps) == (entries[-1].position, entries[-1].digest)


def test_nothing_is_whole_as_well(staffed: Staffed) -> None:
    """Before anybody has done anything."""
    assert audit.verify(staffed.deps) == (0, None, BEGINNING)


@pytest.mark.parametrize(
    "change",
    [
        "who = 'st_2'", "subject = 'c_9'", "action = 'revealed'", "at = '2020-01-01 00:00:00.000000'",
        "digest = 'x'", "previous = 'x'", "why = 'sealed:another'", "what = 'sealed:{\"a\": \"b\"}'",
        "action = 'no such thing'", "what = 'sealed:no json'", "what = 'sealed:[1]'", "why = 'not sealed'",
    ],
)  # fmt: skip
@pytest.mark.parametrize("which", [1, 3, 5])
def test_an_altered_entry_is_found(staffed: Staffed, entries: list[Entry], change: str, which: int) -> None:
    """Whatever was altered, even where it can't be read any more."""
    assert len(entries) == 5
    attack(staffed, f"UPDATE audit SET {change} WHERE position = {which}")  # noqa: S608 - a test's own
    count, broken, _ = audit.verify(staffed.deps)
    assert (count, broken) == (which - 1, which)


@pytest.mark.parametrize("which", [1, 3])
def test_a_missing_entry_is_found(staffed: Staffed, entries: list[Entry], which: int) -> None:
    """By the one that follows it."""
    attack(staffed, f"DELETE FROM audit WHERE position = {which}")  # noqa: S608 - a test's own
    assert audit.verify(staffed.deps)[1] == which + 1
    assert len(entries) == 5


def test_entries_in_another_order_are_found(staffed: Staffed, entries: list[Entry]) -> None:
    """Each says which one it follows."""
    attack(
        staffed,
        "UPDATE audit SET position = 99 WHERE position = 2",
        "UPDATE audit SET position = 2 WHERE position = 3",
        "UPDATE audit SET position = 3 WHERE position = 99",
    )
    assert audit.verify(staffed.deps)[1] == 2
    assert len(entries) == 5


def test_an_end_that_was_cut_off_is_found(staffed: Staffed, entries: list[Entry]) -> None:
    """By the head; who alters that too is found by a digest that was noted down elsewhere."""
    attack(staffed, "DELETE FROM audit WHERE position > 3")
    assert audit.verify(staffed.deps)[:2] == (3, 0)
    attack_head = text("UPDATE audit_head SET position = 3, digest = :digest")
    store = staffed.world.store
    assert isinstance(store, SqlStore)
    with store._engine.begin() as connection:
        connection.execute(attack_head, {"digest": entries[2].digest})
    assert audit.verify(staffed.deps)[:2] == (3, None)
    assert audit.verify(staffed.deps, entries[4].digest)[:2] == (3, 0)


def test_an_entry_of_ones_own_making_is_found(staffed: Staffed, entries: list[Entry]) -> None:
    """Without the key nobody makes the digest, though they know all that it covers."""
    attack(
        staffed,
        "INSERT INTO audit (at, who, action, subject, why, what, previous, digest)"
        " SELECT at, 'st_2', action, subject, why, what, digest, digest FROM audit WHERE position = 5",
    )
    assert audit.verify(staffed.deps)[:2] == (5, 6)
    assert len(entries) == 5


def test_what_is_added_meanwhile_breaks_nothing(staffed: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page, while staff go on working."""
    monkeypatch.setattr(audit, "_PAGE", 2)
    for _ in range(5):
        audit.alone(staffed.deps, "st_1", Action.READ, "c_1")
    matches, left = staffed.deps.hasher.matches, iter(range(3))

    class Busy:
        def digest(self, purpose: str, value: str) -> str:
            return staffed.world.deps.hasher.digest(purpose, value)

        def matches(self, purpose: str, value: str, digest: str) -> bool:
            if next(left, None) is not None:
                audit.alone(staffed.world.deps, "st_2", Action.READ, "c_2")
            return matches(purpose, value, digest)

    assert audit.verify(replace(staffed.deps, hasher=Busy()))[:2] == (8, None)


def test_an_act_that_fails_is_not_written_down(staffed: Staffed) -> None:
    """Both are in one transaction."""

    def failing() -> None:
        with staffed.deps.store.begin() as work:
            audit.note(staffed.deps, work, "st_1", Action.NOTED, "c_1")
            raise FairwellError

    with pytest.raises(FairwellError):
        failing()
    assert not audit.listed(staffed.deps)
