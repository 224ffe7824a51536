"""The worker threads in which services run: they are synchronous, the gateway is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: More threads than this only queue up at the database.
MOST = 16


class Threads:
    """A bounded pool of threads. What is started is finished, also when nobody waits for it any more."""

    def __init__(self, most: int = MOST, name: str = "service") -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls `work` in a thread and returns what it returns, or raises what it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(work, *args, **kwargs))

    def close(self) -> None:
        """Waits for what runs; takes no more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
