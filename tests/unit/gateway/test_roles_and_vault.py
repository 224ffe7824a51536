"""What is one process's alone, by name; and what channels keep sealed."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.dependencies import Dependencies
from gateway.leases import Leases
from gateway.threads import Threads
from gateway.vault import SealedVault
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.support import QUICK, application, until

_FULL, _NEARLY = QUICK.role_lease, QUICK.role_lease - timedelta(seconds=1)


@dataclass
class Replicas:
    """Processes that share one store; none of them runs but as far as a test has it run."""

    deps: Dependencies
    clock: FakeClock
    threads: Threads = field(default_factory=Threads)

    def leases(self, owner: str) -> Leases:
        """One process's."""
        return Leases(self.deps, owner, self.threads, QUICK)

    def vault(self, channel: str) -> SealedVault:
        """A channel's."""
        return SealedVault(self.deps, self.threads, channel)

    def take(self, name: str, owner: str) -> None:
        """Takes a right without renewing it, as a process does that dies after it."""
        now = self.clock.now()
        with self.deps.store.begin() as work:
            assert work.roles.take(name, owner, now + _FULL, now)
            work.commit()

    def free(self, name: str, later: timedelta = timedelta()) -> bool:
        """Whether somebody else would get a right, were it so much later; nobody does."""
        now = self.clock.now() + later
        with self.deps.store.begin() as work:
            return work.roles.take(name, "somebody else", now + _FULL, now)


@pytest.fixture
def replicas(tmp_path: Path) -> Iterator[Replicas]:
    """On an empty store."""
    clock = FakeClock()
    made = Replicas(application(tmp_path, clock=clock).deps, clock)
    yield made
    made.threads.close()


async def test_one_process_has_a_right(replicas: Replicas) -> None:
    """The second is told so at once; another right is free; released, it is the next one's."""
    one, two = replicas.leases("one"), replicas.leases("two")
    async with one.only_one("poll telegram") as first:
        async with two.only_one("poll telegram") as second, two.only_one("poll slack") as other:
            assert (first, second, other) == (True, False, True)
        # Leaving what one never had takes it from nobody.
        assert not replicas.free("poll telegram")
    async with two.only_one("poll telegram") as taken:
        assert taken


async def test_of_several_who_ask_at_once_one_gets_it(replicas: Replicas) -> None:
    """All of them asked before the first one has released it."""
    got: list[bool] = []

    async def ask(owner: str) -> None:
        async with replicas.leases(owner).only_one("poll telegram") as mine:
            got.append(mine)
            await until(lambda: len(got) == 8)

    await asyncio.gather(*(ask(f"process {number}") for number in range(8)))
    assert sorted(got) == [False] * 7 + [True]


async def test_it_is_renewed_while_it_is_held(replicas: Replicas) -> None:
    """Far beyond its first end; and not any more once it was left."""
    async with replicas.leases("one").only_one("poll telegram"):
        for _ in range(5):
            replicas.clock.advance(seconds=_NEARLY.total_seconds())
            # Only a renewal after that step holds for so long.
            await until(lambda: not replicas.free("poll telegram", _NEARLY))
    assert replicas.free("poll telegram")


async def test_it_is_renewed_after_a_fault_of_the_store(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    """A database that is away for a moment ends nothing."""
    leases = replicas.leases("one")
    async with leases.only_one("poll telegram") as mine:
        assert mine
        begin, faults = replicas.deps.store.begin, [1, 2]

        def sometimes() -> object:
            if faults:
                faults.pop()
                raise ConnectionError("away")
            return begin()

        replicas.clock.advance(seconds=_NEARLY.total_seconds())
        monkeypatch.setattr(replicas.deps.store, "begin", sometimes)
        await until(lambda: not faults)
        await until(lambda: not replicas.free("poll telegram", _NEARLY))
    assert log.getvalue().count("lease_not_renewed") == 2
    assert "lease_lost" not in log.getvalue()


async def test_a_dead_process_loses_it(replicas: Replicas) -> None:
    """Its time runs out, and not before that another one gets it."""
    replicas.take("poll telegram", "the dead")
    leases = replicas.leases("one")
    replicas.clock.advance(seconds=_NEARLY.total_seconds())
    async with leases.only_one("poll telegram") as early:
        assert not early
    replicas.clock.advance(seconds=1)
    async with leases.only_one("poll telegram") as mine:
        assert mine


async def test_who_was_too_slow_does_not_take_it_back(replicas: Replicas, log: io.StringIO) -> None:
    """Another one has it meanwhile: it is noted, the block goes on, and its end releases nothing."""
    async with replicas.leases("one").only_one("poll telegram") as mine:
        # In one unit of work with what it needs, so that no renewal comes between.
        with replicas.deps.store.begin() as work:
            replicas.clock.advance(seconds=_FULL.total_seconds())
            now = replicas.clock.now()
            assert work.roles.take("poll telegram", "two", now + _FULL, now)
            work.commit()
        await until(lambda: "lease_lost" in log.getvalue())
        assert mine
    assert '"role": "poll telegram"' in log.getvalue()
    assert not replicas.free("poll telegram")


async def test_a_fault_in_the_block_releases_it(replicas: Replicas) -> None:
    """Whoever holds it fails, and the next one need not wait for its end."""
    with pytest.raises(ZeroDivisionError):
        async with replicas.leases("one").only_one("poll telegram"):
            raise ZeroDivisionError
    assert replicas.free("poll telegram")


async def test_a_right_is_no_conversations_lease(replicas: Replicas) -> None:
    """Names of the one mean nothing to the other."""
    async with replicas.leases("one").only_one("c_1"):
        async with replicas.leases("two").hold("c_1") as held:
            assert not held  # there is no such conversation
        assert not replicas.free("c_1")


async def test_names_of_two_channels_are_apart(replicas: Replicas) -> None:
    """The same name is another value, whoever changes or removes theirs."""
    slack, telegram = replicas.vault("slack"), replicas.vault("telegram")
    await slack.put("token", "of Slack")
    assert await telegram.get("token") is None
    await telegram.put("token", "of Telegram")
    assert (await slack.get("token"), await telegram.get("token")) == ("of Slack", "of Telegram")
    assert await slack.get("telegram:token") is None

    await telegram.remove("token")
    await telegram.remove("token")
    assert (await slack.get("token"), await telegram.get("token")) == ("of Slack", None)


async def test_a_value_is_replaced(replicas: Replicas) -> None:
    """With its end: what was to be forgotten and is put again without an end is kept."""
    vault = replicas.vault("slack")
    await vault.put("token", "first", seconds=10)
    await vault.put("token", "second")
    replicas.clock.advance(days=400)
    assert await vault.get("token") == "second"


async def test_a_value_holds_for_so_many_seconds(replicas: Replicas) -> None:
    """To the second; after that it can't be taken either."""
    vault = replicas.vault("slack")
    await vault.put("state", "open", seconds=10)
    replicas.clock.advance(seconds=9)
    assert await vault.get("state") == "open"
    replicas.clock.advance(seconds=1)
    assert await vault.get("state") is None
    assert await vault.take("state") is None


async def test_a_value_is_taken_once(replicas: Replicas) -> None:
    """Of many who ask at once, one gets it; nothing is left for another."""
    vault = replicas.vault("slack")
    await vault.put("state", "open", seconds=600)
    taken = await asyncio.gather(*(vault.take("state") for _ in range(8)))
    assert sorted(taken, key=bool) == [None] * 7 + ["open"]
    assert await vault.get("state") is None
