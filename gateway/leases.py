"""The right to work on a conversation, or to be the only one at something, renewed while it is held."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial

import structlog

from bot.services.dependencies import Dependencies
from gateway.pace import Pace
from gateway.threads import Threads

log = structlog.get_logger(__name__)


class Leases:
    """Leases of conversations, and rights by name, for one owner, a name no other process has.

    A lease that is lost while it is held stops nobody here: completing a turn checks it in its own
    transaction, and a platform refuses the second who polls.
    """

    def __init__(self, deps: Dependencies, owner: str, threads: Threads, pace: Pace) -> None:
        self.owner = owner
        self._deps = deps
        self._threads = threads
        self._pace = pace

    def hold(self, conversation_id: str) -> AbstractAsyncContextManager[bool]:
        """Holds a conversation's lease while the block runs; gives False where another process has it."""
        take, release = partial(self._take, conversation_id), partial(self._release, conversation_id)
        return self._held(take, release, self._pace.renew, {"conversation": conversation_id})

    def only_one(self, name: str) -> AbstractAsyncContextManager[bool]:
        """Holds a right by its name while the block runs; gives False where another process has it."""
        take, release = partial(self._take_role, name), partial(self._release_role, name)
        return self._held(take, release, self._pace.renew_role, {"role": name})

    @asynccontextmanager
    async def _held(
        self, take: Callable[[], bool], release: Callable[[], None], every: float, what: dict[str, str]
    ) -> AsyncIterator[bool]:
        if not await self._threads.run(take):
            yield False
            return
        renewing = asyncio.create_task(self._renew(take, every, what))
        try:
            yield True
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            await self._threads.run(release)

    async def _renew(self, take: Callable[[], bool], every: float, what: dict[str, str]) -> None:
        while True:
            await asyncio.sleep(every)
            try:
                kept = await self._threads.run(take)
            except Exception as fault:  # noqa: BLE001 - a database that is away for a moment; the next try tells
                log.warning("lease_not_renewed", fault=type(fault).__name__, **what)
                continue
            if not kept:
                log.warning("lease_lost", **what)
                return

    def _take(self, conversation_id: str) -> bool:
        now = self._deps.clock.now()
        with self._deps.store.begin() as work:
            taken = work.conversations.take_lease(conversation_id, self.owner, now + self._pace.lease, now)
            if taken:
                work.commit()
        return taken

    def _release(self, conversation_id: str) -> None:
        with self._deps.store.begin() as work:
            work.conversations.release_lease(conversation_id, self.owner)
            work.commit()

    def _take_role(self, name: str) -> bool:
        now = self._deps.clock.now()
        with self._deps.store.begin() as work:
            taken = work.roles.take(name, self.owner, now + self._pace.role_lease, now)
            if taken:
                work.commit()
        return taken

    def _release_role(self, name: str) -> None:
        with self._deps.store.begin() as work:
            work.roles.release(name, self.owner)
            work.commit()
