"""`fairwell demo`: the customers to try it out with."""

from __future__ import annotations

import typer

from cli.application import application
from cli.faults import CommandError


def register(commands: typer.Typer) -> None:
    """Adds `demo` with its commands."""
    group = typer.Typer(help="The demo customers.", no_args_is_help=True)
    group.callback()(_keep_as_group)
    group.command("reset")(reset)
    commands.add_typer(group, name="demo")


def _keep_as_group() -> None:
    """The demo customers."""


def reset() -> None:
    """Put the demo customers back as they were at the start. Touches nobody else."""
    app = application()
    with app.deps.store.begin() as work:
        present = work.customers.get("demo-solo") is not None
    if not app.settings.demo and not present:
        raise CommandError(f"there is no demo in {app.settings.home}; FAIRWELL_DEMO=1 makes one")
    app.reset_demo()
    typer.echo("The demo customers are as they were at the start.")
