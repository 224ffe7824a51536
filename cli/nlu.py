"""`fairwell nlu`: learning from real conversations; docs/improve-understanding.md is the way through it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from cli.application import application

if TYPE_CHECKING:
    from bot.services.shadow import Compared
    from cli.likeness import Group

#: What stands in place of an intent until somebody has chosen one; the training data's check refuses it.
UNLABELLED = "CHOOSE_AN_INTENT"
#: Of each group so many wordings are shown to people; the rest is in --yaml and --json.
_SHOWN = 5
_DATE = "%Y-%m-%d"


def register(commands: typer.Typer) -> None:
    """Adds `nlu` with its commands."""
    group = typer.Typer(help="Learning from real conversations.", no_args_is_help=True)
    group.command("candidates")(candidates)
    group.command("shadow")(shadow)
    commands.add_typer(group, name="nlu")


def candidates(
    *,
    since: Annotated[datetime | None, typer.Option(formats=[_DATE], help="From this day on.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=20_000, help="How many messages to look at.")] = 5_000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line and group.")] = False,
    as_yaml: Annotated[bool, typer.Option("--yaml", help="In the format of data/nlu, to label.")] = False,
) -> None:
    """List real messages worth learning from, like ones together, the largest group first.

    Looked at are the newest messages: those the bot asked about, those the customer then said otherwise,
    cancellations undone as a mistake, and what ended with a person. E-mail addresses, codes and card numbers
    are masked.
    """
    from bot.services.candidates import find
    from cli.likeness import grouped

    if as_json and as_yaml:
        raise typer.BadParameter("give --json or --yaml, not both")
    app = application()
    zone = app.deps.zone
    groups = grouped(
        find(app.deps, limit=limit, since=since.replace(tzinfo=zone) if since is not None else None)
    )
    if as_json:
        for group in groups:
            typer.echo(json_line(group))
    elif as_yaml:
        typer.echo(yaml_blocks(groups, zone), nl=False)
    else:
        typer.echo("\n\n".join(told(group, zone) for group in groups) or "No candidates.")


def told(group: Group, zone: ZoneInfo) -> str:
    """For people: what they have in common, then the wordings."""
    lines = [_facts(group, zone)]
    lines += [f"    {text}" for text in group.texts[:_SHOWN]]
    more = len(group.texts) - _SHOWN
    return "\n".join([*lines, *([f"    … and {more} more"] if more > 0 else [])])


def _facts(group: Group, zone: ZoneInfo) -> str:
    days = [f"{at.astimezone(zone):{_DATE}}" for at in (group.first, group.last)]
    facts = [
        "1 message" if group.count == 1 else f"{group.count} messages",
        group.language,
        " to ".join(dict.fromkeys(days)),
        "understood " + ", ".join(f"{name} ({count})" for name, count in group.understood),
        ", ".join(f"{why.value} ({count})" for why, count in group.why),
        f"likely {group.label}" if group.label else "no likely label",
    ]
    return " · ".join(facts)


def json_line(group: Group) -> str:
    """A group as a JSON object; times are UTC."""
    return json.dumps(
        {
            "count": group.count,
            "first": group.first.isoformat(),
            "last": group.last.isoformat(),
            "language": group.language,
            "understood": dict(group.understood),
            "why": {why.value: count for why, count in group.why},
            "label": group.label,
            "texts": group.texts,
        }
    )


def yaml_blocks(groups: Sequence[Group], zone: ZoneInfo) -> str:
    """Blocks for data/nlu, one a group; a person moves what fits into its topic's file."""
    lines = ['version: "3.1"', "nlu:" if groups else "nlu: []"]
    for group in groups:
        lines += [
            f"  # {_facts(group, zone)}",
            f"  - intent: {group.label or UNLABELLED}",
            f"    metadata: {{language: {group.language}}}",
            "    examples: |",
            *(f"      - {text}" for text in group.texts),
        ]
    return "\n".join(lines) + "\n"


def shadow(
    *, limit: Annotated[int, typer.Option(min=1, max=50_000, help="How many decisions to look at.")] = 1_000
) -> None:
    """Compare what the bot would have done in shadow mode with what customers then chose."""
    from bot.services.shadow import compared

    app = application()
    found = compared(app.deps, limit)
    typer.echo(f"Shadow mode is {'on' if app.settings.shadow else 'off'}.")
    typer.echo(report(found, app.deps.zone) if found else "No decisions yet.")


def report(found: Sequence[Compared], zone: ZoneInfo) -> str:
    """Counts and shares for each kind of decision, then what customers did not want."""
    from bot.domain.shadow import Shadowed, Verdict
    from cli.table import table

    rows = []
    for kind in Shadowed:
        verdicts = Counter(item.verdict for item in found if item.decision.decision is kind)
        total = verdicts.total()
        if total:
            shares = [f"{verdicts[verdict]} ({verdicts[verdict] / total:.0%})" for verdict in Verdict]
            rows.append((kind.value, str(total), *shares))
    heads = ("would have", "decisions", *(verdict.value for verdict in Verdict))
    told_first = table(heads, rows, right=frozenset(range(1, len(heads))))
    disagreed = [item for item in found if item.verdict is Verdict.DISAGREED]
    return "\n".join([told_first, *(["", "Disagreed:"] if disagreed else []), *_disagreed(disagreed, zone)])


def _disagreed(found: Sequence[Compared], zone: ZoneInfo) -> list[str]:
    from bot.services.candidates import shown

    lines = []
    for item in found:
        what = item.decision
        took = f"{what.decision.value} ({what.intent} {what.confidence or 0:.2f}), chose {item.chose}"
        lines.append(f"  {what.at.astimezone(zone):{_DATE} %H:%M}  {took}: {shown(item.text)}")
    return lines
