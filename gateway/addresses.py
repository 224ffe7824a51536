"""Which conversation an address has, and the way back; looked up once, since neither ever changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar

from bot.services import arrivals
from bot.services.dependencies import Dependencies
from channels.contract import Inbound
from gateway.threads import Threads

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
#: So many conversations are remembered; what is forgotten is looked up again.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation takes place."""

    channel: str
    address: str


class Addresses:
    """Remembers what the store says; nothing here is missed by another process."""

    def __init__(self, deps: Dependencies, threads: Threads) -> None:
        self._deps = deps
        self._threads = threads
        self._conversations: OrderedDict[Place, str] = OrderedDict()
        self._places: OrderedDict[str, Place] = OrderedDict()

    async def conversation_at(self, message: Inbound) -> str:
        """The conversation a message belongs to, begun if it is the first."""
        return await self.conversation(message.channel, message.address, message.locale)

    async def conversation(self, channel: str, address: str, locale: str | None = None) -> str:
        """The conversation with an address, begun if there is none."""
        place = Place(channel, address)
        known = self._conversations.get(place)
        if known is None:
            known = await self._threads.run(arrivals.conversation_at, self._deps, channel, address, locale)
            _remember(self._conversations, place, known)
        return known

    async def place(self, conversation_id: str) -> Place | None:
        """Where a conversation takes place; None for one that is not there."""
        known = self._places.get(conversation_id)
        if known is None:
            found = await self._threads.run(arrivals.place_of, self._deps, conversation_id)
            if found is None:
                return None
            known = Place(*found)
            _remember(self._places, conversation_id, known)
        return known


def _remember(cache: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    cache[key] = value
    if len(cache) > REMEMBERED:
        cache.popitem(last=False)
