"""`fairwell train`: trains the bot with Rasa's own Python."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Annotated

import typer

from cli.faults import CommandError
from cli.places import ROOT, rasa_python, run_folder


def register(commands: typer.Typer) -> None:
    """Adds `train`."""
    commands.command("train")(train)


def train(
    *,
    if_needed: Annotated[bool, typer.Option("--if-needed", help="Only if its files changed.")] = False,
) -> None:
    """Train the bot from data/, domain.yml and config.yml. Takes about a minute."""
    from bot.settings import load_settings
    from cli.places import model

    home = load_settings().home
    if if_needed and model(home).exists():
        typer.echo(f"{model(home)} is up to date.")
        return
    train_model(home, force=True)


def train_model(home: Path, *, force: bool = False) -> None:
    """Runs the training; what Rasa prints goes to HOME/run/training.log. Raises `CommandError`."""
    from cli.places import model

    log = run_folder(home).log("training")
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [str(rasa_python()), "-m", "bot.understanding.training", "--out", str(home / "models")]
    typer.echo("Training the bot (about a minute) …")
    began = time.monotonic()
    with log.open("wb") as output:
        result = subprocess.run(
            [*command, "--force"] if force else command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode != 0:
        raise CommandError(f"training failed (exit {result.returncode}); {log} says why")
    typer.echo(f"Trained {model(home).name} in {time.monotonic() - began:.0f} s.")
