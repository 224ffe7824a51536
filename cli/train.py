"""`fairwell train`: trains the bot with Rasa's own Python."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from cli.faults import CommandError
from cli.places import ROOT, rasa_python


def register(commands: typer.Typer) -> None:
    """Adds `train`."""
    commands.command("train")(train)


def train(
    *,
    if_needed: Annotated[bool, typer.Option("--if-needed", help="Only if its files changed.")] = False,
) -> None:
    """Train the bot from data/, domain.yml and config.yml. Takes about half a minute."""
    from bot.settings import load_settings
    from cli.places import model

    home = load_settings().home
    if if_needed and model(home).exists():
        typer.echo(f"{model(home)} is up to date.")
        return
    train_model(home, force=True)


def train_model(home: Path, *, force: bool = False) -> None:
    """Runs the training, its output shown. Raises `CommandError` when no model comes of it."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [str(rasa_python()), "-m", "bot.understanding.training", "--out", str(home / "models")]
    result = subprocess.run(
        [*command, "--force"] if force else command, cwd=ROOT, env=environment, check=False
    )
    if result.returncode != 0:
        raise CommandError(f"training failed (exit {result.returncode}); the output above says why")
