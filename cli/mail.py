"""`fairwell mail test`: sends one mail, to see whether mail arrives and how it looks there."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.application import application
from cli.faults import CommandError


def register(commands: typer.Typer) -> None:
    """Adds `mail` with its command."""
    group = typer.Typer(help="Mail, as this installation sends it.", no_args_is_help=True)
    group.callback()(_keep_as_group)
    group.command("test")(send_test)
    commands.add_typer(group, name="mail")


def _keep_as_group() -> None:
    """Mail, as this installation sends it."""


def send_test(
    address: Annotated[str, typer.Argument(help="Where to send it.")],
    language: Annotated[str, typer.Option(help="In which language.")] = "en",
) -> None:
    """Send a mail that says it is a test, at once. `fairwell doctor` checks the mail server without one."""
    from bot.domain.customers import is_email
    from bot.services.mailing import worded

    if not is_email(address):
        raise CommandError(f"{address!r} is not a mail address")
    app = application()
    letter = worded(app.deps, "mail_test", app.deps.wording.locale(language), {})
    app.mailer.send(to=address, letter=letter, message_id=app.deps.ids.new("t"))
    where = app.settings.smtp_host or str(app.settings.home / "mail")
    typer.echo(f"Handed to {where}.")
