"""`fairwell deliveries`: messages that a platform did not take."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.application import application
from cli.faults import CommandError


def register(commands: typer.Typer) -> None:
    """Adds `deliveries` with its commands."""
    group = typer.Typer(help="Messages that a platform did not take.", invoke_without_command=True)
    group.callback()(deliveries)
    group.command("list")(list_undelivered)
    group.command("resend")(resend)
    commands.add_typer(group, name="deliveries")


def deliveries(context: typer.Context) -> None:
    """List what was not delivered; `resend` puts it back on its way."""
    if context.invoked_subcommand is None:
        list_undelivered()


def list_undelivered() -> None:
    """List dead letters, and what may have arrived and must not arrive twice (doubtful)."""
    from bot.services.deliveries import undelivered
    from cli.table import table

    app = application()
    found = undelivered(app.deps)
    if not found:
        typer.echo("Everything was delivered, or is on its way.")
        return
    rows = [
        (
            f"{item.conversation_id}:{item.seq}", item.channel, item.state.value, str(item.tries),
            item.run_at.astimezone(app.deps.zone).strftime("%Y-%m-%d %H:%M"), item.fault or "-",
        )
        for item in found
    ]  # fmt: skip
    typer.echo(table(("id", "channel", "state", "tries", "since", "why"), rows))


def resend(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As listed.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
) -> None:
    """Send dead letters again, in order. What is doubtful is not sent twice."""
    from bot.domain.deliveries import DeliveryState
    from bot.services.deliveries import send_again, undelivered

    deps = application().deps
    wanted = [_parsed(item) for item in ids or ()]
    if not wanted and not everything:
        raise CommandError("name what to send again, or say --all; `fairwell deliveries` lists it")
    for conversation_id, seq in wanted:
        send_again(deps, conversation_id, seq)
    # Each once: what is refused again at once must not be sent for ever.
    lost = undelivered(deps, limit=None) if everything else ()
    dead = [item for item in lost if item.state is DeliveryState.DEAD]
    for item in dead:
        send_again(deps, item.conversation_id, item.seq)
    typer.echo(f"{len(wanted) + len(dead)} back on their way.")


def _parsed(item: str) -> tuple[str, int]:
    conversation_id, _, seq = item.rpartition(":")
    if not conversation_id or not (seq.isascii() and seq.isdigit()):
        raise CommandError(f"{item!r} is not an id such as c_1f…:12; `fairwell deliveries` lists them")
    return conversation_id, int(seq)
