"""Waiting for a condition instead of for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def wait_until(condition: Callable[[], _T | None], timeout: float, what: str, every: float = 0.05) -> _T:
    """Asks `condition` every `every` seconds until it returns something true, and returns that.

    Fails, naming `what`, after `timeout` seconds.
    """
    deadline = time.monotonic() + timeout
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"still not after {timeout:g} s: {what}")
        time.sleep(every)
