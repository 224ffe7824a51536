"""What tests of the dispatcher look at, and a second process beside the first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from bot.domain.inbox import InboxState
from gateway.app import create_app
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.support import QUICK, World

#: What a cancellation is answered with.
CANCELLED = ["receipt", "exit_question"]


@asynccontextmanager
async def another_process(world: World, rasa: FakeRasa | None = None) -> AsyncIterator[World]:
    """A second gateway on the same store."""
    second = rasa or FakeRasa(world.application.deps)
    app = create_app(world.application, second, QUICK)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50001))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        yield World(world.application, second, app, client, world.clock)


def state(world: World, conversation_id: str) -> InboxState | None:
    """Of the oldest message that is accepted; None when all are answered."""
    with world.application.deps.store.begin() as work:
        entry = work.inbox.next_accepted(conversation_id)
    return entry.state if entry else None


def held_until(world: World, conversation_id: str, seconds: float) -> bool:
    """Whether the first process's lease lives for so many more seconds, that is, was just renewed."""
    owner = world.app.state.runtime.turns._leases.owner
    with world.application.deps.store.begin() as work:
        return work.conversations.holds_lease(
            conversation_id, owner, world.clock.now() + timedelta(seconds=seconds)
        )


def operations(world: World, customer: str = "demo-solo") -> int:
    """How often something was done at the billing provider."""
    with world.application.deps.store.begin() as work:
        return len(work.operations.of_customer(customer))


async def kinds(world: World, session: dict[str, str]) -> list[str]:
    """The bot's messages, by kind."""
    return [item["kind"] for item in await world.history(session) if item["from"] == "bot"]
