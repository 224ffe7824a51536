"""Work that nobody waits for, kept until it ends or the channel stops."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine


class Background:
    """Tasks of one channel; the loop itself would let go of a task nobody holds."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[None, None, None]) -> None:
        """Begins it; it has to deal with its faults itself."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Ends what still runs and waits until it has ended."""
        running = tuple(self._tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
