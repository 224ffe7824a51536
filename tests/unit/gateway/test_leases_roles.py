"""The right to be the only process at something."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
import structlog

from bot.ports import UnitOfWork
from gateway.leases import Leases
from gateway.threads import Threads
from tests.fixtures.fakes import FakeClock
from tests.unit.gateway.support import QUICK, application, until

ROLE = QUICK.role_lease


@dataclass
class Processes:
    """Several on one store."""

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    threads: Threads = field(default_factory=Threads)

    def __post_init__(self) -> None:
        self.deps = application(self.folder, clock=self.clock).deps

    def one(self, owner: str) -> Leases:
        """Another process."""
        return Leases(self.deps, owner, self.threads, QUICK)

    def taken_by(self, owner: str) -> bool:
        """Takes the right, as a process does that will die with it."""
        now = self.clock.now()
        with self.deps.store.begin() as work:
            taken = work.roles.take("poll", owner, now + ROLE, now)
            work.commit()
        return taken

    def until(self) -> datetime | None:
        """How long the right is held, by whoever has it."""
        held = self.deps.store.tables["roles"].get("poll")  # type: ignore[attr-defined]  # in memory
        return None if held is None else held.until


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """None has the right."""
    made = Processes(tmp_path)
    yield made
    made.threads.close()


async def test_one_has_it_and_the_next_one_gets_it(processes: Processes) -> None:
    """While it is held nobody else has it; given back it is free at once."""
    one, two = processes.one("one"), processes.one("two")
    async with one.only_one("poll") as mine:
        assert mine
        async with two.only_one("poll") as theirs, two.only_one("another") as other:
            assert (theirs, other) == (False, True)
        # Who did not have it gave nothing back.
        async with two.only_one("poll") as theirs:
            assert not theirs
    async with two.only_one("poll") as theirs:
        assert theirs


async def test_of_many_who_ask_at_once_one_has_it(processes: Processes) -> None:
    """Two pollers on one token would take each other's messages."""
    go_on, held = asyncio.Event(), []

    async def ask(number: int) -> None:
        async with processes.one(f"app {number}").only_one("poll") as mine:
            held.append(mine)
            if mine:
                await go_on.wait()

    asking = [asyncio.create_task(ask(number)) for number in range(6)]
    await until(lambda: len(held) == 6)
    go_on.set()
    await asyncio.gather(*asking)
    assert sorted(held) == [False] * 5 + [True]


async def test_it_is_renewed_while_it_is_held(processes: Processes) -> None:
    """However long that is."""
    async with processes.one("one").only_one("poll") as mine:
        assert mine
        for _ in range(5):
            now = processes.clock.advance(seconds=ROLE.total_seconds() - 1)
            await until(lambda now=now: processes.until() == now + ROLE)  # type: ignore[misc]  # binds it
            assert not processes.taken_by("two")


async def test_a_dead_process_loses_it(processes: Processes) -> None:
    """When its time has run out, and not before."""
    assert processes.taken_by("the dead")
    two = processes.one("two")
    processes.clock.advance(seconds=ROLE.total_seconds() - 1)
    async with two.only_one("poll") as mine:
        assert not mine
    processes.clock.advance(seconds=1)
    async with two.only_one("poll") as mine:
        assert mine


@pytest.mark.parametrize("fault", [RuntimeError("broken"), asyncio.CancelledError()])
async def test_it_is_given_back_whatever_happens(processes: Processes, fault: BaseException) -> None:
    """An error or a stop in the middle."""
    with pytest.raises(type(fault)):
        async with processes.one("one").only_one("poll"):
            raise fault
    assert processes.taken_by("two")


async def test_a_database_that_is_away_for_a_moment(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is renewed again once it is back."""
    store, failed = type(processes.deps.store), []

    def broken(_: object) -> AbstractContextManager[UnitOfWork]:
        failed.append(1)
        raise OSError("gone")

    async with processes.one("one").only_one("poll") as mine:
        assert mine
        with monkeypatch.context() as patched:
            patched.setattr(store, "begin", broken)
            await until(lambda: len(failed) > 3)
        now = processes.clock.advance(seconds=1)
        await until(lambda: processes.until() == now + ROLE)
    assert processes.until() is None


async def test_who_lost_it_neither_takes_nor_gives_it_back(processes: Processes) -> None:
    """It slept too long: it is another one's now, and that stays so; it is said in the log."""
    with structlog.testing.capture_logs() as logged:
        async with processes.one("one").only_one("poll") as mine:
            assert mine
            processes.clock.advance(seconds=ROLE.total_seconds())
            while not processes.taken_by("two"):  # it may have been renewed just now
                processes.clock.advance(seconds=ROLE.total_seconds())
            await until(lambda: any(line["event"] == "lease_lost" for line in logged))
    assert {"event": "lease_lost", "log_level": "warning", "role": "poll"} in logged
    assert processes.taken_by("two")
    assert not processes.taken_by("one")


async def test_a_conversation_and_a_role_of_one_name(processes: Processes) -> None:
    """Are two things."""
    session = processes.deps.ids.new("c")
    one = processes.one("one")
    async with one.only_one(session) as role, one.hold(session) as conversation:
        assert (role, conversation) == (True, False)  # there is no such conversation
