"""A channel in a world of its own, stopped after the test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.unit.channels.telegram.support import World, make_world


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """By long polling; not started."""
    made = make_world(monkeypatch)
    yield made
    await made.channel.stop()


@pytest.fixture
async def hooked(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """By webhook; not started."""
    made = make_world(monkeypatch, webhook_url="https://leave.example.com/channels/telegram")
    yield made
    await made.channel.stop()
