"""The open sockets of this process: how many there may be, who sits where, and what is new for them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from bot.domain.conversations import Message
from bot.services import sessions, transcripts
from bot.services.dependencies import Dependencies
from channels.web.adapter import WebChannel
from gateway.metrics import Metrics
from gateway.threads import Threads

log = structlog.get_logger(__name__)

#: Sockets of one process. Who is refused asks over HTTP instead, which costs us no place.
MOST = 5000
#: Sockets of one conversation: tabs and devices. One more, and the oldest has to go.
OF_ONE = 20
#: Threads for all of them. When thousands come back at once, after a restart, they queue up here, and not
#: before the messages that are to be answered.
THREADS = 4
#: So many are let in before everything else in the loop has its turn.
AT_THE_DOOR = 8
#: Messages in one frame. Few enough to get through a slow line within `Pace.send`.
PAGE = 50


@dataclass(eq=False, slots=True)
class Seat:
    """One socket's place at a conversation. `bell` rings when it should look what there is."""

    bell: asyncio.Event
    outdone: bool = False
    doubtful: bool = False


class Sockets:
    """Counts them, keeps both limits, and reads for them in threads of their own."""

    def __init__(
        self,
        deps: Dependencies,
        web: WebChannel,
        metrics: Metrics,
        most: int = MOST,
    ) -> None:
        self._deps = deps
        self._web = web
        self._metrics = metrics
        self._most = most
        self._open = 0
        self._seats: dict[str, OrderedDict[Seat, None]] = {}
        self._blind = False
        self._door = asyncio.Semaphore(AT_THE_DOOR)
        self.threads = Threads(THREADS, "socket")

    def allow(self, most: int) -> None:
        """Has no more than so many from now on: what the system lets a process open may be less than ours."""
        self._most = min(self._most, most)

    @contextmanager
    def admitted(self) -> Iterator[bool]:
        """A place among the sockets of this process while the block runs; False where it is full."""
        if self._open >= self._most:
            yield False
            return
        self._open += 1
        self._metrics.sockets.set(self._open)
        try:
            yield True
        finally:
            self._open -= 1
            self._metrics.sockets.set(self._open)

    async def let_in(self, accept: Awaitable[None]) -> None:
        """Accepts one in a queue: thousands at the same instant would hold up the loop for seconds."""
        async with self._door:
            await accept
            await asyncio.sleep(0)

    @contextmanager
    def seat(self, conversation_id: str) -> Iterator[Seat]:
        """A place at a conversation while the block runs; where there are too many, the oldest is outdone."""
        with self._web.listening(conversation_id) as bell:
            seat = Seat(bell)
            seats = self._seats.setdefault(conversation_id, OrderedDict())
            seats[seat] = None
            if len(seats) > OF_ONE:
                oldest, _ = seats.popitem(last=False)
                oldest.outdone = True
                oldest.bell.set()
            try:
                yield seat
            finally:
                seats.pop(seat, None)
                if not seats and self._seats.get(conversation_id) is seats:
                    del self._seats[conversation_id]

    def doubt(self, conversation_id: str) -> None:
        """Has the sockets of a conversation see at once whether their session still lives: one has ended."""
        for seat in self._seats.get(conversation_id, ()):
            seat.doubtful = True
            seat.bell.set()

    async def after(self, conversation_id: str, seq: int) -> Sequence[Message] | None:
        """The next messages after number `seq`; None when they cannot be read now."""
        try:
            messages = await self.threads.run(transcripts.after, self._deps, conversation_id, seq, PAGE)
        except Exception as fault:  # noqa: BLE001 - whatever it was, the socket looks again
            self.failed(fault)
            return None
        self._worked()
        return messages

    async def lives(self, token: str, conversation_id: str) -> bool:
        """Whether a session still opens its conversation; yes, too, while that cannot be found out."""
        try:
            opens = await self.threads.run(sessions.conversation_of, self._deps, token)
        except Exception as fault:  # noqa: BLE001 - whatever it was, it is asked again
            self.failed(fault)
            return True
        return opens == conversation_id

    def failed(self, fault: Exception) -> None:
        """Logs the first of many: when the database is away, it is so for thousands of sockets at once."""
        if not self._blind:
            log.error("sockets_fail", exc_info=fault)
        self._blind = True

    def _worked(self) -> None:
        if self._blind:
            log.info("sockets_work_again")
        self._blind = False
