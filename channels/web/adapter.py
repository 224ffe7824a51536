"""The website's chat as a channel: what is sent waits in the transcript, and listeners are told to look."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from starlette.routing import BaseRoute

from bot.domain.conversations import RenderedReply
from channels.contract import Receive


class WebChannel:
    """Implements `channels.contract.Channel`; an address is a conversation's id.

    The web fetches: requests and sockets read the transcript, which is durable. So sending is no more than a
    ring of the bell for those of this process that wait for this conversation; other processes hear of it
    from the database.
    """

    name = "web"
    # Nothing is sent: whole messages are read from the transcript.
    max_text = sys.maxsize

    def __init__(self) -> None:
        self._bells: dict[str, set[asyncio.Event]] = {}
        self.stopped = False

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """None: the web's routes open sessions and wait for answers, which is the gateway's work."""
        return ()

    async def start(self, receive: Receive) -> None:
        """Nothing is to be fetched."""

    async def stop(self) -> None:
        """Wakes everybody who listens; `stopped` tells them to end."""
        self.stopped = True
        self.ring_all()

    async def send(self, address: str, reply: RenderedReply) -> None:
        """Tells those who listen to this conversation that there is something new."""
        self.ring(address)

    async def working(self, address: str) -> None:
        """Nothing: the page shows by itself that it waits."""

    def link(self, token: str) -> str | None:
        """None: a website has sessions of its own."""
        return None

    async def vouch(self, address: str) -> str | None:
        """Nobody: a website vouches with an identity token, when the session is opened."""
        return None

    def ring(self, address: str) -> None:
        """Something happened in this conversation."""
        for bell in self._bells.get(address, ()):
            bell.set()

    def ring_all(self) -> None:
        """Something may have happened in any conversation."""
        for address in self._bells:
            self.ring(address)

    @contextmanager
    def listening(self, address: str) -> Iterator[asyncio.Event]:
        """A bell for this conversation. Clear it before you look, so that nothing falls in between."""
        bell = asyncio.Event()
        self._bells.setdefault(address, set()).add(bell)
        try:
            yield bell
        finally:
            listeners = self._bells[address]
            listeners.discard(bell)
            if not listeners:
                del self._bells[address]
