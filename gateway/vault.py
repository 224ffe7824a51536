"""The vault that channels are given: sealed in the database, reached from the loop."""

from __future__ import annotations

from datetime import timedelta

from bot.services.dependencies import Dependencies
from gateway.threads import Threads


class SealedVault:
    """Implements `channels.contract.Vault` for one channel; its names are its own."""

    def __init__(self, deps: Dependencies, threads: Threads, channel: str) -> None:
        self._deps = deps
        self._threads = threads
        self._prefix = f"{channel}:"

    async def put(self, name: str, value: str, *, seconds: float | None = None) -> None:
        """Keeps a value, for so many seconds if that is said."""
        await self._threads.run(self._put, name, value, seconds)

    async def get(self, name: str) -> str | None:
        """The value, while it holds."""
        return await self._threads.run(self._get, name)

    async def take(self, name: str) -> str | None:
        """The value, for one who asks."""
        return await self._threads.run(self._take, name)

    async def remove(self, name: str) -> None:
        """Forgets it."""
        await self._threads.run(self._remove, name)

    def _put(self, name: str, value: str, seconds: float | None) -> None:
        until = self._deps.clock.now() + timedelta(seconds=seconds) if seconds is not None else None
        with self._deps.store.begin() as work:
            work.vault.put(self._prefix + name, value, until)
            work.commit()

    def _get(self, name: str) -> str | None:
        with self._deps.store.begin() as work:
            return work.vault.get(self._prefix + name, self._deps.clock.now())

    def _take(self, name: str) -> str | None:
        with self._deps.store.begin() as work:
            value = work.vault.take(self._prefix + name, self._deps.clock.now())
            work.commit()
        return value

    def _remove(self, name: str) -> None:
        with self._deps.store.begin() as work:
            work.vault.remove(self._prefix + name)
            work.commit()
