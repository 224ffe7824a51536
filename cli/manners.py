"""`fairwell manners`: looks for dark patterns in what the bot says: texts, rules, a transcript."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from cli.application import application
from cli.places import ROOT

if TYPE_CHECKING:
    from bot.domain.manners.findings import Finding


def register(commands: typer.Typer) -> None:
    """Adds `manners`."""
    commands.command("manners")(manners)


def manners(
    conversation: Annotated[
        str | None, typer.Argument(metavar="[CONVERSATION]", help="One stored conversation, by its id.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Findings as JSON.")] = False,
) -> None:
    """Look for dark patterns in all texts and rules, or in one stored conversation.

    Exit code 1 if there are any. Nothing is changed.
    """
    found, judged = _of_conversation(conversation) if conversation else _of_product()
    if as_json:
        typer.echo(json.dumps([_row(finding) for finding in found], ensure_ascii=False, indent=2))
    else:
        for finding in found:
            typer.echo(f"{finding.where}\n  {finding.rule.value}: {finding.words}\n  {finding.why}")
            if finding.law:
                typer.echo(f"  {finding.law}")
        count = f"{len(found)} finding{'s' if len(found) > 1 else ''}" if found else "No dark patterns"
        typer.echo(f"{count} in {judged}.")
    if found:
        raise typer.Exit(1)


def _of_product() -> tuple[Sequence[Finding], str]:
    from bot.domain.manners.product import judge_product, unjudged
    from bot.domain.manners.rules import judge_rules
    from bot.wording import manners as files

    data = ROOT / "data"
    words = files.lexicons(data / "manners")
    texts = files.texts(data / "responses")
    flows = files.flows(data / "rules", data / "stories")
    found = [
        *judge_product(texts, words, files.layout(data / "manners" / "product.yml")),
        *judge_rules(flows),
    ]
    if unknown := unjudged(texts, words):
        typer.echo(f"No word list for {', '.join(unknown)}: write data/manners/{unknown[0]}.toml", err=True)
    return found, f"{len(texts)} texts and {len(flows)} rules"


def _of_conversation(conversation: str) -> tuple[Sequence[Finding], str]:
    from bot.services.manners import of_conversation
    from bot.wording import manners as files

    words = files.lexicons(ROOT / "data" / "manners")
    found = of_conversation(application().deps, conversation, tuple(words.values()))
    return found, f"conversation {conversation}"


def _row(finding: Finding) -> dict[str, str | None]:
    return {
        "where": finding.where,
        "rule": finding.rule.value,
        "words": finding.words,
        "why": finding.why,
        "law": finding.law,
    }
