"""Two thousand open sockets, by `make soak`: what another process writes reaches each of them, in order."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.chat import Chat, kinds
from tests.e2e.instance import ROOT, Instance
from tests.fixtures.stores import OperationalError, postgres_database

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

FULL = os.environ.get("FAIRWELL_SOAK") == "1"
SOCKETS = int(os.environ.get("FAIRWELL_SOAK_SOCKETS", "2000" if FULL else "200"))
#: Each is written to once in so many seconds, so many times.
EVERY = 30
ROUNDS = 10 if FULL else 2


@dataclass
class Crowd:
    """The clients' process."""

    process: subprocess.Popen[str]

    def tell(self, command: str) -> dict[str, Any]:
        """A command's answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer


@dataclass
class Talk:
    """One visitor after another who says hello, and how long each waited for the answer."""

    url: str
    over: threading.Event = field(default_factory=threading.Event)
    waited: list[float] = field(default_factory=list)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """While the block runs."""
        thread = threading.Thread(target=self._talk)
        thread.start()
        try:
            yield
        finally:
            self.over.set()
            thread.join()

    def _talk(self) -> None:
        while not self.over.is_set():
            self.visit()

    def visit(self) -> None:
        """One of them."""
        with Chat(self.url) as chat:
            began = time.monotonic()
            assert kinds(chat.say("hello"))
            self.waited.append(time.monotonic() - began)

    def __str__(self) -> str:
        ordered = sorted(self.waited)
        return f"{len(ordered)} answered, in {ordered[len(ordered) // 2]:.2f} s (max {ordered[-1]:.2f})"


def test_many_sockets_on_sqlite(tmp_path: Path, models: Path) -> None:
    """None dropped, nothing lost, all in order; after a kill all of them come back and miss nothing."""
    _soak(tmp_path, models, None)


@pytest.mark.postgres
def test_many_sockets_on_postgres(tmp_path: Path, models: Path) -> None:
    """The same."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_database())
        except OperationalError:
            pytest.skip("postgres: no server at FAIRWELL_TEST_POSTGRES_URL or 127.0.0.1:5432")
        _soak(tmp_path, models, url)


def _soak(folder: Path, models: Path, database_url: str | None) -> None:
    sessions, database = folder / "sessions.txt", "PostgreSQL" if database_url else "SQLite"
    with ExitStack() as stack:
        instance = stack.enter_context(Instance(folder / "home", models, database_url).running())
        _staff(instance, "open", str(SOCKETS), str(sessions))
        crowd = stack.enter_context(_crowd(instance, sessions))
        before, talk = Talk(instance.url), Talk(instance.url)
        for _ in range(10):
            before.visit()
        usage = _app(instance)
        with talk.going_on():
            opened = crowd.tell("open")
        memory = f"memory {usage.memory} → {_app(instance).memory} MB"
        _print(database, f"opened at once: {opened}; before: {before}; meanwhile: {talk}; {memory}")
        assert opened["open"] == SOCKETS

        began = _app(instance)
        written = _staff(instance, "write", str(sessions), str(EVERY), str(ROUNDS))
        seen = crowd.tell(f"expect {ROUNDS}")
        ended = _app(instance)
        share = (ended.cpu - began.cpu) / (ended.at - began.at)
        _print(database, f"{written}; {seen}; memory {ended.memory} MB, CPU {share:.1%}")
        _adds_up(seen, written["written"])
        assert seen["dropped"] == 0

        instance.kill("app")
        written = _staff(instance, "write", str(sessions), "10", "1")
        seen = crowd.tell(f"expect {ROUNDS + 1}")
        _print(database, f"after a kill: {written}; {seen}; memory {_app(instance).memory} MB")
        _adds_up(seen, written["written"])


def _adds_up(seen: dict[str, Any], written: int) -> None:
    assert (seen["lost"], seen["twice"], seen["out_of_order"]) == (0, 0, 0)
    assert (seen["received"], seen["open"]) == (written, SOCKETS)


@contextmanager
def _crowd(instance: Instance, sessions: Path) -> Iterator[Crowd]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.soak.many_sockets", instance.url, sessions],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield Crowd(process)
        finally:
            process.kill()


def _staff(instance: Instance, *arguments: str) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-m", "tests.soak.staff", *arguments],
        cwd=ROOT, env=dict(instance.environment), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return json.loads(run.stdout) if run.stdout else {}


@dataclass(frozen=True)
class Usage:
    """What the app has used: seconds of CPU until a time, and megabytes in memory."""

    at: float
    cpu: float
    memory: int


def _app(instance: Instance) -> Usage:
    process = Path(f"/proc/{instance.pid('app')}")
    times = process.joinpath("stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    pages = int(process.joinpath("statm").read_text(encoding="ascii").split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") // 2**20
    return Usage(time.monotonic(), sum(map(int, times)) / os.sysconf("SC_CLK_TCK"), memory)


def _print(database: str, line: str) -> None:
    sys.stdout.write(f"\n{SOCKETS} sockets on {database}: {line}\n")
