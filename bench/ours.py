"""Ours, as `fairwell up` runs it, with customers and state of its own."""

from __future__ import annotations

import csv
import os
import secrets
import shutil
import sqlite3
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

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
from bench.system import CANCEL, Started
from bot.crypto.identity_tokens import JwtIdentityTokens
from bot.system import SystemClock
from cli.places import model

_PROGRAMS = {"bot.understanding.server": "rasa", "cli.main app": "app", "cli.watch": "supervisor"}
#: A customer may say so many messages in a minute before they are slowed down; one below that.
_IN_A_MINUTE = 19
_AGE = "UPDATE inbox SET arrived_at = strftime('%Y-%m-%d %H:%M:%f000', arrived_at, '-1 hour')"
_COLUMNS = ("customer", "name", "email", "subscription", "plan", "price", "currency", "started")


@dataclass(slots=True)
class OurConversation:
    """A verified customer's session of the chat's HTTP interface."""

    client: httpx.Client
    session: str
    database: Path
    said: int = 0

    def say(self, text: str) -> float:
        """See `Conversation`. A cancellation counts only with its receipt and, last, the exit question."""
        if self.said and self.said % _IN_A_MINUTE == 0:
            self._wait()
        self.said += 1
        message = {"id": str(uuid.uuid4()), "text": text}
        began = time.perf_counter()
        answer = self.client.post(
            "/chat/messages", json=message, headers={"Authorization": f"Bearer {self.session}"}
        )
        took = (time.perf_counter() - began) * 1000
        kinds = [reply["kind"] for reply in answer.json()["replies"]] if answer.status_code == 200 else []
        wanted = (
            kinds[-1:] == ["exit_question"] and "receipt" in kinds if text == CANCEL else kinds == ["text"]
        )
        if not wanted:
            raise BenchError(f"ours answered {text!r} with {answer.status_code} {answer.text[:300]}")
        return took

    def _wait(self) -> None:
        """Lets an hour go by for all messages so far: whoever writes without a pause is slowed down."""
        with closing(sqlite3.connect(self.database, timeout=60)) as database, database:
            database.execute(_AGE)


@dataclass(frozen=True, slots=True)
class Ours:
    """See `System`."""

    name: str
    started: Sequence[Started]
    client: httpx.Client
    rasa: httpx.Client
    tokens: JwtIdentityTokens
    customers: Iterator[str]
    database: Path
    up: Popen[bytes]

    def open(self) -> OurConversation:
        """See `System`."""
        identity = self.tokens.issue(next(self.customers))
        answer = self.client.post("/chat/sessions", json={"identity": identity, "locale": "en"})
        if answer.status_code != 201:
            raise BenchError(f"ours opened no session: {answer.status_code} {answer.text[:300]}")
        return OurConversation(self.client, str(answer.json()["session"]), self.database)

    def parse(self, text: str) -> float:
        """See `System`."""
        body: dict[str, Any] = {
            "sender": "c_bench.1",
            "inbox_id": str(uuid.uuid4()),
            "text": text,
            "intent": None,
        }
        slots = {"language": "en", "awaiting": None}
        began = time.perf_counter()
        answer = self.rasa.post("/webhooks/fairwell/webhook", json=body | {"slots": slots, "mode": "parse"})
        answer.raise_for_status()
        return (time.perf_counter() - began) * 1000

    def processor_seconds(self) -> float:
        """See `System`."""
        return processor_seconds(self.up)

    def resident(self) -> Sequence[Resident]:
        """See `System`."""
        return resident(self.up, _program)


def _program(command_line: str) -> str:
    return next((name for part, name in _PROGRAMS.items() if part in command_line), "fairwell up")


@contextmanager
def serving(folder: Path, bot: Path, customers: int, first_port: int) -> Iterator[Ours]:
    """Imports so many customers, then runs `fairwell up` with the model `bot` until the block ends."""
    port, rasa_port, actions_port = free_ports(3, first_port)
    home = folder / "home"
    (home / "models").mkdir(parents=True)
    shutil.copy2(bot, home / "models")
    secret = secrets.token_urlsafe(48)
    settings = environment(
        FAIRWELL_HOME=str(home),
        FAIRWELL_PORT=str(port),
        FAIRWELL_RASA_PORT=str(rasa_port),
        FAIRWELL_ACTIONS_BIND=f"127.0.0.1:{actions_port}",
        FAIRWELL_WEB_IDENTITY_SECRET=secret,
        FAIRWELL_DEMO="1",
    )
    names = _import_customers(folder, settings, customers)
    up = Command("fairwell up", [sys.executable, "-m", "cli.main", "up"], settings, ROOT, folder / "up.log")
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
    with running(up) as process, client:
        ready = wait_until_ready(process, up, lambda: answers_ok(f"http://127.0.0.1:{port}/readyz"))
        with _rasa(home, rasa_port) as rasa:
            started = (Started("app and rasa", ready),)
            tokens = JwtIdentityTokens(secret, SystemClock())
            yield Ours("Fairwell", started, client, rasa, tokens, iter(names), home / "fairwell.db", process)


def _rasa(home: Path, port: int) -> httpx.Client:
    secret = (home / "keys" / "rasa-channel.secret").read_text().strip()
    headers = {"X-Fairwell-Secret": secret}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60, trust_env=False)


def trained() -> Path:
    """The model of the present data files. Raises `BenchError` if it is not there."""
    found = model(Path(os.environ.get("FAIRWELL_HOME") or ROOT / "var"))
    if not found.exists():
        raise BenchError(f"there is no model {found}; run: make train")
    return found


def _import_customers(folder: Path, settings: dict[str, str], count: int) -> list[str]:
    names = [f"bench-{number}" for number in range(count)]
    table = folder / "customers.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for name in names:
            writer.writerow(
                (name, name, f"{name}@example.com", f"s-{name}", "pro", "12.00", "EUR", "2026-01-15")
            )
    words = [sys.executable, "-m", "cli.main", "customers", "import", str(table)]
    run(Command("fairwell customers import", words, settings, ROOT, folder / "import.log"))
    return names
