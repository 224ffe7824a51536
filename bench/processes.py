"""Starts the processes that are measured, waits until they answer, and leaves none behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
_PROC = Path("/proc")
#: Seconds until a process that was asked to stop is stopped, and until one that starts is given up.
_STOP_WITHIN, _START_WITHIN = 15.0, 180.0
_LOOK_EVERY = 0.05
_LOG_LINES = 15


class BenchError(RuntimeError):
    """The benchmark can't be run, or what it measures does not do its work; says why in one or more lines."""


@dataclass(frozen=True, slots=True)
class Command:
    """One program: what it is called in the tables, how it is started, where its output goes."""

    name: str
    words: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path


@dataclass(frozen=True, slots=True)
class Resident:
    """What one process holds in memory, in MB."""

    process: str
    megabytes: float


def environment(**more: str) -> dict[str, str]:
    """This process's environment without settings of ours or Rasa's, and with `more`."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("FAIRWELL_", "RASA_", "SANIC_")) and name != "PYTHONDONTWRITEBYTECODE"
    }
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "PYTHONWARNINGS": "ignore",
    }
    return inherited | quiet | more


def free_ports(count: int, first: int) -> list[int]:
    """Returns `count` ports of the loopback address that nobody listens on, from `first` upwards."""
    found: list[int] = []
    for port in range(first, 65536):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
        if len(found) == count:
            return found
    raise BenchError(f"there are no {count} free ports from {first} upwards")


def run(command: Command) -> None:
    """Runs a program to its end. Raises `BenchError` with the end of its output if it fails."""
    with running(command) as process:
        if process.wait() != 0:
            raise BenchError(f"{command.name} failed\n{_tail(command.log)}")


@contextmanager
def running(command: Command) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a program in a session of its own, and ends that whole session afterwards."""
    with command.log.open("ab") as log:
        process = subprocess.Popen(
            list(command.words),
            cwd=command.folder,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the benchmark alone: it stops what it started, in order.
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for left in _session(process.pid):
        try:
            os.kill(left, signal.SIGKILL)
        except ProcessLookupError:
            continue


def wait_until_ready(
    process: subprocess.Popen[bytes], command: Command, is_ready: Callable[[], bool]
) -> float:
    """Waits until `is_ready` and returns the seconds it took; raises `BenchError` if it ends instead."""
    began = time.perf_counter()
    while not is_ready():
        waited = time.perf_counter() - began
        if process.poll() is not None or waited > _START_WITHIN:
            what = "ended" if process.poll() is not None else f"is not ready after {waited:.0f} s"
            raise BenchError(f"{command.name} {what}\n{_tail(command.log)}")
        time.sleep(_LOOK_EVERY)
    return time.perf_counter() - began


def answers_ok(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def resident(process: subprocess.Popen[bytes], name_of: Callable[[str], str]) -> list[Resident]:
    """What each process of the program holds in memory now; nothing where /proc does not say (not Linux).

    `name_of` names a process by its command line.
    """
    found = []
    for pid in _session(process.pid):
        try:
            line = (_PROC / str(pid) / "cmdline").read_text().replace("\0", " ").strip()
            status = (_PROC / str(pid) / "status").read_text()
        except OSError:
            continue  # it has just ended
        kilobytes = next((row.split()[1] for row in status.splitlines() if row.startswith("VmRSS:")), "0")
        found.append(Resident(name_of(line), int(kilobytes) / 1024))
    return found


def processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """The processor time that all processes of the program took so far; 0 where /proc does not say."""
    ticks = 0
    for pid in _session(process.pid):
        try:
            stat = (_PROC / str(pid) / "stat").read_text()
        except OSError:
            continue  # it has just ended
        # See `_session_of`; user and system time are the 14th and 15th field.
        ticks += sum(int(field) for field in stat.rpartition(")")[2].split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def _session(leader: int) -> list[int]:
    if not _PROC.is_dir():
        return []
    return [
        int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit() and _session_of(entry) == leader
    ]


def _session_of(process: Path) -> int:
    try:
        # The name, in parentheses, may hold spaces; then come state, parent, group, session.
        return int((process / "stat").read_text().rpartition(")")[2].split()[3])
    except (OSError, IndexError):
        return -1


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-_LOG_LINES:]
    return "\n".join([*(f"  | {line}" for line in lines), f"  {log}"])
