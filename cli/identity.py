"""`fairwell identity-token`: vouches for a customer, as the company's website does."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from cli.application import application
from cli.faults import CommandError


def register(commands: typer.Typer) -> None:
    """Adds `identity-token`."""
    commands.command("identity-token")(identity_token)


def identity_token(
    customer: Annotated[str, typer.Argument(help="The customer's ref, such as demo-solo.")],
    minutes: Annotated[int, typer.Option(min=1, max=60, help="How long it is good for.")] = 10,
) -> None:
    """Print a token that opens one chat session as CUSTOMER. Whoever holds it is taken for that customer."""
    app = application()
    with app.deps.store.begin() as work:
        known = work.customers.get(customer)
    if known is None:
        raise CommandError(f"there is no customer {customer!r}; `fairwell customers list` names them")
    typer.echo(app.identity_tokens.issue(customer, timedelta(minutes=minutes)))
