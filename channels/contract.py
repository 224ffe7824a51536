"""What every channel is to the gateway, and what it hands over: the contract a new channel fulfils."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.routing import BaseRoute

from bot.domain.conversations import RenderedReply


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of a customer as its platform gave it: exactly one of `text` and `button` (a token) is set.

    `address` is who it came from in the channel's own terms; `message_id` is the platform's key for
    deduplication within that address; `said_at` is the platform's signed time (UTC), where it gives one.
    """

    channel: str
    address: str
    message_id: str
    text: str | None = None
    button: str | None = None
    said_at: datetime | None = None


#: Takes a message in durably and returns its inbox id; only then may a channel acknowledge it.
Receive = Callable[[Inbound], Awaitable[str]]


class Channel(Protocol):
    """One platform."""

    name: str

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """The webhooks of this channel; none where it fetches messages itself."""
        ...

    async def start(self, receive: Receive) -> None:
        """Begins to fetch messages, where the platform does not send them."""
        ...

    async def stop(self) -> None:
        """Ends what `start` began."""
        ...

    async def send(self, address: str, reply: RenderedReply) -> None:
        """Delivers one reply; it is in the transcript already."""
        ...
