"""A real `fairwell up` in a folder of its own, on ports of its own, to talk to and to kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Self

import httpx

from bot.crypto.identity_tokens import JwtIdentityTokens
from bot.crypto.keys import KeyRing
from bot.system import SystemClock
from tests.e2e.ledger import Ledger
from tests.e2e.waiting import wait_until
from tests.fixtures.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
FAIRWELL = Path(sys.executable).with_name("fairwell")
#: Seconds. Rasa takes about 10 to start on a quiet machine; tests share two cores.
READY_WITHIN, STOPPED_WITHIN = 120, 20
#: How each program is known by its command line.
_PROGRAMS = {"app": "cli.main app", "rasa": "bot.understanding.server"}


class Instance:
    """One installation. `models` is shared between instances, so that only the first one trains.

    `settings` are more variables, or other ones, of its environment.
    """

    def __init__(
        self,
        home: Path,
        models: Path,
        database_url: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        (home / "models").symlink_to(models.absolute())
        port, rasa_port, actions_port = free_ports(3)
        self.url = f"http://127.0.0.1:{port}"
        self.rasa_url = f"http://127.0.0.1:{rasa_port}"
        mine = {
            "FAIRWELL_HOME": str(home),
            "FAIRWELL_PORT": str(port),
            "FAIRWELL_RASA_PORT": str(rasa_port),
            "FAIRWELL_ACTIONS_BIND": f"127.0.0.1:{actions_port}",
            "FAIRWELL_DEMO": "1",
        }
        if database_url is not None:
            mine |= {"FAIRWELL_DATABASE_URL": database_url, "FAIRWELL_RASA_TRACKER_URL": database_url}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("FAIRWELL_")}
        if "FAIRWELL_RASA_PYTHON" in os.environ:
            mine["FAIRWELL_RASA_PYTHON"] = os.environ["FAIRWELL_RASA_PYTHON"]
        self.environment: Mapping[str, str] = inherited | mine | dict(settings or {})
        self.ledger = Ledger(database_url or f"sqlite:///{home}/fairwell.db")
        self._output = home / "up.out"
        self._up: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and returns at once."""
        with self._output.open("ab") as output:
            self._up = subprocess.Popen(
                [FAIRWELL, "up"], env=dict(self.environment), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Runs, ready, while the block does."""
        self.start()
        try:
            self.wait_ready()
            yield self
        finally:
            self.stop()

    def wait_ready(self) -> None:
        """Waits until /readyz says 200; fails at once if `up` has ended."""
        wait_until(self._ready_or_dead, READY_WITHIN, f"{self.url} is ready; it printed:\n{self.output}")

    def stop(self) -> int:
        """Ctrl-C, as a terminal sends it: to the whole foreground group. Returns the exit code."""
        assert self._up is not None
        if self._up.poll() is None:
            os.killpg(self._up.pid, signal.SIGINT)
        try:
            code = self._up.wait(STOPPED_WITHIN)
        finally:
            if self._up.poll() is None:
                self._up.kill()
            self.ledger.close()
        return code

    def wait_ended(self) -> int:
        """Waits for `up` to end by itself; returns its exit code."""
        assert self._up is not None
        return self._up.wait(STOPPED_WITHIN)

    @property
    def output(self) -> str:
        """What `fairwell up` has printed."""
        return self._output.read_text(encoding="utf-8") if self._output.exists() else ""

    @property
    def up_pid(self) -> int:
        """The process `fairwell up` itself."""
        assert self._up is not None
        return self._up.pid

    @property
    def supervisor_pid(self) -> int:
        """supervisord, the child of `up`."""
        return wait_until(
            lambda: next((pid for pid, command in children(self.up_pid) if "cli.watch" in command), 0),
            READY_WITHIN, "supervisord runs",
        )  # fmt: skip

    def pid(self, program: str) -> int | None:
        """The process of `app` or `rasa`; None while it is not running."""
        sign = _PROGRAMS[program]
        return next((pid for pid, command in children(self.supervisor_pid) if sign in command), None)

    def kill(self, *programs: str) -> None:
        """SIGKILL, to all of them at once."""
        for pid in [self.pid(program) for program in programs]:
            if pid is not None:
                os.kill(pid, signal.SIGKILL)

    def ready(self) -> bool:
        """Whether it can answer now."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def identity(self, customer: str, ttl: timedelta = timedelta(minutes=10)) -> str:
        """A token as the company's own server would make it."""
        return JwtIdentityTokens(self.identity_secret, SystemClock()).issue(customer, ttl)

    @property
    def identity_secret(self) -> str:
        """What the company's server and Fairwell share."""
        return KeyRing(self.home / "keys").secret("web-identity")

    def cli(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Runs `fairwell ARGUMENTS` for this installation."""
        return subprocess.run(
            [FAIRWELL, *arguments], env=dict(self.environment), input=given, timeout=60,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def reset_demo(self) -> None:
        """Puts the demo customers back."""
        httpx.post(f"{self.url}/demo/reset", json={}, timeout=20, trust_env=False).raise_for_status()

    def _ready_or_dead(self) -> bool:
        assert self._up is not None
        assert self._up.poll() is None, f"`fairwell up` ended:\n{self.output}"
        return self.ready()


def children(pid: int) -> list[tuple[int, str]]:
    """The children of a process with their command lines; none if it is gone."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [(int(child), _command(int(child))) for child in listed]
    except OSError:
        return []


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").replace("\0", " ")
    except OSError:
        return ""
