"""The small channel that docs/add-a-channel.md tells about, in the suite of its contract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx

from bot.bootstrap import Application
from channels.contract import Channel
from gateway.channels import HostOf
from tests.contract.channel_harness import Read
from tests.fixtures.postcards import Postcards, PostOffice


class PostcardHarness:
    """Implements `Harness` for the small channel that docs/add-a-channel.md tells about."""

    name = "postcards"
    sends = True

    def __init__(self) -> None:
        self._office = PostOffice()
        self._client: httpx.AsyncClient | None = None
        self._count = 0

    @property
    def settings(self) -> dict[str, Any]:
        """None: it is not one of the product's."""
        return {}

    def channels(self, application: Application, host_of: HostOf) -> Iterable[Channel]:
        """The postcards alone."""
        return [Postcards(self._office)]

    def use(self, client: httpx.AsyncClient) -> None:
        """It has a webhook."""
        self._client = client

    async def ready(self) -> None:
        """At once."""

    async def says(self, person: int, text: str) -> object:
        """Writes one."""
        return await self._post({"from": str(person), "text": text})

    async def presses(self, person: int, token: str) -> object:
        """Ticks a box."""
        return await self._post({"from": str(person), "box": token})

    async def again(self, sent: object) -> None:
        """The same postcard."""
        assert isinstance(sent, dict)
        await self._post(sent)

    async def read(self, person: int) -> list[Read]:
        """Their letterbox."""
        return [Read(item.text, item.boxes) for item in self._office.delivered(str(person))]

    def address(self, person: int) -> str:
        """The sender's."""
        return str(person)

    def refuse(self, times: int) -> None:
        """The office is closed."""
        self._office.closed = times

    def block(self, person: int) -> None:
        """They have moved away."""
        self._office.moved.add(str(person))

    async def _post(self, card: dict[str, str]) -> dict[str, str]:
        if "number" not in card:
            self._count += 1
            card = {**card, "number": str(self._count)}
        assert self._client is not None
        status = 0
        while status != 200:  # a post office does not give up
            headers = {"X-Stamp": self._office.stamp}
            response = await self._client.post("/channels/postcards", json=card, headers=headers)
            status = response.status_code
        return card
