"""`fairwell up`: checks, trains if need be, runs app and Rasa under supervisord, and stops both on Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from cli.faults import CommandError
from cli.places import Run, rasa_python, run_folder

if TYPE_CHECKING:
    from bot.settings import Settings

#: Seconds between looks at /readyz, and until it is said that this takes long.
_LOOK_EVERY, _LONG = 0.25, 90
#: Seconds after which a stop is no longer asked for but made: above what the programs' `patience` adds up to.
_STOP_WITHIN = 14


def register(commands: typer.Typer) -> None:
    """Adds `up`, and the hidden `app` that supervisord runs."""
    commands.command("up")(up)
    commands.command("app", hidden=True)(app)


def up() -> None:
    """Start the app and Rasa and keep them running; Ctrl-C stops both.

    Trains the bot first if there is no model of the present files. Exit codes: 0 stopped when asked, 1 could
    not start or the supervisor died, 2 a setting is wrong.
    """
    from bot.policies.file import read_policies
    from bot.settings import load_settings
    from cli.ports import refuse_taken_ports

    settings = load_settings()
    if settings.policy is not None:
        read_policies(settings.policy)  # so that a broken one stops the start here, and not the app later
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # so that a training under way ends with us
    # Logs, database and sockets are nobody else's to read.
    os.umask(0o077)
    run = run_folder(settings.home)
    with _only_one(run):
        refuse_taken_ports(settings)
        _train_if_needed(settings)
        code = _supervise(settings, run)
    raise typer.Exit(code)


def app() -> None:
    """Run the app alone, in the foreground, as `fairwell up` does under supervisord."""
    import asyncio

    from bot import bootstrap
    from bot.settings import load_settings
    from gateway import server

    settings = load_settings()
    application = bootstrap.build(settings)
    if settings.demo:
        application.ensure_demo()
    asyncio.run(server.serve(application))


@contextmanager
def _only_one(run: Run) -> Iterator[None]:
    """One `up` per HOME: two would overwrite each other's files."""
    with run.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"`fairwell up` is running already for {run.folder.parent}") from None
        yield


def _train_if_needed(settings: Settings) -> None:
    from cli.places import model
    from cli.train import train_model

    if not rasa_python().exists():
        raise CommandError(
            f"no Python of Rasa's at {rasa_python()}; run: make env, or set FAIRWELL_RASA_PYTHON"
        )
    if not model(settings.home).exists():
        train_model(settings.home)


def _supervise(settings: Settings, run: Run) -> int:
    from bot.crypto.keys import KeyRing
    from cli import supervision

    keys = KeyRing(settings.keys)
    supervision.write_config(run, supervision.programs(settings))
    typer.echo("Starting …")
    watch = subprocess.Popen(
        [sys.executable, "-m", "cli.watch", str(run.config), str(os.getpid())],
        env=supervision.environment(settings, keys.secret("rasa-channel"), keys.secret("actions")),
        stdin=subprocess.DEVNULL,
        cwd=run.folder,
    )
    asked = _stop_when_asked(watch)
    _say_when_ready(settings, run, watch, asked)
    watch.wait()
    if asked:
        typer.echo("Stopped.")
        return 0
    raise CommandError(f"the supervisor ended; its log: {run.folder / 'supervisord.log'}")


def _stop_when_asked(watch: subprocess.Popen[bytes]) -> list[int]:
    """Hands the first signal on as SIGTERM, and insists when that takes too long; returns the signals."""
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if not asked:
            asked.append(number)
            watch.terminate()
            signal.alarm(_STOP_WITHIN)

    def insist(_number: int, _frame: FrameType | None) -> None:
        watch.kill()  # app and Rasa die with it: see cli.watch

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    signal.signal(signal.SIGALRM, insist)
    return asked


def _say_when_ready(settings: Settings, run: Run, watch: subprocess.Popen[bytes], asked: list[int]) -> None:
    from cli.ports import local_url

    url = local_url(settings)
    started = time.monotonic()
    told = False
    while watch.poll() is None and not asked:
        if _ready(url):
            typer.echo(_welcome(settings, url, run.folder))
            return
        if not told and time.monotonic() - started > _LONG:
            told = True
            typer.echo(f"Not ready after {_LONG} s; still trying. Logs: {run.log('app')}, {run.log('rasa')}")
        time.sleep(_LOOK_EVERY)


def _ready(url: str) -> bool:
    import httpx

    try:
        # Loopback: a proxy from the environment has no business here.
        return httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _welcome(settings: Settings, url: str, logs: Path) -> str:
    chat = "--as demo-solo" if settings.demo else ""
    lines = [
        f"Fairwell is ready: {url}/",
        f"In a terminal:     {_called()} chat {chat}".rstrip(),
        f"Logs:              {logs}",
        "Ctrl-C stops everything.",
    ]
    if settings.shadow:
        lines.insert(1, "Shadow mode:       texts cancel nothing, buttons do (FAIRWELL_SHADOW).")
    if settings.public_url != url:
        lines.insert(1, f"Customers reach it: {settings.public_url}/")
    return "\n".join(lines)


def _called() -> str:
    """How this command was called: what is printed should work when it is copied."""
    return "fairwell" if shutil.which("fairwell") else sys.argv[0]
