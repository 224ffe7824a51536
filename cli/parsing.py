"""Asking the trained model in Rasa's own environment, without a running installation."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cli.faults import CommandError
from cli.places import ROOT, rasa_python

Parsed = Mapping[str, Any]


class Parser:
    """A process that understands texts one after the other: `ask`, then `answer`, in the same order.

    One thread may ask ahead while another takes the answers. What the process prints beside its answers is
    thrown away: it might repeat a text.
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        environment = dict(os.environ)
        # Where this is set, Python compiles all of Rasa anew: that is most of the time a start takes.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._process = subprocess.Popen(
            [rasa_python(), "-m", "bot.understanding.parse", "--model", model],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )

    def ask(self, text: str) -> None:
        """Hands a text over; returns before it is understood."""
        if self._process.stdin is not None:
            try:
                print(json.dumps({"text": text}), file=self._process.stdin, flush=True)
            except BrokenPipeError:
                raise self._ended() from None

    def done(self) -> None:
        """Nothing more will be asked."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def answer(self) -> Parsed:
        """What is understood of the oldest unanswered text. Raises `CommandError` if Rasa's side ended."""
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if not line:
            raise self._ended()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _ended(self) -> CommandError:
        command = f"{rasa_python()} -m bot.understanding.parse --model {self._model}"
        return CommandError(f"the trained bot could not be asked; this says why: {command}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()


def trained(home: Path) -> Path:
    """The model of the present files. Raises `CommandError` where there is none."""
    from cli.places import model

    if not rasa_python().exists():
        raise CommandError(
            f"no Python of Rasa's at {rasa_python()}; run: make env, or set FAIRWELL_RASA_PYTHON"
        )
    if not model(home).is_file():
        raise CommandError("the bot is not trained on the present files; run: fairwell train")
    return model(home)


def understood(model: Path, texts: Iterable[str]) -> Iterator[Parsed]:
    """What the model understands of each text, in order. For few texts: it asks and waits in turn."""
    with Parser(model) as parser:
        for text in texts:
            parser.ask(text)
            yield parser.answer()
