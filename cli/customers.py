"""`fairwell customers`: who is in the built-in book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.application import application


def register(commands: typer.Typer) -> None:
    """Adds `customers` with its commands."""
    group = typer.Typer(help="The customers in the built-in book.", no_args_is_help=True)
    group.command("import")(import_file)
    group.command("list")(list_customers)
    commands.add_typer(group, name="customers")


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV with a header; see docs/cli.md.")],
) -> None:
    """Import customers and subscriptions from FILE: all of it, or nothing and where the fault is.

    Customers and plans that are there are replaced. A subscription that was cancelled or resumed here keeps
    its state: an older file must not undo what a customer did.
    """
    from bot.billing.csv_import import parse
    from bot.billing.data import load

    deps = application().deps
    data = parse(file, deps.zone)
    with deps.store.begin() as work:
        kept = load(work, data)
        work.commit()
    typer.echo(f"Imported: {len(data.customers)} customers, {len(data.subscriptions) - kept} subscriptions.")
    if kept:
        typer.echo(f"Left {kept} as they are: customers have cancelled or resumed them here.")


def list_customers() -> None:
    """List the customers and what they subscribe to."""
    from cli.table import table

    deps = application().deps
    with deps.store.begin() as work:
        provider = deps.billing.within(work)
        rows = [
            (
                customer.ref,
                customer.name,
                customer.email,
                ", ".join(
                    f"{item.plan.name} ({item.status.value})" for item in provider.subscriptions(customer.ref)
                )
                or "-",
            )
            for customer in work.customers.all()
        ]
    typer.echo(table(("customer", "name", "e-mail", "subscriptions"), rows) if rows else "No customers yet.")
