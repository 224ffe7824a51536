"""`fairwell operations`: what the billing system has not confirmed yet."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.application import application
from cli.faults import CommandError


def register(commands: typer.Typer) -> None:
    """Adds `operations` with its commands."""
    group = typer.Typer(help="What the billing system has not confirmed yet.", invoke_without_command=True)
    group.callback()(operations)
    group.command("list")(list_open)
    group.command("try")(try_now)
    commands.add_typer(group, name="operations")


def operations(context: typer.Context) -> None:
    """List what hangs; `try` asks the billing system once more, now."""
    if context.invoked_subcommand is None:
        list_open()


def list_open() -> None:
    """List what was declared and is not confirmed, oldest first, with why the last try failed."""
    from bot.services import billing_away
    from cli.table import table

    deps = application().deps

    def shown(at: datetime | None) -> str:
        return at.astimezone(deps.zone).strftime("%Y-%m-%d %H:%M") if at is not None else "-"

    with deps.store.begin() as work:
        rows = [
            (
                item.id, item.kind.value, item.customer_ref, item.subscription_ref, shown(item.recorded_at),
                str(item.attempts), shown(item.asked_at), item.fault or "-",
            )
            for item in work.operations.unfinished()
        ]  # fmt: skip
        # Of these nobody knows yet which plan is meant: the billing system could not say what there is.
        rows += [
            (
                wish.number or wish.id, wish.kind.value, wish.customer_ref or "-", "?",
                shown(wish.declared_at), str(job.attempts), "-", "what they have is not known yet",
            )
            for wish, job in billing_away.waiting(work)
        ]  # fmt: skip
    if not rows:
        typer.echo("Nothing hangs: the billing system has confirmed everything.")
        return
    heads = ("id", "what", "customer", "subscription", "since", "tries", "last", "why")
    typer.echo(table(heads, rows))


def try_now(operation_id: Annotated[str, typer.Argument(metavar="ID", help="As listed.")]) -> None:
    """Ask the billing system once more. Trying again never acts twice."""
    from bot.services.budget import IN_A_JOB, Budget
    from bot.services.carrying_out import carry_out

    left = carry_out(application().deps, operation_id, Budget(IN_A_JOB))
    if left is None:
        raise CommandError(f"there is no operation {operation_id}; `fairwell operations` lists them")
    typer.echo(f"{left.state.value}{f': {left.fault}' if left.open and left.fault else ''}")
