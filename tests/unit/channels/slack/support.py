"""What a gateway gives to the Slack channel, made small: a vault, words, and a place for what comes in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.conversations import ReceiptSummary, RenderedReply, ReplyKind
from channels.contract import Host, Inbound
from channels.slack.adapter import SlackChannel
from channels.slack.config import SlackConfig
from tests.fixtures.slack.stand_in import SlackStandIn

AT = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = SlackStandIn.signing_secret
RECEIPT = ReceiptSummary("R-1", "cancel", "Pro", AT, AT, "https://leave.example.com/receipts/R-1?key=k")
UNDO = ("undo", "Undo", "token-undo")


def config(api_url: str = "https://slack.invalid/api", **more: object) -> SlackConfig:
    """One workspace with a token, by HTTP; `more` replaces fields."""
    given: dict[str, object] = {
        "api_url": api_url,
        "public_url": "https://leave.example.com",
        "bot_token": "xoxb-T1",
        "app_token": None,
        "signing_secret": SECRET,
        "client_id": None,
        "client_secret": None,
        "trusted_workspaces": frozenset(),
        **more,
    }
    return SlackConfig(**given)  # type: ignore[arg-type]


def reply(text: str = "Done.", *buttons: tuple[str, str, str], receipt: bool = False) -> RenderedReply:
    """A reply as the gateway renders it."""
    kind = ReplyKind.RECEIPT if receipt else ReplyKind.TEXT
    return RenderedReply(kind, text, buttons, RECEIPT if receipt else None, "en")


class MemoryVault:
    """A vault that forgets when it should; `now` can be moved on."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, float | None]] = {}
        self.now = time.time()

    async def put(self, name: str, value: str, *, seconds: float | None = None) -> None:
        """Keeps it."""
        self.kept[name] = (value, None if seconds is None else self.now + seconds)

    async def get(self, name: str) -> str | None:
        """Finds it."""
        value, until = self.kept.get(name, (None, None))
        return None if until is not None and until <= self.now else value

    async def take(self, name: str) -> str | None:
        """Finds it once."""
        value = await self.get(name)
        self.kept.pop(name, None)
        return value

    async def remove(self, name: str) -> None:
        """Forgets it."""
        self.kept.pop(name, None)


@dataclass
class Received:
    """Takes messages in. While `gate` is closed it takes its time; with a `fault` it takes nothing."""

    messages: list[Inbound] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    fault: Exception | None = None
    answer: Callable[[Inbound], None] | None = None

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, inbound: Inbound) -> str:
        """The inbox's promise."""
        self.waiting.set()
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        self.messages.append(inbound)
        if self.answer is not None:
            self.answer(inbound)
        return f"i_{len(self.messages)}"


def host(vault: MemoryVault | None = None, overview: Sequence[RenderedReply] = ()) -> Host:
    """What the gateway gives."""

    @asynccontextmanager
    async def only_one(_: str) -> AsyncIterator[bool]:
        yield True

    async def told(_: str) -> Sequence[RenderedReply]:
        return overview

    return Host(lambda name, locale: f"{name}({locale or ''})", only_one, vault or MemoryVault(), told)


@asynccontextmanager
async def running(channel: SlackChannel, receive: Callable[[Inbound], object]) -> AsyncIterator[SlackChannel]:
    """A channel between start and stop."""
    await channel.start(receive)  # type: ignore[arg-type]
    try:
        yield channel
    finally:
        await channel.stop()


async def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Waits for a condition; a test that waits in vain says so."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in another thread
            await asyncio.sleep(0.01)
