"""`fairwell reasons`: why customers left, as counts with shares."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cli.application import application

if TYPE_CHECKING:
    from bot.domain.exit_interview import ExitAnswer

#: The row of answers in which none of the known reasons was found; their words are kept.
NO_REASON = "none recognised"


def register(commands: typer.Typer) -> None:
    """Adds `reasons`."""
    commands.command("reasons")(reasons)


def reasons(*, as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False) -> None:
    """Count the reasons customers gave for leaving. An answer may give several of them."""
    from bot.services.exit_interview import answers
    from cli.table import table

    given = answers(application().deps)
    counts = counted(given)
    if as_csv:
        typer.echo(_csv(counts, len(given)), nl=False)
        return
    if not given:
        typer.echo("No reasons yet.")
        return
    rows = [(reason, str(count), f"{count / len(given):.0%}") for reason, count in counts]
    typer.echo(table(("reason", "answers", "share"), rows, right=frozenset({1, 2})))
    typer.echo(f"of {len(given)} {'answer' if len(given) == 1 else 'answers'}")


def counted(given: Sequence[ExitAnswer]) -> list[tuple[str, int]]:
    """How many answers name each reason, most first."""
    counts = Counter(
        name for answer in given for name in ({reason.value for reason in answer.reasons} or {NO_REASON})
    )
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _csv(counts: Sequence[tuple[str, int]], answers: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("reason", "answers", "share"))
    writer.writerows((reason, count, f"{count / answers:.4f}") for reason, count in counts)
    return out.getvalue()
