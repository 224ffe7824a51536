"""The website's chat in the suite of its contract: what was said is read, not sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

import httpx

from bot.bootstrap import Application
from channels.contract import Channel
from gateway.channels import HostOf
from tests.contract.channel_harness import Read


class WebHarness:
    """Implements `Harness` with one session a person."""

    name = "web"
    sends = False

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None
        self._sessions: dict[int, dict[str, str]] = {}

    @property
    def settings(self) -> dict[str, Any]:
        """None: it is always there."""
        return {}

    def channels(self, application: Application, host_of: HostOf) -> Iterable[Channel]:
        """None but the web."""
        return ()

    def use(self, client: httpx.AsyncClient) -> None:
        """Where it listens."""
        self._client = client

    async def ready(self) -> None:
        """At once."""

    async def says(self, person: int, text: str) -> object:
        """Writes."""
        return await self._post(person, {"text": text})

    async def presses(self, person: int, token: str) -> object:
        """Presses."""
        return await self._post(person, {"button": token})

    async def again(self, sent: object) -> None:
        """The client repeats it with the same id."""
        assert isinstance(sent, tuple)
        await self._post(*sent)

    async def read(self, person: int) -> list[Read]:
        """The history."""
        if person not in self._sessions:
            return []
        response = await self._http.get("/chat/messages", params={"after": 0}, headers=self._bearer(person))
        return [
            Read(item["text"], [(button["title"], button["token"]) for button in item["buttons"]])
            for item in response.json()["messages"]
            if item["from"] != "customer"
        ]

    def address(self, person: int) -> str:
        """The conversation's id."""
        return self._sessions[person]["conversation"]

    def refuse(self, times: int) -> None:
        """Nothing is sent."""

    def block(self, person: int) -> None:
        """Nothing is sent."""

    @property
    def _http(self) -> httpx.AsyncClient:
        assert self._client is not None
        return self._client

    def _bearer(self, person: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._sessions[person]['session']}"}

    async def _post(self, person: int, body: dict[str, str]) -> tuple[int, dict[str, str]]:
        if person not in self._sessions:
            opened = await self._http.post("/chat/sessions", json={})
            self._sessions[person] = opened.json()
        body = {"id": str(uuid.uuid4()), **body}
        status = 503
        while status == 503:  # a client does not give up
            response = await self._http.post("/chat/messages", json=body, headers=self._bearer(person))
            status = response.status_code
        return person, body
