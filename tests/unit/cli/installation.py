"""An installation that nothing runs of, and its `fairwell` command."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.services.dependencies import Dependencies
from cli import main
from cli.application import application


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it printed."""
        return self.out.splitlines()

    @property
    def fault(self) -> tuple[int, str]:
        """The exit code and the line, the only one, that says what went wrong."""
        assert self.out == ""
        (line,) = self.err.splitlines()
        return self.code, line.removeprefix("fairwell: ")


class Installation:
    """By this environment's settings."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        made = application()
        made.ensure_demo()
        self.deps: Dependencies = made.deps
        self.token = made.identity_tokens.issue

    def run(self, *arguments: str) -> Done:
        """Runs one command as a process does, on the same files."""
        self._capsys.readouterr()
        code = main.run(list(arguments))
        said = self._capsys.readouterr()
        return Done(code, said.out, said.err)
