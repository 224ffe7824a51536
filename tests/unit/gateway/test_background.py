from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from gateway.background import repeat
from tests.unit.gateway.support import until


@pytest.mark.parametrize("at_once", [True, False])
async def test_work_begins_at_once_or_after_its_first_wait(at_once: bool) -> None:
    """And then goes on, also after it has failed."""
    done: list[str] = []

    async def work() -> None:
        done.append("done")
        raise ConnectionError("the database is away")

    slow = asyncio.create_task(repeat("slow", 3600.0, work, at_once=at_once))
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(done) == at_once
    quick = asyncio.create_task(repeat("quick", 0.001, work, at_once=at_once))
    await until(lambda: len(done) > 3)
    for task in (slow, quick):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
