"""`fairwell customers`: who the customers are, by the built-in book or the billing system elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.application import application
from cli.faults import CommandError

if TYPE_CHECKING:
    from bot.domain.customers import Customer
    from bot.services.views import Reader

#: So many customers are taken over in one transaction.
_BATCH = 100


def register(commands: typer.Typer) -> None:
    """Adds `customers` with its commands."""
    group = typer.Typer(help="The customers.", no_args_is_help=True)
    group.command("import")(import_file)
    group.command("sync")(sync)
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


def sync() -> None:
    """Take over the customers of the billing system elsewhere (stripe, http).

    New ones are added, others get the name and the address that it has; nobody is ever removed. It can be
    stopped and run again at any time.
    """
    from bot.domain.errors import BillingUnavailableError
    from bot.ports import RemoteBilling
    from bot.services.billing_news import take_over

    deps = application().deps
    if not isinstance(deps.billing, RemoteBilling):
        raise CommandError("the book is built in: its customers come by `fairwell customers import FILE.csv`")
    taken, left = 0, list[str]()
    customers = deps.billing.customers()
    try:
        # Read outside of transactions: a page may take long.
        while batch := list(islice(customers, _BATCH)):
            with deps.store.begin() as work:
                left += [customer.ref for customer in batch if not take_over(work, customer)]
                work.commit()
            taken += len(batch)
    except BillingUnavailableError as fault:
        raise CommandError(f"stopped after {taken} customers: {fault}; run it again") from None
    typer.echo(f"Taken over: {taken - len(left)} customers.")
    if left:
        typer.echo(f"Left out {len(left)}: another customer has their e-mail address. {_some(left)}")


def _some(refs: Sequence[str]) -> str:
    return ", ".join(refs[:20]) + (", …" if len(refs) > 20 else "")


def list_customers() -> None:
    """List the customers and what they subscribe to; ? where the billing system has not been asked yet."""
    from bot.services.views import reader
    from cli.table import table

    deps = application().deps
    with deps.store.begin() as work:
        provider = reader(deps, work, asked=True)
        rows = [
            (
                customer.ref,
                customer.name,
                customer.email,
                ", ".join(_held(provider, customer)) or "-",
            )
            for customer in work.customers.all()
        ]
    typer.echo(table(("customer", "name", "e-mail", "subscriptions"), rows) if rows else "No customers yet.")


def _held(provider: Reader, customer: Customer) -> Iterator[str]:
    from bot.domain.errors import BillingUnavailableError

    try:
        for item in provider.subscriptions(customer.ref):
            yield f"{item.plan.name} ({item.status.value})"
    except BillingUnavailableError:
        yield "?"
