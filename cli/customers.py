"""`fairwell customers`: who is in the built-in book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.application import application
from cli.faults import CommandError

if TYPE_CHECKING:
    from bot.billing.data import BookData
    from bot.ports import UnitOfWork


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

    deps = application().deps
    data = parse(file, deps.zone)
    with deps.store.begin() as work:
        kept = _put(work, data)
        work.commit()
    typer.echo(f"Imported: {len(data.customers)} customers, {len(data.subscriptions) - kept} subscriptions.")
    if kept:
        typer.echo(f"Left {kept} as they are: customers have cancelled or resumed them here.")


def _put(work: UnitOfWork, data: BookData) -> int:
    """Stores everything; returns how many subscriptions were left as they are."""
    kept = 0
    for plan in data.plans:
        work.book.put_plan(plan)
    for customer in data.customers:
        holder = work.customers.by_email(customer.email)
        if holder is not None and holder.ref != customer.ref:
            raise CommandError(f"{customer.email} belongs to {holder.ref} already; nothing was imported")
        work.customers.put(customer)
    for subscription in data.subscriptions:
        present = work.book.get(subscription.ref)
        if present is not None and present.customer_ref != subscription.customer_ref:
            raise CommandError(
                f"{subscription.ref} belongs to {present.customer_ref} already; nothing was imported"
            )
        if work.operations.latest(subscription.ref) is not None:
            kept += 1
        else:
            work.book.put(subscription)
    return kept


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
