"""`fairwell doctor`: looks at everything an installation needs and says what to do about what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import typer

from cli.faults import expected, one_line

if TYPE_CHECKING:
    from bot.settings import Settings
    from cli.checks import Finding


def register(commands: typer.Typer) -> None:
    """Adds `doctor`."""
    commands.command("doctor")(doctor)


def doctor() -> None:
    """Check settings, keys, database, model, Rasa, ports, time zone, mail and channels; changes nothing.

    One line for each check. Exit codes: 0 all well, 1 something needs doing.
    """
    from bot.settings import SettingsError, load_settings

    try:
        settings = load_settings()
    except SettingsError as fault:
        for line in fault.lines:
            typer.echo(f"bad  settings    {line}")
        raise typer.Exit(1) from None
    findings = list(examine(settings))
    for finding in findings:
        typer.echo(f"{finding.state:<4} {finding.topic:<11} {finding.text}")
    raise typer.Exit(1 if any(finding.state == "bad" for finding in findings) else 0)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check in turn; one that fails unexpectedly is a finding as well."""
    from cli import billing_checks, channel_checks, checks, mail_checks, policy, telling_checks

    every: tuple[tuple[str, Callable[[Settings], Iterator[Finding]]], ...] = (
        ("settings", checks.settings_valid),
        ("shadow", checks.shadow_mode),
        ("home", checks.home),
        ("keys", checks.keys),
        ("database", checks.database),
        ("model", checks.model),
        ("app", checks.app),
        ("rasa", checks.rasa),
        ("actions", checks.actions),
        ("ports", checks.ports),
        ("time zone", checks.time_zone),
        ("website", checks.website),
        ("billing", billing_checks.billing),
        ("policy", policy.finding),
        ("mail", mail_checks.mail),
        ("webhooks", telling_checks.webhooks),
        ("alerts", telling_checks.alerts),
        ("telegram", channel_checks.telegram),
        ("slack", channel_checks.slack),
    )
    for topic, check in every:
        try:
            yield from check(settings)
        except expected() as fault:
            yield checks.bad(topic, one_line(fault))
