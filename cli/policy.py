"""`fairwell policy`: looks at the file of policies, and says what it does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.policies import Policies
    from bot.domain.subscriptions import Plan
    from bot.services.dependencies import Dependencies
    from bot.settings import Settings
    from cli.checks import Finding

#: How long the billing system may take to say which plans there are, in seconds.
_PATIENCE = 10.0


def register(commands: typer.Typer) -> None:
    """Adds `policy` with its command."""
    group = typer.Typer(help="When plans end, and what is paid back.", no_args_is_help=True)
    group.callback()(_policies)
    group.command("check")(check)
    commands.add_typer(group, name="policy")


def _policies() -> None:
    """When plans end, and what is paid back."""


def check(
    file: Annotated[
        Path | None, typer.Argument(help="A file of policies; without it the one of FAIRWELL_POLICY.")
    ] = None,
) -> None:
    """Check a file of policies, and say in sentences what it does to each plan, and what speaks against it.

    Exit codes: 0 valid, be there warnings or not; 1 broken, with a line for each fault. Changes nothing.
    """
    from bot.domain.policies import Policies
    from bot.policies.file import read_policies
    from bot.policies.nodes import PolicyFileError
    from bot.settings import load_settings

    settings = load_settings()
    path = file or settings.policy
    try:
        policies = Policies() if path is None else read_policies(path)
    except PolicyFileError as fault:
        for line in fault.lines:
            typer.echo(line)
        typer.echo(f"{_count(len(fault.faults), 'fault')}: this file counts for nothing.")
        raise typer.Exit(1) from None
    if path is None:
        typer.echo("FAIRWELL_POLICY is not set: this is what the plans themselves say.")
    warnings = _explained(settings, policies)
    if path is not None:
        typer.echo(f"{path} is valid, with {_count(warnings, 'warning')}.")


def _explained(settings: Settings, policies: Policies) -> int:
    """Says what counts for every plan; returns how many warnings there are."""
    from bot.bootstrap import build
    from cli.policy_words import Words

    # The file that is looked at counts here, and not the one of the settings, which may be broken.
    deps = build(settings.model_copy(update={"policy": None})).deps
    plans, countries = plans_on_sale(deps), _countries(deps, policies)
    words = Words(policies, countries, deps.clock.now(), deps.zone)
    for plan in plans:
        for line in words.plan(plan):
            typer.echo(line)
        typer.echo("")
    if not plans:
        typer.echo("There are no plans yet: nothing to explain.")
    unknown = _unknown(policies, plans)
    for name in unknown:
        typer.echo(f"warning: {name}: there is no plan of this reference or name")
    if not countries:
        typer.echo("note: no country is known, so no law was looked at; say country: in the file")
    return words.warnings + len(unknown)


def plans_on_sale(deps: Dependencies) -> Sequence[Plan]:
    """Every plan on sale, as the billing system says now; else as it said last."""
    from bot.domain.errors import BillingUnavailableError
    from bot.ports import EmbeddedBilling
    from bot.services.views import reader

    if not isinstance(deps.billing, EmbeddedBilling):
        try:
            return tuple(deps.billing.outside(_PATIENCE).plans())
        except BillingUnavailableError as fault:
            typer.echo(f"The billing system did not answer ({fault}): these are the plans it told last.")
    with deps.store.begin() as work:
        return tuple(reader(deps, work, asked=True).plans())


def _countries(deps: Dependencies, policies: Policies) -> Sequence[str]:
    """Where customers live, and where else the file has customers live; the usual one first."""
    with deps.store.begin() as work:
        lived_in = {customer.country for customer in work.customers.all() if customer.country}
    others = sorted((lived_in | policies.countries()) - {policies.country})
    return [policies.country, *others] if policies.country else others


def _unknown(policies: Policies, plans: Sequence[Plan]) -> list[str]:
    """What the file calls a plan, and nobody else does."""
    from bot.domain.policies import EVERY_PLAN

    known = {policies.named(plan) for plan in plans} | {EVERY_PLAN}
    return [name for name in policies.rules or {} if plans and name not in known]


def _count(number: int, what: str) -> str:
    return f"no {what}s" if number == 0 else f"1 {what}" if number == 1 else f"{number} {what}s"


def finding(settings: Settings) -> Iterator[Finding]:
    """For `fairwell doctor`: whether the file of policies can be read."""
    from bot.policies.file import read_policies
    from bot.policies.nodes import PolicyFileError
    from cli import checks

    if settings.policy is None:
        return
    try:
        policies = read_policies(settings.policy)
    except PolicyFileError as fault:
        yield checks.bad("policy", f"{fault.lines[0]}; see: fairwell policy check")
        return
    said = _count(len(policies.rules or {}), "plan")
    yield checks.ok("policy", f"{settings.policy} speaks of {said}; what it does: fairwell policy check")
