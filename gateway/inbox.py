"""Where channels hand their messages in: stored durably first, answered after."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot.domain.conversations import FETCHED
from bot.domain.errors import NotFoundError
from bot.domain.inbox import Event
from bot.services import arrivals, inbox
from bot.services.dependencies import Dependencies
from bot.services.inbox import IdReusedError, Incoming, TooManyMessagesError
from channels.contract import Inbound
from gateway.addresses import Addresses
from gateway.threads import Threads
from gateway.turns import Turns

log = structlog.get_logger(__name__)


class Inbox:
    """Implements `channels.contract.Receive`."""

    def __init__(self, deps: Dependencies, turns: Turns, threads: Threads, addresses: Addresses) -> None:
        self._deps = deps
        self._turns = turns
        self._threads = threads
        self._addresses = addresses

    async def receive(self, message: Inbound) -> str:
        """Stores a message and has it answered; returns its inbox id, the same for the same message.

        From channels that are fetched from, raises what `inbox.accept` raises: the client is told. From all
        others only what means that the platform should send it again, such as `ConflictError` from a store
        that is too busy; repeating it with the same id is safe.
        """
        if message.channel in FETCHED:
            return await self._accept(message.address, message)
        conversation_id = await self._addresses.conversation_at(message)
        try:
            return await self._accept_or_stale(conversation_id, message)
        except IdReusedError:
            log.warning("message_id_reused", channel=message.channel, conversation=conversation_id)
            return ""
        except TooManyMessagesError:
            log.warning("too_many_messages", channel=message.channel, conversation=conversation_id)
            await self._threads.run(arrivals.turn_away, self._deps, conversation_id)
            return ""

    async def _accept_or_stale(self, conversation_id: str, message: Inbound) -> str:
        try:
            return await self._accept(conversation_id, message)
        except (NotFoundError, IdReusedError):
            if message.button is None:
                raise
            # Nobody can press what is not there: it was shown by an earlier installation, say. The same press
            # again finds what the first one was taken for.
            stale = replace(message, button=None, event=Event.STALE_BUTTON)
            return await self._accept(conversation_id, stale)

    async def _accept(self, conversation_id: str, message: Inbound) -> str:
        incoming = Incoming(
            conversation_id=conversation_id,
            message_id=message.message_id,
            text=message.text,
            button=message.button,
            event=message.event,
            said_at=message.said_at,
        )
        inbox_id = await self._threads.run(inbox.accept, self._deps, incoming)
        self._turns.submit(conversation_id)
        return inbox_id
