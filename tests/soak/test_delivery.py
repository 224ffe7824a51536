"""Delivery under kills, by `make soak`: 2 000 messages of 200 conversations on three channels."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.e2e.channels.crowd import Slacker, Surfer, Telegrammer, Visitor, visit
from tests.e2e.channels.transcripts import Count, Transcripts
from tests.e2e.chaos import adds_up, import_customers
from tests.e2e.instance import ROOT, Instance
from tests.e2e.waiting import wait_until
from tests.fixtures.ports import free_ports
from tests.fixtures.slack.stand_in import SlackStandIn
from tests.fixtures.stores import OperationalError, postgres_database
from tests.fixtures.telegram.stand_in import TelegramStandIn

pytestmark = [pytest.mark.soak, pytest.mark.timeout(7200)]

CONVERSATIONS = int(os.environ.get("FAIRWELL_SOAK_CONVERSATIONS", "200"))
RASA_KILLS = 5
#: Seconds of life that an app is given each time it is ready.
LIFE = 5.0
AT_ONCE = 24
_WORKSPACE = "T0SOAK"


@dataclass
class Replica:
    """A second app on the same database and Rasa, restarted whenever it has been killed."""

    first: Instance
    process: subprocess.Popen[bytes] | None = None
    url: str = ""
    kills: int = 0
    _environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        port, actions = free_ports(2)
        self.url = f"http://127.0.0.1:{port}"
        mine = {"FAIRWELL_PORT": str(port), "FAIRWELL_ACTIONS_BIND": f"127.0.0.1:{actions}"}
        rasa = {"FAIRWELL_RASA_URL": self.first.rasa_url, "FAIRWELL_PUBLIC_URL": self.first.url}
        self._environment = {**self.first.environment, **mine, **rasa}

    def start(self) -> None:
        """Starts it."""
        log = self.first.home / "second.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "app"], env=self._environment, cwd=ROOT,
                stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def ready(self) -> bool:
        """Whether it can answer."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """Ends it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        """SIGKILL, and a new one."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.kills += 1
        self.start()


@dataclass
class Killer:
    """Kills apps some seconds after each time they are ready, and Rasa in the middle of turns."""

    instance: Instance
    replica: Replica | None
    over: threading.Event = field(default_factory=threading.Event)
    app: int = 0
    rasa: int = 0

    def kill_app(self) -> None:
        """The first app, again and again."""
        while not self.over.is_set():
            if self.instance.ready() and not self.over.wait(LIFE):
                self.instance.kill("app")
                self.app += 1
            self.over.wait(0.2)

    def kill_replica(self) -> None:
        """The second one, at its own times."""
        while self.replica is not None and not self.over.is_set():
            if self.replica.ready() and not self.over.wait(LIFE):
                self.replica.kill()
            self.over.wait(0.3)

    def kill_rasa(self) -> None:
        """While messages wait for it."""
        while self.rasa < RASA_KILLS and not self.over.is_set():
            if self.instance.ready() and self.instance.ledger.waiting() > 0:
                self.instance.kill("rasa")
                self.rasa += 1
                self.over.wait(20)
            self.over.wait(0.05)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """For as long as the block runs."""
        work: list[Callable[[], None]] = [self.kill_app, self.kill_replica, self.kill_rasa]
        threads = [threading.Thread(target=one) for one in work]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()


def test_delivery_on_sqlite(tmp_path: Path, models: Path) -> None:
    """One app: every message answered, in order, with no doubled effect."""
    _soak(tmp_path, models, None)


@pytest.mark.postgres
def test_delivery_on_postgres_with_two_replicas(tmp_path: Path, models: Path) -> None:
    """Two apps share the work without doubling it, and both are killed."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_database())
        except OperationalError:
            pytest.skip("postgres: no server at FAIRWELL_TEST_POSTGRES_URL or 127.0.0.1:5432")
        _soak(tmp_path, models, url)


def _soak(folder: Path, models: Path, database_url: str | None) -> None:
    began = time.monotonic()
    with ExitStack() as stack:
        telegram = stack.enter_context(TelegramStandIn())
        slack = stack.enter_context(SlackStandIn(patient=True))
        instance = Instance(folder / "home", models, database_url, _settings(telegram, slack))
        stack.enter_context(instance.running())
        replica = Replica(instance) if database_url else None
        if replica is not None:
            replica.start()
            stack.callback(replica.stop)
            wait_until(replica.ready, 60, "the second app is ready")
        customers = import_customers(instance, folder, CONVERSATIONS, "soak")
        transcripts = Transcripts(database_url or f"sqlite:///{instance.home}/fairwell.db")
        stack.callback(transcripts.close)
        visitors = _visitors(instance, customers, telegram, slack)
        killer = Killer(instance, replica)
        with killer.at_work(), ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [pool.submit(visit, visitor, transcripts) for visitor in visitors]:
                done.result()
        wait_until(instance.ready, 120, "ready after the last kill")
        wait_until(lambda: instance.ledger.on_their_way() == 0, 60, "everything is delivered")
        count = Count()
        for visitor in visitors:
            count.take(visitor, transcripts)
        adds_up(instance, dict.fromkeys(customers, 1))
    kills = f"app killed {killer.app} times, second app {replica.kills if replica else 0}, Rasa {killer.rasa}"
    sys.stdout.write(f"\n{count}; {kills}; {time.monotonic() - began:.0f} s\n")
    assert killer.rasa == RASA_KILLS or CONVERSATIONS < 200


def _settings(telegram: TelegramStandIn, slack: SlackStandIn) -> dict[str, str]:
    return {
        "FAIRWELL_TELEGRAM_TOKEN": telegram.token,
        "FAIRWELL_TELEGRAM_API_URL": telegram.url,
        "FAIRWELL_SLACK_API_URL": slack.url,
        "FAIRWELL_SLACK_APP_TOKEN": slack.app_token,
        "FAIRWELL_SLACK_BOT_TOKEN": slack.workspace(_WORKSPACE).bot_token,
        "FAIRWELL_SLACK_TRUSTED_WORKSPACES": _WORKSPACE,
    }


def _visitors(
    instance: Instance, customers: Sequence[str], telegram: TelegramStandIn, slack: SlackStandIn
) -> list[Visitor]:
    """A third of them on each channel."""
    workspace = slack.workspace(_WORKSPACE)

    def link(customer: str) -> str:
        made = wait_until(lambda: _link(instance, customer), 120, "a link", every=0.25)
        return made.partition("?start=")[2]

    visitors: list[Visitor] = []
    for number, customer in enumerate(customers):
        if number % 3 == 0:
            visitors.append(Telegrammer(customer, telegram.user(10_000 + number), link))
        elif number % 3 == 1:
            email = f"{customer}@example.org"
            visitors.append(Slacker(customer, workspace.user(f"U{number}", email=email)))
        else:
            visitors.append(Surfer(customer, [instance]))
    return visitors


def _link(instance: Instance, customer: str) -> str:
    """As the company's own server asks for it."""
    key = (instance.home / "keys" / "api.secret").read_text(encoding="ascii").strip()
    body = {"channel": "telegram", "customer": customer}
    try:
        answer = httpx.post(
            f"{instance.url}/api/v1/links", json=body, headers={"Authorization": f"Bearer {key}"},
            timeout=10, trust_env=False,
        )  # fmt: skip
    except httpx.TransportError:
        return ""
    return str(answer.json()["url"]) if answer.status_code == 201 else ""
