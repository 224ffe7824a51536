"""Webhooks in `fairwell deliveries`: listed, shown with every try, sent again one by one or since a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.domain.webhooks import timestamp
from cli.application import application
from cli.faults import CommandError

if TYPE_CHECKING:
    from bot.services.dependencies import Dependencies
    from bot.services.webhook_deliveries import ListedDelivery

#: How the id of a webhook's delivery looks: of an event, and of an endpoint.
_ID = re.compile(r"(e_\w+):(W-[\w-]+)", re.ASCII)

Webhook = Annotated[
    str | None, typer.Option(metavar="ID", help="Of this webhook's endpoint, whatever became of them.")
]
Since = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
        metavar="DAY|DAYThh:mm",
        help="Of what happened from then on; with --webhook.",
    ),
]


def is_one(item: str) -> bool:
    """Whether an id is that of a webhook's delivery."""
    return _ID.fullmatch(item) is not None


def dead_rows(deps: Dependencies) -> list[tuple[str, str, str, str, str, str]]:
    """Those that nobody tries any more, as rows of the list of everything."""
    from bot.services import webhook_deliveries

    return [
        (
            item.delivery.id, "webhook", item.delivery.state.value, str(item.delivery.tries),
            local(item.delivery.run_at, deps.zone), item.delivery.fault or "-",
        )
        for item in webhook_deliveries.dead(deps)
    ]  # fmt: skip


def list_of(deps: Dependencies, endpoint_id: str, since: datetime | None) -> None:
    """Lists all deliveries of an endpoint, with what they tell."""
    from bot.services import webhook_deliveries
    from cli.table import table

    begin = since.replace(tzinfo=deps.zone) if since is not None else None
    found = webhook_deliveries.of_endpoint(deps, endpoint_id, begin)
    if not found:
        typer.echo("Nothing.")
        return
    rows = [
        (
            item.delivery.id, item.kind.value, local(item.occurred_at, deps.zone),
            item.delivery.state.value, str(len(item.delivery.attempts)), _next(item, deps.zone),
            item.delivery.fault or "-",
        )
        for item in found
    ]  # fmt: skip
    typer.echo(table(("id", "event", "happened", "state", "tries", "next", "why"), rows))


def show(delivery_id: Annotated[str, typer.Argument(metavar="ID", help="A webhook's, as listed.")]) -> None:
    """Show every try of a webhook's delivery, and what is sent."""
    from bot.services import webhook_deliveries
    from cli.table import table

    deps = application().deps
    found = webhook_deliveries.shown(deps, *_parts(delivery_id))
    delivery, event = found.delivery, found.event
    typer.echo(f"{delivery.id}  {event.kind.value}  {delivery.state.value}")
    rows = [
        (timestamp(item.at), str(item.status or "-"), item.fault or "taken") for item in delivery.attempts
    ]
    typer.echo(table(("at", "status", "what came of it"), rows) if rows else "Not tried yet.")
    if delivery.state.value == "waiting":
        typer.echo(f"Next try: {timestamp(delivery.run_at)}")
    typer.echo(event.body(words=found.endpoint.words))


def send_again(deps: Dependencies, ids: Sequence[str]) -> None:
    """Puts deliveries on their way again, under the same ids."""
    from bot.services import webhook_deliveries

    for item in ids:
        webhook_deliveries.send_again(deps, *_parts(item))


def send_again_since(deps: Dependencies, endpoint_id: str, since: datetime | None) -> int:
    """Sends an endpoint all that has happened since then; returns how many."""
    from bot.services import webhook_deliveries

    if since is None:
        raise CommandError("say since when: --since 2026-03-10")
    return webhook_deliveries.replay(deps, endpoint_id, since.replace(tzinfo=deps.zone))


def all_dead(deps: Dependencies) -> list[str]:
    """The dead ones whose endpoints are told anything."""
    from bot.services import webhook_deliveries, webhook_endpoints

    active = {item.endpoint.id for item in webhook_endpoints.listed(deps) if item.endpoint.active}
    found = [item.delivery for item in webhook_deliveries.dead(deps, limit=None)]
    return [item.id for item in found if item.endpoint_id in active]


def local(at: datetime, zone: ZoneInfo) -> str:
    """A time where the company is."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _next(item: ListedDelivery, zone: ZoneInfo) -> str:
    return local(item.delivery.run_at, zone) if item.delivery.state.value == "waiting" else "-"


def _parts(item: str) -> tuple[str, str]:
    found = _ID.fullmatch(item)
    if found is None:
        raise CommandError(f"{item!r} is not a webhook's id such as e_1f…:W-4F7K-9M2Q")
    return found[1], found[2]
