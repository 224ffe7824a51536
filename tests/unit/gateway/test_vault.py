from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bootstrap import Application
from gateway.threads import Threads
from gateway.vault import SealedVault
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.connected import connected
from tests.unit.gateway.support import application


@dataclass
class Vaults:
    """Those that channels of one installation are given."""

    made: Application
    clock: FakeClock
    threads: Threads

    def of(self, channel: str) -> SealedVault:
        """One of them; a restart makes it anew."""
        return SealedVault(self.made.deps, self.threads, channel)


@pytest.fixture
async def vaults(tmp_path: Path) -> AsyncIterator[Vaults]:
    """Empty."""
    clock = FakeClock()
    yield Vaults(application(tmp_path, clock=clock), clock, threads := Threads())
    threads.close()


async def test_what_is_put_is_kept(vaults: Vaults) -> None:
    """Over a restart, until it is replaced or removed."""
    await vaults.of("slack").put("T1", "xoxb-1")
    assert await vaults.of("slack").get("T1") == "xoxb-1"
    await vaults.of("slack").put("T1", "xoxb-2")
    assert await vaults.of("slack").get("T1") == "xoxb-2"
    await vaults.of("slack").remove("T1")
    assert await vaults.of("slack").get("T1") is None
    await vaults.of("slack").remove("T1")


async def test_a_channels_names_are_its_own(vaults: Vaults) -> None:
    """No channel sees, takes or removes what is another one's."""
    slack, telegram = vaults.of("slack"), vaults.of("telegram")
    await slack.put("state", "of slack")
    assert await telegram.get("state") is None
    assert await telegram.take("state") is None
    await telegram.remove("state")
    await telegram.put("state", "of telegram")
    assert await slack.get("state") == "of slack"


async def test_it_is_kept_for_as_long_as_was_said(vaults: Vaults) -> None:
    """To the second; and for ever where nothing was said."""
    slack = vaults.of("slack")
    await slack.put("state", "value", seconds=600)
    await slack.put("token", "value")
    vaults.clock.advance(seconds=599)
    assert await slack.get("state") == "value"
    vaults.clock.advance(seconds=1)
    assert await slack.get("state") is None
    assert await slack.take("state") is None
    vaults.clock.advance(days=4000)
    assert await slack.get("token") == "value"


async def test_no_time_at_all(vaults: Vaults) -> None:
    """Is no time without an end."""
    await vaults.of("slack").put("state", "value", seconds=0)
    assert await vaults.of("slack").get("state") is None


async def test_one_takes_it(vaults: Vaults) -> None:
    """Of two, or ten, who ask at once."""
    slack = vaults.of("slack")
    await slack.put("state", "value", seconds=600)
    taken = await asyncio.gather(*(slack.take("state") for _ in range(10)))
    assert sorted(taken, key=str) == [None] * 9 + ["value"]
    assert await slack.get("state") is None


async def test_each_channel_is_given_its_own(tmp_path: Path) -> None:
    """By the gateway, with its name."""
    async with connected(tmp_path) as pagers:
        await pagers.runtime._host("pager").vault.put("name", "value")
        assert await pagers.runtime._host("pager").vault.get("name") == "value"
        assert await pagers.runtime._host("other").vault.get("name") is None
