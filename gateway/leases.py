"""The right to work on a conversation, or to be the only one at something, renewed while it is held."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from bot.services.dependencies import Dependencies
from gateway.pace import Pace
from gateway.threads import Threads

log = structlog.get_logger(__name__)


class Leases:
    """Leases of conversations, and rights by name, for one owner, a name no other process has."""

    def __init__(self, deps: Dependencies, owner: str, threads: Threads, pace: Pace) -> None:
        self.owner = owner
        self._deps = deps
        self._threads = threads
        self._pace = pace

    @asynccontextmanager
    async def hold(self, conversation_id: str) -> AsyncIterator[bool]:
        """Holds a conversation's lease, and renews it; gives False where another process has it.

        A lease that is lost meanwhile stops nobody here: completing a turn checks it in its own transaction.
        """
        if not await self._threads.run(self._take, conversation_id):
            yield False
            return
        renewing = asyncio.create_task(self._renew(conversation_id))
        try:
            yield True
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            await self._threads.run(self._release, conversation_id)

    @asynccontextmanager
    async def only_one(self, name: str) -> AsyncIterator[bool]:
        """Holds a right by its name while the block runs, and renews it; gives False where another has it."""
        if not await self._threads.run(self._take_role, name):
            yield False
            return
        renewing = asyncio.create_task(self._renew_role(name))
        try:
            yield True
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            await self._threads.run(self._release_role, name)

    async def _renew_role(self, name: str) -> None:
        while True:
            await asyncio.sleep(self._pace.renew_role)
            try:
                if not await self._threads.run(self._take_role, name):
                    log.warning("role_lost", role=name)
            except Exception as fault:  # noqa: BLE001 - a database that is away for a moment; the next try tells
                log.warning("role_not_renewed", role=name, fault=type(fault).__name__)

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

    async def _renew(self, conversation_id: str) -> None:
        while True:
            await asyncio.sleep(self._pace.renew)
            try:
                kept = await self._threads.run(self._take, conversation_id)
            except Exception as fault:  # noqa: BLE001 - a database that is away for a moment; the next try tells
                log.warning("lease_not_renewed", conversation=conversation_id, fault=type(fault).__name__)
                continue
            if not kept:
                log.warning("lease_lost", conversation=conversation_id)
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
