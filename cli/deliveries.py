"""`fairwell deliveries`: what platforms, the mail server and webhooks' endpoints did not take."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli import webhook_deliveries
from cli.application import application
from cli.faults import CommandError
from cli.webhook_deliveries import Since, Webhook


def register(commands: typer.Typer) -> None:
    """Adds `deliveries` with its commands."""
    group = typer.Typer(help="Messages, mail and webhooks that were not taken.", invoke_without_command=True)
    group.callback()(deliveries)
    group.command("list")(list_undelivered)
    group.command("show")(webhook_deliveries.show)
    group.command("resend")(resend)
    commands.add_typer(group, name="deliveries")


def deliveries(context: typer.Context) -> None:
    """List what was not delivered; `resend` puts it back on its way."""
    if context.invoked_subcommand is None:
        list_undelivered()


def list_undelivered(*, webhook: Webhook = None, since: Since = None) -> None:
    """List dead letters, and what may have arrived and must not arrive twice (doubtful)."""
    from bot.services.deliveries import undelivered
    from bot.services.jobs import given_up
    from cli.table import table

    app = application()
    if webhook is not None:
        webhook_deliveries.list_of(app.deps, webhook, since)
        return

    def shown(at: datetime) -> str:
        return at.astimezone(app.deps.zone).strftime("%Y-%m-%d %H:%M")

    rows = [
        (
            f"{item.conversation_id}:{item.seq}", item.channel, item.state.value, str(item.tries),
            shown(item.run_at), item.fault or "-",
        )
        for item in undelivered(app.deps)
    ]  # fmt: skip
    rows += [
        (job.id, job.kind, "dead", str(job.attempts), shown(job.run_at), job.fault or "-")
        for job in given_up(app.deps)
    ]
    rows += webhook_deliveries.dead_rows(app.deps)
    if not rows:
        typer.echo("Everything was delivered, or is on its way.")
        return
    typer.echo(table(("id", "channel", "state", "tries", "since", "why"), rows))


def resend(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As listed.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
    webhook: Webhook = None,
    since: Since = None,
) -> None:
    """Send dead letters again, in order. What is doubtful is not sent twice.

    Webhooks are sent again whatever became of them, under the same ids.
    """
    from bot.services import deliveries, jobs

    deps = application().deps
    if webhook is not None:
        count = webhook_deliveries.send_again_since(deps, webhook, since)
        typer.echo(f"{count} back on their way.")
        return
    if not ids and not everything:
        raise CommandError("name what to send again, or say --all; `fairwell deliveries` lists it")
    mail = [item for item in ids or () if item.startswith("j_")]
    events = [item for item in ids or () if webhook_deliveries.is_one(item)]
    wanted = [_parsed(item) for item in ids or () if item not in {*mail, *events}]
    if everything:
        # Each once: what is refused again at once must not be sent for ever.
        lost = deliveries.undelivered(deps, limit=None)
        wanted += [(item.conversation_id, item.seq) for item in lost if item.state.value == "dead"]
        mail += [job.id for job in jobs.given_up(deps, limit=None)]
        events += webhook_deliveries.all_dead(deps)
    for conversation_id, seq in wanted:
        deliveries.send_again(deps, conversation_id, seq)
    for job_id in mail:
        jobs.try_again(deps, job_id)
    webhook_deliveries.send_again(deps, events)
    typer.echo(f"{len(wanted) + len(mail) + len(events)} back on their way.")


def _parsed(item: str) -> tuple[str, int]:
    conversation_id, _, seq = item.rpartition(":")
    if not conversation_id or not (seq.isascii() and seq.isdigit()):
        raise CommandError(f"{item!r} is not an id such as c_1f…:12; `fairwell deliveries` lists them")
    return conversation_id, int(seq)
