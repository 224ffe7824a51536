"""Killed at the worst moment: what was committed stands, what was not is gone, and nobody is kept waiting."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from bot.store.engine import open_engine
from bot.store.migrations import migrate
from bot.store.unit_of_work import SqlStore
from tests.fixtures import builders
from tests.fixtures.fakes import PlainSealer
from tests.fixtures.stores import postgres_database

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database that other processes can open too."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/fairwell.db"
        _migrate(url)
        yield url
    else:
        request.getfixturevalue("postgres")
        with postgres_database() as url:
            _migrate(url)
            yield url


def _migrate(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


def _commit_then_half(url: str, told: Connection) -> None:
    """Commits one conversation, begins on a second, and stays there."""
    store = SqlStore(open_engine(url), PlainSealer())
    with store.begin() as work:
        work.conversations.put(builders.conversation("committed"))
        work.commit()
    with store.begin() as work:
        work.conversations.put(builders.conversation("half"))
        told.send("half-way")
        told.recv()


def test_a_kill_in_the_middle_of_a_unit_of_work_leaves_none_of_it(url: str) -> None:
    """Nor its lock: the next writer gets through."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_commit_then_half, args=(url, theirs))
    process.start()
    assert ours.poll(30)
    assert ours.recv() == "half-way"
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    engine = open_engine(url)
    with SqlStore(engine, PlainSealer()).begin() as work:
        assert work.conversations.get("committed") is not None
        assert work.conversations.get("half") is None
        work.conversations.put(builders.conversation("half"))
        work.commit()
    engine.dispose()


def _write(url: str, number: int, count: int) -> None:
    engine = open_engine(url)
    store = SqlStore(engine, PlainSealer())
    for turn in range(count):
        with store.begin() as work:
            work.messages.add(builders.message(text=f"{number}.{turn}"))
            work.commit()
    engine.dispose()


def test_processes_that_write_at_once_wait_for_each_other(url: str) -> None:
    """Three processes, forty messages each, into one conversation: all are there, numbered without a gap."""
    engine = open_engine(url)
    store = SqlStore(engine, PlainSealer())
    with store.begin() as work:
        work.conversations.put(builders.conversation())
        work.commit()
    with SPAWN.Pool(3) as pool:
        pool.starmap(_write, [(url, number, 40) for number in range(3)])
        pool.close()
        pool.join()
    with store.begin() as work:
        messages = work.messages.after("c_1", 0)
    engine.dispose()
    assert [message.seq for message in messages] == list(range(1, 121))
    assert {message.text for message in messages} == {f"{n}.{turn}" for n in range(3) for turn in range(40)}
