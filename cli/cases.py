"""`fairwell cases`: conversations a person is wanted for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from cli.application import application
from cli.faults import CommandError

CaseId = Annotated[str, typer.Argument(metavar="ID", help="The case's number, such as C-4F7K-9M2Q.")]
#: What a chat takes from a customer, it takes from staff.
_MAX_TEXT = 4000


def register(commands: typer.Typer) -> None:
    """Adds `cases` with its commands."""
    group = typer.Typer(help="Conversations a person is wanted for.", no_args_is_help=True)
    group.command("list")(list_cases)
    group.command("show")(show)
    group.command("reply")(reply)
    group.command("close")(close)
    commands.add_typer(group, name="cases")


def list_cases(
    *, everything: Annotated[bool, typer.Option("--all", help="Closed ones as well.")] = False
) -> None:
    """List the cases, oldest first."""
    from bot.services.cases import listed
    from cli.table import table

    app = application()
    found = listed(app.deps, closed=everything)
    if not found:
        typer.echo("No cases." if everything else "No open cases.")
        return
    zone = app.deps.zone
    rows = [
        (
            case.id, case.state.value, case.subject, case.customer_ref or "-",
            _time(case.opened_at, zone), _time(case.waiting_since, zone),
        )
        for case in found
    ]  # fmt: skip
    typer.echo(table(("id", "state", "subject", "customer", "opened", "waiting since"), rows))


def show(case_id: CaseId) -> None:
    """Show what was said: in the case's own chat first, then in the customer's other ones."""
    from bot.services.story import of_case

    app = application()
    story = of_case(app.deps, case_id)
    case = story.case
    typer.echo(f"{case.id}  {case.state.value}  {case.subject}  {case.customer_ref or 'nobody verified'}")
    for chapter in story.chapters:
        typer.echo(f"\n{chapter.conversation.channel}  {chapter.conversation.id}")
        for message in chapter.messages:
            typer.echo(f"{_time(message.at, app.deps.zone)}  {message.author.value:<8}  {message.text}")


def reply(case_id: CaseId, text: Annotated[str, typer.Argument(help="What the customer reads.")]) -> None:
    """Reply in the customer's chat. From the first reply to closing the case the bot is silent there."""
    from bot.domain.audit import Action
    from bot.services import audit, cases

    if not text.strip() or len(text) > _MAX_TEXT:
        raise CommandError(f"a reply has 1 to {_MAX_TEXT} characters")
    deps = application().deps
    message = cases.reply(deps, case_id, text)
    audit.alone(deps, audit.COMMAND_LINE, Action.REPLIED, message.conversation_id)
    typer.echo(f"Sent. The bot is silent there until you run: fairwell cases close {case_id}")


def close(case_id: CaseId) -> None:
    """Close a case and hand the conversation back to the bot."""
    from bot.domain.audit import Action
    from bot.services import audit, cases

    deps = application().deps
    closed = cases.close(deps, case_id)
    audit.alone(deps, audit.COMMAND_LINE, Action.HANDED_BACK, closed.conversation_id)
    typer.echo(f"Closed {case_id}. The bot answers there again.")


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at is not None else "-"
