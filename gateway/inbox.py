"""Where channels hand their messages in: stored durably first, answered after."""

from __future__ import annotations

from bot.services import inbox
from bot.services.dependencies import Dependencies
from bot.services.inbox import Incoming
from channels.contract import Inbound
from gateway.threads import Threads
from gateway.turns import Turns


class Inbox:
    """Implements `channels.contract.Receive`, for channels whose address is the conversation's id."""

    def __init__(self, deps: Dependencies, turns: Turns, threads: Threads) -> None:
        self._deps = deps
        self._turns = turns
        self._threads = threads

    async def receive(self, message: Inbound) -> str:
        """Stores a message and has it answered; returns its inbox id, the same for the same message.

        Raises what `inbox.accept` raises, and `ConflictError` where the store is too busy: repeating it with
        the same id is safe.
        """
        incoming = Incoming(
            conversation_id=message.address,
            message_id=message.message_id,
            text=message.text,
            button=message.button,
            said_at=message.said_at,
        )
        inbox_id = await self._threads.run(inbox.accept, self._deps, incoming)
        self._turns.submit(message.address)
        return inbox_id
