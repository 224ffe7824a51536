from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from bot.ports import Changes, Heard, Store, Watch
from bot.store.changes import SqlChanges
from bot.store.engine import open_engine
from bot.store.unit_of_work import SqlStore
from tests.contract.conftest import Backend
from tests.fixtures import builders
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.memory_changes import MemoryChanges
from tests.fixtures.memory_store import MemoryStore


@dataclass(frozen=True)
class Installation:
    """What hears in one process, and the stores of this process and of another one on the same database."""

    changes: Changes
    here: Store
    there: Store


@pytest.fixture
def installation(backend: Backend) -> Iterator[Installation]:
    """Each kind of store, with the conversations `c_1` and `c_2`."""
    with backend.store.begin() as work:
        for ref in ("c_1", "c_2"):
            work.conversations.put(builders.conversation(ref))
        work.commit()
    if backend.engine is None:
        assert isinstance(backend.store, MemoryStore)
        yield Installation(MemoryChanges(backend.store), backend.store, backend.store)
        return
    with _second(backend.engine) as engine:
        there = SqlStore(engine, PlainSealer())
        yield Installation(SqlChanges(backend.engine), backend.store, there)


@contextmanager
def _second(engine: Engine) -> Iterator[Engine]:
    """As another process would open it."""
    other = open_engine(engine.url.render_as_string(hide_password=False))
    yield other
    other.dispose()


def say(store: Store, conversation_id: str, count: int = 1) -> None:
    """Adds messages, and commits."""
    with store.begin() as work:
        for _ in range(count):
            work.messages.add(builders.message(conversation_id))
        work.commit()


def heard(watch: Watch, *wanted: str) -> set[str]:
    """Everything heard until these are among it; the test's own time-out ends it where they never are."""
    found: set[str] = set()
    while not found.issuperset(wanted):
        now = watch.next(5)
        assert not now.gap
        found |= now.conversations
    return found


def listening(changes: Changes) -> Watch:
    """A listener that has begun."""
    watch = changes.watch()
    assert watch.next(0) == Heard(gap=True)
    return watch


def test_what_was_there_before_is_a_gap(installation: Installation) -> None:
    """A listener is told to look once when it begins, and then nothing more of what was there."""
    say(installation.there, "c_1")
    with closing(listening(installation.changes)) as watch:
        assert watch.next(0) == Heard()


def test_everybodys_messages_are_heard(installation: Installation) -> None:
    """Those of another process as well as our own, by every listener."""
    with closing(listening(installation.changes)) as one, closing(listening(installation.changes)) as two:
        say(installation.there, "c_1")
        say(installation.here, "c_2")
        assert heard(one, "c_1", "c_2") == {"c_1", "c_2"}
        assert heard(two, "c_1", "c_2") == {"c_1", "c_2"}
        assert one.next(0) == Heard()


def test_many_at_once_are_heard_once(installation: Installation) -> None:
    """A conversation is named, not each message; later ones are news again."""
    with closing(listening(installation.changes)) as watch:
        say(installation.there, "c_1", 50)
        assert heard(watch, "c_1") == {"c_1"}
        assert watch.next(0) == Heard()
        say(installation.there, "c_1")
        assert heard(watch, "c_1") == {"c_1"}


def test_what_is_not_committed_is_not_heard(installation: Installation) -> None:
    """Neither before the commit nor where none follows; and then what does is."""
    with closing(listening(installation.changes)) as watch:
        with installation.there.begin() as work:
            work.messages.add(builders.message("c_1"))
            assert watch.next(0) == Heard()
        say(installation.there, "c_2")
        assert heard(watch, "c_2") == {"c_2"}


def test_who_hears_of_it_can_read_it(installation: Installation) -> None:
    """The word never comes before the message."""
    with closing(listening(installation.changes)) as watch:
        for count in range(1, 6):
            say(installation.there, "c_1")
            heard(watch, "c_1")
            with installation.here.begin() as work:
                assert len(work.messages.after("c_1", 0)) == count


def test_other_things_are_no_messages(installation: Installation) -> None:
    """What changes elsewhere in the database rings no bell."""
    with closing(listening(installation.changes)) as watch:
        with installation.there.begin() as work:
            work.customers.put(builders.customer())
            work.commit()
        assert watch.next(0) == Heard()
        say(installation.there, "c_1")
        assert heard(watch, "c_1") == {"c_1"}


def test_closed_and_begun_again(installation: Installation) -> None:
    """What came in between is a gap."""
    watch = listening(installation.changes)
    watch.close()
    say(installation.there, "c_1")
    assert watch.next(0) == Heard(gap=True)
    say(installation.there, "c_2")
    assert heard(watch, "c_2") == {"c_2"}
    watch.close()
    watch.close()
