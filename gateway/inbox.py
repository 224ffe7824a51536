"""Where channels hand their messages in: stored durably first, answered after."""

from __future__ import annotations

from bot.domain.errors import ConflictError, FairwellError
from bot.services import inbox
from bot.services.dependencies import Dependencies
from bot.services.inbox import Incoming
from channels.contract import Inbound
from gateway.threads import Threads
from gateway.turns import Turns


class IdReusedError(FairwellError):
    """A message id came again with another body."""


class Inbox:
    """Implements `channels.contract.Receive`, for channels whose address is the conversation's id."""

    def __init__(self, deps: Dependencies, turns: Turns, threads: Threads) -> None:
        self._deps = deps
        self._turns = turns
        self._threads = threads

    async def receive(self, message: Inbound) -> str:
        """Stores a message and has it answered; returns its inbox id, the same for the same message.

        Raises `IdReusedError`, `NotFoundError` for a button of another conversation, `TooManyMessagesError`.
        """
        incoming = Incoming(
            conversation_id=message.address,
            message_id=message.message_id,
            text=message.text,
            button=message.button,
            said_at=message.said_at,
        )
        inbox_id = await self._threads.run(self._accept, incoming)
        self._turns.submit(message.address)
        return inbox_id

    def _accept(self, incoming: Incoming) -> str:
        try:
            return inbox.accept(self._deps, incoming)
        except ConflictError:
            with self._deps.store.begin() as work:
                known = work.inbox.find(incoming.conversation_id, incoming.message_id)
            if known is not None and known.fingerprint != incoming.fingerprint:
                raise IdReusedError("this id was used for another message") from None
            # Not the caller's fault: the store was too busy. Repeating it with the same id is safe.
            raise
