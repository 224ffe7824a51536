from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.ports import Changes, Heard, Watch
from gateway.listening import Listening
from gateway.metrics import Metrics
from tests.fixtures import builders
from tests.fixtures.memory_changes import MemoryChanges
from tests.fixtures.memory_store import MemoryStore
from tests.unit.gateway.support import QUICK, until


class Ears:
    """What was heard, in the loop."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.threads: set[int] = set()

    def hear(self, heard: Heard) -> None:
        """Notes it."""
        self.threads.add(threading.get_ident())
        self.heard.append(heard)


@asynccontextmanager
async def listening(changes: Changes, ears: Ears, metrics: Metrics) -> AsyncIterator[Listening]:
    """Listens while the block runs."""
    made = Listening(changes, ears.hear, metrics, QUICK)
    made.start()
    try:
        yield made
    finally:
        await made.stop()


def say(store: MemoryStore) -> None:
    """A message in a new conversation."""
    with store.begin() as work:
        if work.conversations.get("c_1") is None:
            work.conversations.put(builders.conversation())
        work.messages.add(builders.message())
        work.commit()


class Scripted:
    """Implements `Changes` and `Watch`: gives or raises one after the other, then hears nothing.

    At None it hangs, as a database that answers nothing, until it is told to go on.
    """

    def __init__(self, *script: Heard | Exception | None) -> None:
        self._script = list(script)
        self.hangs, self.go_on = threading.Event(), threading.Event()
        self.closed = False

    def watch(self) -> Watch:
        """Itself."""
        return self

    def next(self, seconds: float) -> Heard:
        """The next one."""
        if not self._script:
            threading.Event().wait(seconds)
            return Heard()
        one = self._script.pop(0)
        if one is None:
            self.hangs.set()
            self.go_on.wait(20)
            return Heard()
        if isinstance(one, Exception):
            raise one
        return one

    def close(self) -> None:
        """Notes it."""
        self.closed = True


async def test_hears_in_the_loop() -> None:
    """Bells are rung where they hang: in the loop's thread, never in the one that listens."""
    store, ears = MemoryStore(), Ears()
    async with listening(MemoryChanges(store), ears, Metrics()):
        await until(lambda: ears.heard == [Heard(gap=True)])
        say(store)
        await until(lambda: ears.heard == [Heard(gap=True), Heard(frozenset({"c_1"}))])
    assert ears.threads == {threading.get_ident()}


async def test_goes_on_after_faults(log: io.StringIO) -> None:
    """However many; they are logged once, and when it is over, that it is."""
    away, gap = ConnectionError("the database is away"), Heard(gap=True)
    changes, ears, metrics = Scripted(gap, away, away, away, gap, away, gap), Ears(), Metrics()
    async with listening(changes, ears, metrics):
        await until(lambda: len(ears.heard) == 3)
    assert ears.heard == [gap] * 3
    assert log.getvalue().count('"not_listening"') == 2
    assert log.getvalue().count('"listening_again"') == 2
    assert changes.closed


async def test_the_metric_says_whether_it_hears() -> None:
    """0 from the first fault on, 1 again from the first word."""
    store, ears, metrics = MemoryStore(), Ears(), Metrics()
    changes = MemoryChanges(store)
    async with listening(changes, ears, metrics):
        await until(lambda: metrics.registry.get_sample_value("fairwell_listening") == 1)
        changes.watches[0].fault = ConnectionError("the database is away")
        await until(lambda: metrics.registry.get_sample_value("fairwell_listening") == 0)
        changes.watches[0].fault = None
        await until(lambda: metrics.registry.get_sample_value("fairwell_listening") == 1)


async def test_stopping_ends_the_thread() -> None:
    """And gives back the listener's place."""
    store, ears = MemoryStore(), Ears()
    async with listening(MemoryChanges(store), ears, Metrics()):
        await until(lambda: len(store.listeners) == 1)
    assert not store.listeners
    assert "listening" not in {thread.name for thread in threading.enumerate()}


async def test_stopped_before_it_began() -> None:
    """Nothing to wait for."""
    await Listening(MemoryChanges(MemoryStore()), Ears().hear, Metrics(), QUICK).stop()


async def test_a_database_that_answers_nothing_holds_up_no_stop(log: io.StringIO) -> None:
    """The process ends all the same, and the log says what was left behind."""
    changes = Scripted(None)
    listens = Listening(changes, Ears().hear, Metrics(), replace(QUICK, stop=0.01))
    listens.start()
    await until(changes.hangs.is_set)
    await listens.stop()
    assert "still_listening" in log.getvalue()
    changes.go_on.set()
    await until(lambda: changes.closed)


async def test_an_end_that_nobody_foresaw(log: io.StringIO) -> None:
    """Is never silent: logged, and the metric says that nothing is heard any more."""
    ears, metrics = Ears(), Metrics()
    loop = asyncio.new_event_loop()
    listens = Listening(Scripted(Heard(), None, Heard(gap=True)), ears.hear, metrics, QUICK)
    changes = listens._changes
    assert isinstance(changes, Scripted)
    thread = threading.Thread(target=listens._listen, args=(loop,))
    thread.start()
    await until(changes.hangs.is_set)
    assert metrics.registry.get_sample_value("fairwell_listening") == 1
    loop.close()
    changes.go_on.set()
    await asyncio.to_thread(thread.join, 20)
    assert "listening_ended" in log.getvalue()
    assert metrics.registry.get_sample_value("fairwell_listening") == 0
    assert changes.closed
