"""Hears of messages that other processes wrote, for as long as this one lives."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import structlog

from bot.ports import Changes, Heard, Watch
from gateway.metrics import Metrics
from gateway.pace import Pace

log = structlog.get_logger(__name__)


class Listening:
    """A thread that waits for the database's word and hands it to the loop, as `hear` there.

    It has a thread of its own, for it holds it all the time. A database that is away is asked again until it
    is back; what was missed meanwhile is a gap, and `hear` is told so.
    """

    def __init__(self, changes: Changes, hear: Callable[[Heard], None], metrics: Metrics, pace: Pace) -> None:
        self._changes = changes
        self._hear = hear
        self._metrics = metrics
        self._pace = pace
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._deaf = False

    def start(self) -> None:
        """Begins, in the running loop; returns at once, also where the database is away."""
        loop = asyncio.get_running_loop()
        # A daemon: a database that answers nothing at all must not keep the process from ending.
        self._thread = threading.Thread(target=self._listen, args=(loop,), name="listening", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Ends it; nothing is heard from then on."""
        self._over.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, self._pace.stop)
            if self._thread.is_alive():
                log.warning("still_listening")

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        watch = self._changes.watch()
        try:
            while not self._over.is_set():
                heard = self._next(watch)
                if heard is None:
                    self._over.wait(self._pace.listen_again)
                elif (heard.gap or heard.conversations) and not self._over.is_set():
                    loop.call_soon_threadsafe(self._hear, heard)
        except Exception:
            # Nothing here may end it but `stop`. Where it does, sockets still look every half minute.
            self._metrics.listening.set(0)
            log.exception("listening_ended")
        finally:
            watch.close()

    def _next(self, watch: Watch) -> Heard | None:
        """What came; None after a fault, which is logged once until it is over."""
        try:
            heard = watch.next(self._pace.listen)
        except Exception:
            if not self._deaf:
                log.exception("not_listening")
            self._deaf = True
            self._metrics.listening.set(0)
            return None
        if self._deaf:
            log.info("listening_again")
        self._deaf = False
        self._metrics.listening.set(1)
        return heard
