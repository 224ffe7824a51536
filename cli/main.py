"""The entry point of `fairwell`: the commands, and the rule that a fault is one line on stderr.

Exit codes: 0 done; 1 it could not be done, or a check failed; 2 the command or a setting was wrong; 130
interrupted.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli import (
    audit,
    cases,
    chat,
    customers,
    deliveries,
    demo,
    doctor,
    follow_ups,
    identity,
    keys,
    links,
    mail,
    manners,
    members,
    nlu,
    operations,
    policy,
    reasons,
    receipts,
    staff,
    train,
    understand,
    up,
    webhooks,
    widget,
)
from cli.faults import exit_code, expected, one_line

EPILOG = "Exit codes: 0 done · 1 could not be done, or a check failed · 2 wrong command or setting"

commands = typer.Typer(
    name="fairwell",
    help="Lets a customer leave by saying so. Settings: FAIRWELL_… in the environment.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_TOPICS = (
    up, train, understand, nlu, chat, identity, links, customers, members, receipts, keys, reasons,
    follow_ups, cases, operations, deliveries, webhooks, mail, manners, policy, staff, audit, demo,
    widget, doctor,
)  # fmt: skip
for topic in _TOPICS:
    topic.register(commands)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"fairwell {version('fairwell')}")
        raise typer.Exit


@commands.callback()
def fairwell(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Takes the options that stand before a command."""


def run(arguments: list[str] | None = None) -> int:
    """Runs one command and returns its exit code; an expected fault becomes one line on stderr."""
    try:
        code = commands(args=arguments, prog_name="fairwell", standalone_mode=False)
    except typer.Abort:
        return 130
    except Exception as fault:  # what is not expected is raised again, with its traceback
        if not isinstance(fault, expected()):
            raise
        print(f"fairwell: {one_line(fault)}", file=sys.stderr)  # noqa: T201  # the command's own error line
        return exit_code(fault)
    return code if isinstance(code, int) else 0


def app() -> None:
    """What `.venv/bin/fairwell` calls."""
    sys.exit(run())


if __name__ == "__main__":
    app()
