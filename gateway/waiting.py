"""Waiting for the answer to a message, whoever gives it: this process or another one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.domain.conversations import Message
from bot.services import inbox
from bot.services.dependencies import Dependencies
from channels.web.adapter import WebChannel
from gateway.pace import Pace
from gateway.threads import Threads
from gateway.turns import Turns


@dataclass(frozen=True, slots=True)
class Waited:
    """What came of it: the replies, or none when the time is over, or while a `person` is in charge."""

    replies: tuple[Message, ...] = ()
    person: bool = False


class Waiting:
    """Waits by the bell of the conversation, and by looking into the store where another process answers."""

    def __init__(
        self, deps: Dependencies, turns: Turns, web: WebChannel, threads: Threads, pace: Pace
    ) -> None:
        self._deps = deps
        self._turns = turns
        self._web = web
        self._threads = threads
        self._pace = pace

    async def wait_for(self, inbox_id: str, conversation_id: str, timeout: float) -> Waited:  # noqa: ASYNC109 - "not in time" is an answer here, not a fault
        """Waits up to `timeout` seconds for the answer to an inbox entry; not where a person is in charge."""
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout
        with self._web.listening(conversation_id) as bell:
            while True:
                bell.clear()
                waited = await self._threads.run(self._look, inbox_id)
                left = until - loop.time()
                if waited is not None:
                    return waited
                if left <= 0 or self._web.stopped:
                    return Waited()
                # A worker of ours rings; only what others do has to be looked for.
                patience = 1.0 if self._turns.working_on(conversation_id) else self._pace.look
                await _rung(bell, min(patience, left))

    def _look(self, inbox_id: str) -> Waited | None:
        replies = inbox.replies_to(self._deps, inbox_id)
        return None if replies is None else Waited(replies.messages, replies.person)


async def _rung(bell: asyncio.Event, patience: float) -> None:
    try:
        async with asyncio.timeout(patience):
            await bell.wait()
    except TimeoutError:
        return
