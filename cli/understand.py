"""`fairwell understand`: what the bot understands of texts, and what it would do with each."""

from __future__ import annotations

import csv
import json
import queue
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from cli.faults import CommandError

if TYPE_CHECKING:
    from cli.parsing import Parsed
    from cli.rehearsal import Attempt, Rehearsal, Rehearsed

#: So many texts are prepared ahead of the model.
_AHEAD = 2_000
_COLUMN = "text"


class Model(Protocol):
    """The trained model as `cli.parsing.Parser` gives it: answers come in the order of asking."""

    def ask(self, text: str) -> None:
        """Hands a text over."""
        ...

    def answer(self) -> Parsed:
        """What is understood of the oldest unanswered text."""
        ...


def register(commands: typer.Typer) -> None:
    """Adds `understand`."""
    commands.command("understand")(understand)


def understand(
    text: Annotated[str | None, typer.Argument(help="What a customer might write.")] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", help="A table, tab-separated, with a column `text`.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, in order.")] = False,
) -> None:
    """Say what the bot understands of a text and what it would do, and do nothing.

    Without TEXT and --file every line of stdin is a text. The one who writes is a verified customer with one
    running subscription. Needs a trained model; nothing has to be running.
    """
    from bot.settings import load_settings
    from cli.parsing import Parser, trained
    from cli.rehearsal import Rehearsal

    if text is not None and file is not None:
        raise typer.BadParameter("give a text or --file, not both")
    settings = load_settings()
    model = trained(settings.home)
    show = as_one_line if as_json else told
    with (
        # Started first, since it takes longest until it is ready.
        Parser(model) as parser,
        tempfile.TemporaryDirectory(prefix="fairwell-understand-") as folder,
        Rehearsal(settings, Path(folder)) as rehearsal,
    ):
        for result in rehearsed(rehearsal, parser, texts_of(text, file)):
            typer.echo(show(result))


def rehearsed(rehearsal: Rehearsal, model: Model, texts: Iterable[str]) -> Iterator[Rehearsed]:
    """Every text, in order. The next ones are prepared and parsed while one is carried out."""
    waiting: queue.Queue[Attempt | Exception | None] = queue.Queue(_AHEAD)
    threading.Thread(target=_feed, args=(rehearsal, model, texts, waiting.put), daemon=True).start()
    while (attempt := waiting.get()) is not None:
        if isinstance(attempt, Exception):
            raise attempt
        parsed = model.answer() if attempt.prepared.text is not None else None
        yield rehearsal.carry_out(attempt, parsed)


def _feed(
    rehearsal: Rehearsal,
    model: Model,
    texts: Iterable[str],
    put: Callable[[Attempt | Exception | None], None],
) -> None:
    """Ends with None; what goes wrong is handed on, to be raised where somebody hears of it."""
    try:
        for text in texts:
            attempt = rehearsal.prepare(text)
            if attempt.prepared.text is not None:
                model.ask(attempt.prepared.text)
            put(attempt)
        put(None)
    except Exception as fault:  # noqa: BLE001 - raised again in the other thread
        put(fault)


def texts_of(text: str | None, file: Path | None) -> Iterator[str]:
    """The texts given: the one, the column of the file, or the lines of stdin."""
    given: Iterable[str]
    if text is not None:
        given = [text]
    elif file is not None:
        given = _column(file)
    else:
        given = (line.rstrip("\r\n") for line in sys.stdin)
    for item in given:
        # An argument that is not UTF-8 comes as lone surrogates, which nothing can store.
        yield item.encode("utf-8", "replace").decode("utf-8")


def _column(file: Path) -> Iterator[str]:
    """The column `text` of a tab-separated file with a header; quotes mean nothing."""
    csv.field_size_limit(sys.maxsize)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if _COLUMN not in (rows.fieldnames or ()):
                raise CommandError(f"{file}: its first line names no column `{_COLUMN}`")
            for row in rows:
                yield row[_COLUMN] or ""
    except (UnicodeDecodeError, csv.Error) as fault:
        raise CommandError(f"{file}: {fault}") from None


def as_one_line(result: Rehearsed) -> str:
    """As a JSON object."""
    said = {
        "text": result.text,
        "language": result.language,
        "intent": result.intent,
        "confidence": result.confidence,
        "reasons": list(result.reasons),
        "plan": result.plan,
        "date": result.date,
        "decision": result.decision.value,
        "why": result.why,
        "ranking": [{"name": name, "confidence": confidence} for name, confidence in result.ranking],
    }
    # ASCII: no character that some reader takes for the end of a line.
    return json.dumps(said)


def told(result: Rehearsed) -> str:
    """For people: the decision in front, so that a column of them can be read down; the rest below."""
    facts = [f"{result.intent} {result.confidence:.2f} ({result.why})", result.language]
    facts += [f"plan {result.plan}"] if result.plan else []
    facts += [f"date {result.date}"] if result.date else []
    facts += [f"reasons {', '.join(result.reasons)}"] if result.reasons else []
    others = [f"{name} {confidence:.2f}" for name, confidence in result.ranking[:3]]
    below = [" · ".join(facts), *([", ".join(others)] if others else [])]
    first = f"{result.decision.value:<11}  {' '.join(result.text.split())}"
    return "\n".join([first, *(f"{'':<13}{line}" for line in below)])
