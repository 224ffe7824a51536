"""Stock Rasa: the project of `rasa init`, with its default configuration, served by `rasa run`."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.processes import (
    ROOT,
    BenchError,
    Command,
    Resident,
    answers_ok,
    environment,
    free_ports,
    processor_seconds,
    resident,
    run,
    running,
    wait_until_ready,
)
from bench.stock_action import BOOK, TABLE
from bench.system import CANCEL, Started

_RASA = ROOT / ".venv-rasa" / "bin" / "python"
_ADDED = Path(__file__).resolve().parent / "stock"
#: What `rasa init` does before it trains.
_INIT = "import sys; from rasa.cli.scaffold import create_initial_project as make; make(sys.argv[1])"
_ENDPOINTS = """\
action_endpoint:
  url: http://127.0.0.1:{port}/webhook
tracker_store:
  type: SQL
  dialect: sqlite
  db: {database}
"""


@dataclass(frozen=True, slots=True)
class StockConversation:
    """A sender of Rasa's REST channel."""

    client: httpx.Client
    sender: str

    def say(self, text: str) -> float:
        """See `Conversation`."""
        began = time.perf_counter()
        answer = self.client.post("/webhooks/rest/webhook", json={"sender": self.sender, "message": text})
        took = (time.perf_counter() - began) * 1000
        said = [reply.get("text", "") for reply in answer.json()] if answer.status_code == 200 else []
        if not said or (text == CANCEL) != (said == ["Your subscription is cancelled."]):
            raise BenchError(f"stock Rasa answered {text!r} with {answer.status_code} {answer.text[:300]}")
        return took


@dataclass(frozen=True, slots=True)
class StockRasa:
    """See `System`."""

    name: str
    started: Sequence[Started]
    client: httpx.Client
    processes: Sequence[tuple[str, subprocess.Popen[bytes]]]

    def open(self) -> StockConversation:
        """See `System`."""
        return StockConversation(self.client, uuid.uuid4().hex)

    def parse(self, text: str) -> float:
        """See `System`."""
        began = time.perf_counter()
        self.client.post("/model/parse", json={"text": text}).raise_for_status()
        return (time.perf_counter() - began) * 1000

    def processor_seconds(self) -> float:
        """See `System`."""
        return sum(processor_seconds(process) for _, process in self.processes)

    def resident(self) -> Sequence[Resident]:
        """See `System`."""
        found: list[Resident] = []
        for name, process in self.processes:
            found += [Resident(name, each.megabytes) for each in resident(process, str)]
        return found


def train(folder: Path) -> Path:
    """Makes the project of `rasa init` with a cancellation added, trains it, and returns its folder."""
    project = folder / "stock"
    project.mkdir()
    _rasa("rasa init", ["-c", _INIT, str(project)], project, folder)
    (project / "domain").mkdir()
    (project / "domain.yml").rename(project / "domain" / "domain.yml")
    shutil.copytree(_ADDED, project, dirs_exist_ok=True)
    _rasa("rasa train", ["-m", "rasa", "train", "--domain", "domain"], project, folder)
    return project


def _rasa(name: str, words: Sequence[str], project: Path, folder: Path) -> None:
    log = folder / f"{name.replace(' ', '-')}.log"
    run(Command(name, [str(_RASA), *words], environment(), project, log))


@contextmanager
def serving(folder: Path, project: Path, first_port: int) -> Iterator[StockRasa]:
    """Runs the action server and Rasa until the block ends."""
    rasa_port, actions_port = free_ports(2, first_port)
    _write_settings(folder, project, actions_port)
    actions, rasa = _commands(folder, project, rasa_port, actions_port)
    client = httpx.Client(base_url=f"http://127.0.0.1:{rasa_port}", timeout=60, trust_env=False)
    with running(actions) as action_server:
        health = f"http://127.0.0.1:{actions_port}/health"
        first = wait_until_ready(action_server, actions, lambda: answers_ok(health))
        with running(rasa) as server, client:
            second = wait_until_ready(server, rasa, _status_of(rasa_port))
            yield StockRasa(
                "stock Rasa",
                (Started(actions.name, first), Started(rasa.name, second)),
                client,
                ((actions.name, action_server), (rasa.name, server)),
            )


def _status_of(port: int) -> Callable[[], bool]:
    return lambda: answers_ok(f"http://127.0.0.1:{port}/status")


def _write_settings(folder: Path, project: Path, actions_port: int) -> None:
    with closing(sqlite3.connect(folder / "stock-book.db")) as book, book:
        book.execute(TABLE)
    endpoints = _ENDPOINTS.format(port=actions_port, database=folder / "stock-trackers.db")
    (project / "endpoints.yml").write_text(endpoints)


def _commands(folder: Path, project: Path, rasa_port: int, actions_port: int) -> tuple[Command, Command]:
    actions = Command(
        "action server",
        [sys.executable, "-m", "rasa_sdk", "--actions", "bench.stock_action", "--port", str(actions_port)],
        # rasa_sdk would listen on every address.
        environment(SANIC_HOST="127.0.0.1", **{BOOK: str(folder / "stock-book.db")}),
        ROOT,
        folder / "stock-actions.log",
    )
    rasa = Command(
        "rasa",
        [
            str(_RASA),
            "-m",
            "rasa",
            "run",
            "--enable-api",
            "--interface",
            "127.0.0.1",
            "--port",
            str(rasa_port),
        ],
        environment(),
        project,
        folder / "stock-rasa.log",
    )
    return actions, rasa
