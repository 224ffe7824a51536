"""A channel whose requests are answered by the stand-in's rules in this process, without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from telegram.request import BaseRequest, RequestData

from bot.domain.conversations import RenderedReply
from channels.contract import Host, Inbound
from channels.telegram import api
from channels.telegram.adapter import TelegramChannel
from channels.telegram.config import TelegramConfig
from channels.telegram.pace import Pace
from tests.fixtures.telegram import stand_in_methods
from tests.fixtures.telegram.stand_in import TelegramStandIn
from tests.fixtures.telegram.stand_in_rules import Json, RefusedCallError

SECRET = "a-secret_of-the-tests"
#: Everything soon: what tests wait for are conditions, never these times.
QUICK = Pace(
    long_poll=20,
    idle=0.001,
    elsewhere=0.005,
    conflict=0.005,
    refused=0.005,
    first=0.001,
    most=0.005,
    typing=60,
)


class InProcessTelegram(BaseRequest):
    """In place of the HTTP client: the stand-in's methods, called directly.

    `raises` is raised instead of an answer; `empty` polls that find nothing are answered without waiting.
    """

    def __init__(self, stand_in: TelegramStandIn) -> None:
        self._state = stand_in.state
        self._state.ring = self._ring
        self._bell = asyncio.Event()
        self.raises: list[BaseException] = []
        self.empty = 0

    @property
    def read_timeout(self) -> float | None:
        """As a client has one."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = None,
        write_timeout: object = None,
        connect_timeout: object = None,
        pool_timeout: object = None,
    ) -> tuple[int, bytes]:
        """Answers as the Bot API does."""
        await asyncio.sleep(0)
        parts = urlsplit(url)
        name = parts.path.rpartition("/")[2]
        params: Json = {
            **dict(parse_qsl(parts.query)),
            **(request_data.json_parameters if request_data else {}),
        }
        if self.raises:
            raise self.raises.pop(0)
        call, failure = self._state.begin(name, params)
        if failure is not None:
            call.status = failure.status
            return _failed(failure.status, failure.description or "No", failure.parameters)
        try:
            result = await self._result(name, params)
        except RefusedCallError as refusal:
            call.status = refusal.status
            return _failed(refusal.status, refusal.description, refusal.parameters)
        call.status = 200
        self._state.tell()
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def _result(self, name: str, params: Json) -> object:
        if name != "getUpdates":
            return stand_in_methods.call(self._state, name, params)
        while not (found := self._state.fetch(int(params.get("offset", 0)), 100)):
            if self.empty > 0:
                self.empty -= 1
                break
            bell = self._bell
            await bell.wait()
        return found

    def _ring(self) -> None:
        rung, self._bell = self._bell, asyncio.Event()
        rung.set()


def _failed(status: int, description: str, parameters: Json | None) -> tuple[int, bytes]:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters or {}}
    return status, json.dumps(body).encode()


@dataclass
class Gateway:
    """What takes messages in: it refuses as often as `refusals` says, and for those in `poison` always."""

    received: list[Inbound] = field(default_factory=list)
    refusals: int = 0
    poison: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    mine: bool = True
    leases: int = 0

    async def receive(self, message: Inbound) -> str:
        """Durable, or an exception."""
        await asyncio.sleep(0)
        if self.refusals > 0 or message.message_id in self.poison:
            self.refusals -= 1
            self.refused.append(message.message_id)
            raise ConnectionError("the database is away")
        self.received.append(message)
        return f"in_{message.message_id}"

    @asynccontextmanager
    async def only_one(self, name: str) -> AsyncIterator[bool]:
        """The right to be the only one."""
        assert name == "telegram-poller"
        self.leases += 1
        yield self.mine

    def host(self) -> Host:
        """Words are their names and the language."""
        return Host(words=words, only_one=self.only_one, vault=_NO_VAULT, overview=_overview)


def words(name: str, locale: str | None) -> str:
    """Such as `telegram_receipt_link in de`."""
    return f"{name} in {locale}"


async def _overview(_: str) -> Sequence[RenderedReply]:
    return ()


_NO_VAULT: Any = None


@dataclass
class World:
    """A channel, what it talks to, and what it hands over to."""

    telegram: TelegramStandIn
    transport: InProcessTelegram
    gateway: Gateway
    channel: TelegramChannel

    async def start(self) -> None:
        """As the gateway does."""
        await self.channel.start(self.gateway.receive)


def config(**changes: Any) -> TelegramConfig:
    """Long polling at an API that is not there, unless changed."""
    given: dict[str, Any] = {
        "token": TelegramStandIn().token,
        "api_url": "http://telegram.invalid",
        "webhook_url": None,
        "webhook_secret": SECRET,
        "languages": ("en", "de"),
    }
    return TelegramConfig(**{**given, **changes})


def make_world(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> World:
    """A world that was not started yet."""
    telegram, gateway = TelegramStandIn(), Gateway()
    transport = InProcessTelegram(telegram)
    monkeypatch.setattr(api, "_request", lambda **_: transport)
    return World(telegram, transport, gateway, TelegramChannel(config(**changes), gateway.host(), QUICK))


async def until(holds: Callable[[], bool]) -> None:
    """Waits for a condition."""
    async with asyncio.timeout(timedelta(seconds=20).total_seconds()):
        while not holds():  # noqa: ASYNC110 - conditions are the fakes'; they ring no bell
            await asyncio.sleep(0.002)
