"""What supervisord runs: the two programs, how they are restarted and stopped, where their output goes.

Secrets are not in it: they are in the environment that supervisord hands on to both programs.
"""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings
from cli.places import ROOT, Run, model, rasa_python


@dataclass(frozen=True, slots=True)
class Program:
    """One program. The higher `priority` starts last and stops first.

    A program that ends within `settles` seconds of its start counts as failing to start, and the next try
    waits a second longer each time; see `cli.watch`. After `patience` seconds of SIGTERM it gets SIGKILL.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    priority: int
    settles: int
    patience: int


def programs(settings: Settings) -> tuple[Program, Program]:
    """Rasa and the app. The app stops first, so that turns under way still find Rasa."""
    rasa = (
        str(rasa_python()), "-m", "bot.understanding.server",
        "--port", str(settings.rasa_port), "--model", str(model(settings.home)),
    )  # fmt: skip
    app = (sys.executable, "-m", "cli.main", "app")
    return (
        Program("rasa", rasa, ROOT, priority=10, settles=15, patience=4),
        Program("app", app, ROOT, priority=20, settles=5, patience=8),
    )


def environment(settings: Settings, rasa_secret: str, actions_secret: str) -> dict[str, str]:
    """The environment of both programs: this process's own, and what lets the two talk to each other."""
    mine = dict(os.environ)
    # Where this is set, Python compiles every module again at every start: 16 s instead of 5 s for Rasa.
    mine.pop("PYTHONDONTWRITEBYTECODE", None)
    return mine | {
        "FAIRWELL_HOME": str(settings.home),
        "FAIRWELL_DATABASE_URL": settings.database_url,
        "FAIRWELL_RASA_TRACKER_URL": settings.rasa_tracker_url,
        "FAIRWELL_RASA_SECRET": rasa_secret,
        "FAIRWELL_ACTIONS_SECRET": actions_secret,
        "FAIRWELL_ACTIONS_URL": f"http://{_reachable(settings)}/webhook",
        "PYTHONUNBUFFERED": "1",
        "RASA_TELEMETRY_ENABLED": "false",
    }


def write_config(run: Run, wanted: tuple[Program, ...]) -> None:
    """Writes HOME/run/supervisord.conf, 0600, for a supervisord that runs in that folder."""
    text = _HEAD + "".join(_section(program) for program in wanted)
    descriptor = os.open(run.config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text)


_HEAD = """\
; Written by `fairwell up` at every start; changes to it are lost.
[supervisord]
nodaemon = true
silent = true
logfile = supervisord.log
logfile_maxbytes = 1MB
logfile_backups = 1
pidfile = supervisord.pid
childlogdir = .
umask = 077
"""

_PROGRAM = """
[program:{name}]
command = {command}
directory = {folder}
priority = {priority}
autorestart = true
startsecs = {settles}
startretries = 1000000
stopsignal = TERM
stopwaitsecs = {patience}
stopasgroup = true
killasgroup = true
redirect_stderr = true
stdout_logfile = {name}.log
stdout_logfile_maxbytes = 5MB
stdout_logfile_backups = 3
"""


def _section(program: Program) -> str:
    return _PROGRAM.format(
        name=program.name,
        command=_value(shlex.join(program.command)),
        folder=_value(str(program.folder)),
        priority=program.priority,
        settles=program.settles,
        patience=program.patience,
    )


def _value(text: str) -> str:
    # supervisord reads %(name)s as a variable.
    return text.replace("%", "%%")


def _reachable(settings: Settings) -> str:
    """Where Rasa calls the action endpoint: an address that means all of them cannot be called."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.actions_host, settings.actions_host)  # noqa: S104
    return f"[{host}]:{settings.actions_port}" if ":" in host else f"{host}:{settings.actions_port}"
