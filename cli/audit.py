"""`fairwell audit`: what staff read and changed, and whether anybody has altered that."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.application import application
from cli.faults import CommandError


def register(commands: typer.Typer) -> None:
    """Adds `audit` with its commands."""
    group = typer.Typer(help="What staff read and changed.", no_args_is_help=True)
    group.command("list")(list_entries)
    group.command("verify")(verify)
    commands.add_typer(group, name="audit")


def list_entries(
    *,
    who: Annotated[str, typer.Option(help="Only of one: an id, or cli.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
) -> None:
    """List what was done, newest first."""
    from bot.services import audit, desk
    from cli.table import table

    deps = application().deps
    names = desk.names(deps)
    rows = [
        (
            str(item.position), item.at.strftime("%Y-%m-%d %H:%M:%S"), names.get(item.who, item.who),
            item.action.value, item.subject, item.why or ", ".join(f"{k}: {v}" for k, v in item.what.items()),
        )
        for item in audit.listed(deps, limit=limit, who=who)
    ]  # fmt: skip
    typer.echo(table(("no.", "UTC", "who", "did", "to", "why or what"), rows) if rows else "Nothing yet.")


def verify(
    *, head: Annotated[str, typer.Option(help="A digest noted down earlier: it must still be there.")] = ""
) -> None:
    """Check the whole chain; prints the digest of its end, to be noted down elsewhere."""
    from bot.services import audit

    count, broken, digest = audit.verify(application().deps, head or None)
    if broken is not None:
        where = f"entry {broken} was altered, or one before it is gone" if broken else "the end was cut off"
        raise CommandError(f"the audit is not as it was written: {where}")
    typer.echo(f"{count} entries, all as they were written. Head: {digest or 'none yet'}")
