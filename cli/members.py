"""`fairwell members`: who belongs to an account beside its holder, and may decide for it or not."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.domain.customers import Role
from cli.application import application

_Customer = Annotated[str, typer.Argument(help="The customer's ref, such as demo-multi.")]
_Email = Annotated[str, typer.Argument(help="The member's own e-mail address.")]


def register(commands: typer.Typer) -> None:
    """Adds `members` with its commands."""
    group = typer.Typer(help="People of an account beside its holder.", no_args_is_help=True)
    group.command("add")(add)
    group.command("remove")(remove)
    group.command("list")(list_members)
    commands.add_typer(group, name="members")


def add(
    customer: _Customer,
    email: _Email,
    *,
    role: Annotated[
        Role, typer.Option(help="billing decides about plans as the holder does; member decides nothing.")
    ],
    name: Annotated[str, typer.Option(help="How they are called.")] = "",
    phone: Annotated[str | None, typer.Option(help="A verified number, such as +4930123456.")] = None,
) -> None:
    """Add a member to CUSTOMER's account, or change the one with this address."""
    from bot.services import members

    member = members.add(application().deps, customer, name or email, email, role, phone)
    decides = "decides about its plans" if member.may_decide else "decides nothing about its plans"
    typer.echo(f"{member.email} belongs to {customer} and {decides}.")


def remove(customer: _Customer, email: _Email) -> None:
    """Remove a member; wherever they were verified, they are nobody now."""
    from bot.services import members

    members.remove(application().deps, customer, email)
    typer.echo(f"Removed from {customer}.")


def list_members(customer: _Customer) -> None:
    """List the members of CUSTOMER's account."""
    from bot.services import members
    from cli.table import table

    found = members.listed(application().deps, customer)
    rows = [(item.email, item.name, item.role.value, item.phone or "-") for item in found]
    typer.echo(table(("e-mail", "name", "role", "phone"), rows) if rows else "No members.")
