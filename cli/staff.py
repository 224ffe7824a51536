"""`fairwell staff`: who works in the support console."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.domain.staff import Role
from cli.application import application

_Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")]
_Role = Annotated[Role, typer.Option(help="What they may do: see docs/console-roles.md.")]


def register(commands: typer.Typer) -> None:
    """Adds `staff` with its commands."""
    group = typer.Typer(help="Who works in the support console.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_staff)
    group.command("role")(change_role)
    group.command("disable")(disable)
    group.command("enable")(enable)
    group.command("reset")(reset)
    commands.add_typer(group, name="staff")


def add(
    email: _Email, *, role: _Role, name: Annotated[str, typer.Option(help="How they are called.")] = ""
) -> None:
    """Invite somebody: prints the link by which they choose a password."""
    from bot.services import audit, staff

    app = application()
    made = staff.invite(app.deps, email, name, role, audit.COMMAND_LINE)
    typer.echo(f"{made.staff.email} is invited as {role.value}. For 72 hours, once:")
    typer.echo(f"{app.deps.public_url}/console/welcome/{made.token}")


def list_staff() -> None:
    """List everybody, by name."""
    from bot.services import staff
    from cli.table import table

    rows = [
        (
            item.email, item.name, item.role.value,
            "disabled" if item.disabled_at else "active" if item.password_hash else "invited",
            "yes" if item.has_totp else "no",
        )
        for item in staff.listed(application().deps)
    ]  # fmt: skip
    typer.echo(table(("e-mail", "name", "role", "state", "authenticator"), rows) if rows else "Nobody yet.")


def change_role(email: _Email, *, role: _Role) -> None:
    """Give somebody another role; they sign in anew."""
    from bot.services import audit, staff

    deps = application().deps
    member = staff.change_role(deps, staff.by_email(deps, email).id, role, audit.COMMAND_LINE)
    typer.echo(f"{member.email} is {role.value}.")


def disable(email: _Email) -> None:
    """Shut somebody out, at once."""
    from bot.services import audit, staff

    deps = application().deps
    typer.echo(
        f"{staff.disable(deps, staff.by_email(deps, email).id, audit.COMMAND_LINE).email} is shut out."
    )


def enable(email: _Email) -> None:
    """Let somebody in again."""
    from bot.services import audit, staff

    deps = application().deps
    typer.echo(f"{staff.enable(deps, staff.by_email(deps, email).id, audit.COMMAND_LINE).email} may sign in.")


def reset(email: _Email) -> None:
    """Invite again, for a lost password or phone: what they had opens nothing any more."""
    from bot.services import audit, staff

    app = application()
    made = staff.invite_again(app.deps, staff.by_email(app.deps, email).id, audit.COMMAND_LINE)
    typer.echo("For 72 hours, once:")
    typer.echo(f"{app.deps.public_url}/console/welcome/{made.token}")
