"""Waiting for a condition instead of for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def always() -> bool:
    """The usual case: the clock runs at once."""
    return True


def wait_until(
    condition: Callable[[], _T | None],
    timeout: float,
    what: str,
    every: float = 0.05,
    counting: Callable[[], bool] = always,
) -> _T:
    """Asks `condition` every `every` seconds until it returns something true, and returns that.

    Fails, naming `what`, after `timeout` seconds, which begin to count once `counting` is true.
    """
    deadline: float | None = None
    while True:
        found = condition()
        if found:
            return found
        if deadline is None and counting():
            deadline = time.monotonic() + timeout
        if deadline is not None and time.monotonic() > deadline:
            raise AssertionError(f"still not after {timeout:g} s: {what}")
        time.sleep(every)
