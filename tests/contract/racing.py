"""Many threads at the same instant."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Outcome = TypeVar("Outcome")


def race(count: int, run: Callable[[int], Outcome]) -> Sequence[Outcome]:
    """Runs `run(0)` … `run(count - 1)`, all let go together; returns what they returned, in that order."""
    gate = threading.Barrier(count)

    def one(number: int) -> Outcome:
        gate.wait()
        return run(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
