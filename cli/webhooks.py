"""`fairwell webhooks`: which other systems are told what happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated

import typer

from bot.domain.webhooks import EventType
from cli.application import application

_Id = Annotated[str, typer.Argument(metavar="ID", help="The endpoint's, such as W-4F7K-9M2Q.")]


def register(commands: typer.Typer) -> None:
    """Adds `webhooks` with its commands."""
    group = typer.Typer(help="Which other systems are told what happens.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_endpoints)
    group.command("test")(test)
    group.command("rotate")(rotate)
    group.command("disable")(disable)
    group.command("enable")(enable)
    group.command("remove")(remove)
    commands.add_typer(group, name="webhooks")


def add(
    url: Annotated[str, typer.Argument(help="Where events are sent: an https address.")],
    *,
    event: Annotated[
        list[EventType] | None, typer.Option(help="Only events of this kind; may be given several times.")
    ] = None,
    words: Annotated[
        bool, typer.Option("--words", help="With what customers said; without it never.")
    ] = False,
) -> None:
    """Add an endpoint, and print its secret, this once."""
    from bot.services import webhook_endpoints

    app = application()
    asyncio.run(app.webhooks.check(url))
    endpoint, secret = webhook_endpoints.add(app.deps, url, event or (), words=words)
    typer.echo(f"{endpoint.id} is told {_told(endpoint.events)} from now on.")
    typer.echo(f"Its secret, shown this once: {secret}")


def list_endpoints() -> None:
    """List the endpoints, oldest first, with how many deliveries wait and how many are dead."""
    from bot.services import webhook_endpoints
    from cli.table import table

    found = webhook_endpoints.listed(application().deps)
    if not found:
        typer.echo("No endpoints; `fairwell webhooks add URL` adds one.")
        return
    rows = [
        (
            item.endpoint.id, item.endpoint.url, _told(item.endpoint.events),
            "yes" if item.endpoint.words else "no",
            f"disabled: {item.endpoint.why}" if item.endpoint.why else item.endpoint.state.value,
            str(item.standing.waiting), str(item.standing.dead),
        )
        for item in found
    ]  # fmt: skip
    heads = ("id", "address", "events", "words", "state", "waiting", "dead")
    typer.echo(table(heads, rows, right=frozenset({5, 6})))


def test(endpoint_id: _Id) -> None:
    """Send an event that tells of nothing; a running app sends it at once."""
    from bot.services import webhook_endpoints

    name = webhook_endpoints.test(application().deps, endpoint_id)
    typer.echo(f"{name} is on its way; see what came of it with: fairwell deliveries show {name}")


def rotate(
    endpoint_id: _Id,
    *,
    overlap: Annotated[
        int, typer.Option(min=0, max=720, help="So many hours the old secret signs as well; 0 if it leaked.")
    ] = 24,
) -> None:
    """Make a new secret, and print it, this once. Until the old one ends both sign."""
    from bot.services import webhook_endpoints

    secret = webhook_endpoints.rotate(application().deps, endpoint_id, timedelta(hours=overlap))
    before = f"for {overlap} hours more" if overlap else "no more"
    typer.echo(f"The secret before it signs {before}.")
    typer.echo(f"The new secret, shown this once: {secret}")


def disable(endpoint_id: _Id) -> None:
    """Send nothing there any more. What waits is dead, and can be sent again once it is enabled."""
    from bot.services import webhook_endpoints

    buried = webhook_endpoints.disable(application().deps, endpoint_id)
    typer.echo(f"{endpoint_id} is told nothing any more; {buried} deliveries that waited are dead.")


def enable(endpoint_id: _Id) -> None:
    """Tell an endpoint again what happens from now on."""
    from bot.services import webhook_endpoints

    webhook_endpoints.enable(application().deps, endpoint_id)
    typer.echo(
        f"{endpoint_id} is told what happens from now on. What it has missed since a day: "
        f"fairwell deliveries resend --webhook {endpoint_id} --since DAY"
    )


def remove(endpoint_id: _Id) -> None:
    """Forget an endpoint, its secret, and what is on its way there."""
    from bot.services import webhook_endpoints

    webhook_endpoints.remove(application().deps, endpoint_id)
    typer.echo(f"Removed {endpoint_id}.")


def _told(events: tuple[EventType, ...]) -> str:
    return ", ".join(kind.value for kind in events) or "everything"
