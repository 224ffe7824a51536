"""Background work that goes on for as long as the process does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


async def repeat(
    name: str,
    seconds: float,
    work: Callable[[], Awaitable[object]],
    wake: asyncio.Event | None = None,
    *,
    at_once: bool = True,
) -> None:
    """Does `work` every so many seconds, sooner when `wake` is set; a failure is logged and tried again.

    The first time is at once, or after the first wait: at a start there is enough to do.
    """
    bell = wake or asyncio.Event()
    if not at_once:
        await asyncio.sleep(seconds)
    while True:
        bell.clear()
        try:
            await work()
        except Exception:
            log.exception("background_work_failed", work=name)
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            continue
