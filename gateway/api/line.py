"""One client's line: what it has not seen yet, as it comes, and a sign of life in between."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket

from bot.domain.errors import FairwellError
from channels.web import render
from gateway.api.access import session_invalid
from gateway.runtime import Runtime
from gateway.sockets import Seat


class SlowError(FairwellError):
    """The client does not read what it is sent."""


class Line:
    """Reads a transcript from where the client is, and nothing ahead of it.

    So what waits for a client is one frame at most, whatever is written meanwhile: there is no queue to grow.
    """

    def __init__(self, websocket: WebSocket, runtime: Runtime, seat: Seat) -> None:
        self._websocket = websocket
        self._runtime = runtime
        self._pace = runtime.pace
        self._seat = seat
        self._time = asyncio.get_running_loop().time
        self._sent = self._checked = self._time()

    async def keep(self, token: str, conversation_id: str, after: int) -> str:
        """Pushes what follows number `after` until the line ends; returns why, in a word.

        Raises `SlowError`, `ApiError` 401 when the session has ended, `WebSocketDisconnect`.
        """
        gone = asyncio.create_task(self._until_gone())
        gone.add_done_callback(lambda _: self._seat.bell.set())
        try:
            while (why := self._over(gone)) is None:
                after = await self._round(token, conversation_id, after)
            return why
        finally:
            gone.cancel()
            with suppress(asyncio.CancelledError):
                await gone

    def _over(self, gone: asyncio.Task[None]) -> str | None:
        if gone.done():
            return "left"
        # What was said last is not waited for: who is told to come back asks for it then.
        if self._runtime.web.stopped:
            return "stopped"
        return "outdone" if self._seat.outdone else None

    async def _round(self, token: str, conversation_id: str, after: int) -> int:
        """Looks once, sends what there is or waits for more; returns how far the client is."""
        self._seat.bell.clear()
        await self._check(token, conversation_id)
        messages = await self._runtime.sockets.after(conversation_id, after)
        if messages:
            await self._send(render.history(messages))
            self._runtime.metrics.socket_messages.inc(len(messages))
            return messages[-1].seq
        await self._something(blind=messages is None)
        return after

    async def _check(self, token: str, conversation_id: str) -> None:
        """Sees now and then whether the session still lives: it may have been ended anywhere."""
        if not self._seat.doubtful and self._time() - self._checked < self._pace.socket:
            return
        self._seat.doubtful = False
        if not await self._runtime.sockets.lives(token, conversation_id):
            raise session_invalid()
        self._checked = self._time()

    async def _something(self, *, blind: bool) -> None:
        """Waits until there is a reason to look; shows meanwhile that the line is not dead."""
        patience = self._pace.socket_again if blind else self._pace.socket
        # More or less, so that those who came at the same instant do not all look at once for ever.
        until = self._time() + patience * random.uniform(0.7, 1.3)  # noqa: S311 - no secret
        while not self._seat.bell.is_set() and (left := until - self._time()) > 0:
            quiet = self._time() - self._sent
            if quiet >= self._pace.alive:
                await self._send({"messages": []})
            else:
                await _rung(self._seat.bell, min(left, self._pace.alive - quiet))

    async def _send(self, frame: Mapping[str, Any]) -> None:
        """Raises `SlowError` when the client has not read enough of what came before this one."""
        try:
            async with asyncio.timeout(self._pace.send):
                await self._websocket.send_json(frame)
        except TimeoutError:
            raise SlowError("the client does not read") from None
        self._sent = self._time()

    async def _until_gone(self) -> None:
        """What a client sends after the first frame means nothing; that it left does."""
        while (await self._websocket.receive())["type"] != "websocket.disconnect":
            pass


async def _rung(bell: asyncio.Event, patience: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await bell.wait()
