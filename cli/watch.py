"""supervisord as `fairwell up` runs it: never gives up, says what happens, and leaves no orphan.

Run as `python -m cli.watch CONFIG PARENT`. Two things are added to supervisord itself: the wait between tries
is held at `LONGEST_WAIT` seconds, and a program that stops is reported on stdout with the end of its log.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Protocol

from supervisor import events
from supervisor.medusa import asyncore_25 as asyncore
from supervisor.options import ServerOptions
from supervisor.supervisord import Supervisor

#: Seconds. A program that keeps failing is tried again for ever, this often at the slowest.
LONGEST_WAIT = 10
_TAIL_LINES, _TAIL_BYTES = 5, 8192
_PR_SET_PDEATHSIG = 1


class ProcessConfig(Protocol):
    """What supervisor knows of a program, as far as we look at it; it ships no types."""

    @property
    def name(self) -> str:
        """As in the configuration."""
        ...

    @property
    def stdout_logfile(self) -> str:
        """Where its output goes."""
        ...


class Process(Protocol):
    """A program's process, likewise.

    `delay` is when it is started again, `laststop` when it ended, both in seconds since the epoch.
    """

    config: ProcessConfig
    backoff: int
    delay: float
    laststop: float


class ProcessEvent(Protocol):
    """What supervisor passes to a subscriber, likewise."""

    process: Process


class Watch(Supervisor):  # type: ignore[misc]  # supervisor ships no types
    """supervisord with our reports."""

    def runforever(self) -> None:
        """Runs until told to stop. `run` has cleared all subscriptions just before it calls this."""
        events.subscribe(events.ProcessStateExitedEvent, on_exit)
        events.subscribe(events.ProcessStateBackoffEvent, on_failed_start)
        # supervisord itself would look around for a second before it starts anything.
        for group in self.process_groups.values():
            group.transition()
        super().runforever()


def on_exit(event: ProcessEvent) -> None:
    """A program that was running has ended; supervisord starts it again at once.

    On a slow machine that can be one that never got to run, so the end of its log is said here, too.
    """
    config = event.process.config
    _say(f"{config.name} stopped unexpectedly; starting it again. Its log: {_log(config)}")
    _say_end(config)


def on_failed_start(event: ProcessEvent) -> None:
    """A program has ended soon after its start. Says so with the end of its log, and holds the wait down.

    supervisord waits `backoff` seconds and gives up once that exceeds its retries; held here, it never does.
    """
    process = event.process
    name, log = process.config.name, _log(process.config)
    process.backoff = min(process.backoff, LONGEST_WAIT)
    process.delay = min(process.delay, process.laststop + LONGEST_WAIT + 1)
    _say(f"{name} ended soon after its start; trying again in {process.backoff} s. Its log: {log}")
    _say_end(process.config)


def die_with_parent(with_signal: int) -> None:
    """Has this process get a signal when its parent dies, however that dies. Linux only."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)


def main(config: str, parent: int) -> int:
    """Runs the programs of `config` until SIGTERM or SIGINT, or until the process `parent` is gone."""
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:
        return 0  # it went before we could ask to be told
    # Holds through exec. SIGKILL, since nobody would be left to insist; any instant will do (P2, P9).
    os.register_at_fork(after_in_child=partial(die_with_parent, signal.SIGKILL))
    options = ServerOptions()
    options.realize(["-c", config])
    # What supervisord's own main() sets.
    options.first, options.test = True, False
    with contextlib.suppress(asyncore.ExitNow):
        Watch(options).main()
    options.close_logger()
    return 0


def _log(config: ProcessConfig) -> Path:
    return Path(config.stdout_logfile).absolute()


def _say_end(config: ProcessConfig) -> None:
    for line in _tail(_log(config)):
        _say(f"  {config.name} | {line}")


def _tail(log: Path) -> list[str]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-_TAIL_LINES:]


def _say(line: str) -> None:
    # Whoever watched may have gone; that is no reason to stop.
    with contextlib.suppress(OSError):
        print(line, flush=True)  # noqa: T201  # a report to whoever watches `fairwell up`


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
