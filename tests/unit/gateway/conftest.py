"""One process of the gateway, running."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from gateway import logs
from gateway.app import create_app
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.fake_rasa import FakeRasa
from tests.unit.gateway.leaver import Leaver, leaving
from tests.unit.gateway.support import QUICK, World, application

#: Pieces of what customers write in these tests.
NEVER_LOGGED = ("want to cancel", "hello", "example.com", "human please", "token-")


@pytest.fixture(autouse=True)
def log() -> Iterator[io.StringIO]:
    """What is logged, as in production; afterwards no test may have logged a customer's words, or a token."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.configure(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    for piece in NEVER_LOGGED:
        assert piece not in written.getvalue()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """With the demo's customers, in memory."""
    clock = FakeClock()
    made = application(tmp_path, clock=clock)
    rasa = FakeRasa(made.deps)
    app = create_app(made, rasa, QUICK)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50000), raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client,
    ):
        yield World(made, rasa, app, client, clock)


@pytest.fixture
async def leaver(tmp_path: Path) -> AsyncIterator[Leaver]:
    """A visitor without chat, at a gateway whose Rasa is down."""
    async with leaving(tmp_path) as made:
        yield made
