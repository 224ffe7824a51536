"""Many threads at the same instant, and two units of work one of which begins before the other has ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TypeVar

from bot.ports import Store, UnitOfWork

Outcome = TypeVar("Outcome")
Other = TypeVar("Other")


def race(count: int, run: Callable[[int], Outcome]) -> Sequence[Outcome]:
    """Runs `run(0)` … `run(count - 1)`, all let go together; returns what they returned, in that order."""
    gate = threading.Barrier(count)

    def one(number: int) -> Outcome:
        gate.wait()
        return run(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


class PausingStore:
    """A store whose units of work wait before they commit, in the thread that `overlap` chose."""

    def __init__(self, store: Store, blocked: Callable[[], bool]) -> None:
        self._store = store
        self.blocked = blocked
        self.paused = threading.local()
        self.begun = threading.Event()

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A unit of work of the store itself, but for the wait."""
        self.begun.set()
        gate: tuple[threading.Event, threading.Event] | None = getattr(self.paused, "gate", None)
        with self._store.begin() as work:
            if gate is not None:
                work.commit = partial(_commit_later, work.commit, *gate)  # type: ignore[method-assign]
            yield work

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """The store's own: what only reads has nothing to wait before."""
        return self._store.reading()


def _commit_later(commit: Callable[[], None], reached: threading.Event, go_on: threading.Event) -> None:
    reached.set()
    assert go_on.wait(30)
    commit()


def overlap(
    store: PausingStore, first: Callable[[], Outcome], second: Callable[[], Other]
) -> tuple[Outcome, Other]:
    """Runs `second` as far as it gets while `first` has done everything but commit; then lets both end."""
    reached, go_on = threading.Event(), threading.Event()

    def pausing() -> Outcome:
        store.paused.gate = (reached, go_on)
        return first()

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(pausing)
        try:
            assert reached.wait(10)
            store.begun.clear()
            two = pool.submit(second)
            assert store.begun.wait(10)
            while not two.done() and not store.blocked():
                wait([two], timeout=0.02)
        finally:
            go_on.set()
        return one.result(), two.result()
