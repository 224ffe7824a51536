"""The channels of a process, and what is done on them around a turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from bot.domain.conversations import FETCHED, RenderedReply
from bot.services import identity, overview
from bot.services.dependencies import Dependencies
from channels.contract import Channel
from gateway.addresses import Addresses
from gateway.threads import Threads

log = structlog.get_logger(__name__)

#: A customer waits no longer than this for what a platform says about them.
VOUCH_SECONDS = 5.0


class Platforms:
    """Channels by name. Conversations of channels that are not connected here are left alone."""

    def __init__(self, deps: Dependencies, threads: Threads, addresses: Addresses) -> None:
        self._deps = deps
        self._threads = threads
        self._addresses = addresses
        self._signs: set[asyncio.Task[None]] = set()
        self.channels: Mapping[str, Channel] = {}

    async def before_turn(self, conversation_id: str) -> None:
        """Shows that an answer is on its way, and takes the platform's word for who writes, if it counts."""
        place = await self._addresses.place(conversation_id)
        channel = self.channels.get(place.channel) if place is not None else None
        if place is None or channel is None or place.channel in FETCHED:
            return
        sign = asyncio.create_task(channel.working(place.address))
        self._signs.add(sign)
        sign.add_done_callback(self._shown)
        await self._vouched(channel, place.address, conversation_id)

    async def overview(self, name: str, address: str) -> Sequence[RenderedReply]:
        """What a customer is shown without having written."""
        conversation_id = await self._addresses.conversation(name, address)
        channel = self.channels.get(name)
        if channel is not None:
            await self._vouched(channel, address, conversation_id)
        return await self._threads.run(overview.show, self._deps, conversation_id)

    def _shown(self, sign: asyncio.Task[None]) -> None:
        self._signs.discard(sign)
        if not sign.cancelled() and (fault := sign.exception()) is not None:
            log.warning("working_not_shown", exc_info=fault)

    async def _vouched(self, channel: Channel, address: str, conversation_id: str) -> None:
        if not await self._threads.run(identity.wants_vouching, self._deps, conversation_id):
            return
        try:
            async with asyncio.timeout(VOUCH_SECONDS):
                email = await channel.vouch(address)
        except Exception as fault:
            # Away, or a channel's bug; who is not vouched for proves by a code who they are.
            log.warning("not_vouched", channel=channel.name, conversation=conversation_id, exc_info=fault)
            return
        if email is not None:
            await self._threads.run(identity.vouched, self._deps, conversation_id, email)
