"""`fairwell follow-ups`: who asked to hear if their reason changes, and the one message they get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import typer

from cli.application import application
from cli.faults import CommandError


def register(commands: typer.Typer) -> None:
    """Adds `follow-ups` with its commands."""
    group = typer.Typer(help="Who asked to hear if their reason changes.", no_args_is_help=True)
    group.command("list")(list_waiting)
    group.command("send")(send)
    commands.add_typer(group, name="follow-ups")


def list_waiting() -> None:
    """List who waits, oldest first: each gets one message, ever."""
    from bot.services.follow_up_news import waiting
    from cli.table import table

    app = application()
    rows = [
        (
            item.id, item.given_at.astimezone(app.deps.zone).strftime("%Y-%m-%d"), item.channel,
            person.language, ", ".join(item.reasons), item.words,
        )
        for person in waiting(app.deps)
        for item in person.follow_ups
    ]  # fmt: skip
    heads = ("id", "since", "channel", "language", "reasons", "in their words")
    typer.echo(table(heads, rows) if rows else "Nobody waits to be told.")


def send(
    which: Annotated[list[str], typer.Argument(metavar="REASON|ID...", help="Whom to tell, as listed.")],
    *,
    texts: Annotated[
        list[str], typer.Option("--text", metavar="LANGUAGE=TEXT", help="What has changed, once a language.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many it would be.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Also where the text is found to push.")] = False,
) -> None:
    """Tell those who asked for it that their reason is gone. Each is told once, and no more after that.

    Your text stands between quotation marks in a message that says what was asked for, and when. Say what has
    changed, and no more: a text that urges or sells is refused.
    """
    from bot.services.follow_up_news import GONE, WITH_A_PERSON, tell, waiting

    deps = application().deps
    given = dict(_parsed(text) for text in texts)
    if not anyway:
        _mind_your_manners(given)
    if dry_run:
        people = waiting(deps, which)
        typer.echo(f"{len(people)} would be told, {_languages(item.language for item in people)}.")
        return
    done = tell(deps, which, given)
    told = {where: count for where, count in done.items() if where not in {GONE, WITH_A_PERSON}}
    places = ", ".join(f"{count} by {where}" for where, count in sorted(told.items()))
    typer.echo(f"{sum(told.values())} told{f': {places}' if places else ''}.")
    if waits := done[WITH_A_PERSON]:
        typer.echo(f"{waits} not yet: a person is in charge there. Run this again later.")
    if gone := done[GONE]:
        typer.echo(f"{gone} not told: no longer of that account.")


def _parsed(text: str) -> tuple[str, str]:
    language, _, words = text.partition("=")
    if not (language.isascii() and language.isalpha() and words.strip()):
        raise CommandError(f'{text!r} is no LANGUAGE=TEXT such as en="There is an export now."')
    return language.casefold(), words


def _mind_your_manners(texts: dict[str, str]) -> None:
    from bot.domain.manners.texts import judge
    from bot.wording.manners import lexicons
    from cli.places import ROOT

    known = lexicons(ROOT / "data" / "manners")
    for language, text in texts.items():
        words = [known[language]] if language in known else []
        for found in judge(text, words, f"the text in {language}"):
            raise CommandError(f"{found.where}, {found.rule}: {found.words}; put it plainly, or say --anyway")


def _languages(people: Iterable[str]) -> str:
    return ", ".join(f"{count} in {language}" for language, count in sorted(Counter(people).items()))
