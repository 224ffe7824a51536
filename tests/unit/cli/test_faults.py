"""What a user reads when something goes wrong."""

from __future__ import annotations

import httpx
import pytest
import typer
from sqlalchemy.exc import OperationalError

from bot.domain.errors import ImportFaultError, NotFoundError
from bot.settings import SettingsError
from cli import main
from cli.faults import CommandError, exit_code, expected, one_line


@pytest.mark.parametrize(
    ("fault", "line", "code"),
    [
        (CommandError("no such thing"), "no such thing", 1),
        (NotFoundError("no case C-1"), "no case C-1", 1),
        (ImportFaultError("a.csv", 3, "price", "not an amount"), "a.csv:3: column price: not an amount", 1),
        (SettingsError(("A: takes 1", "B: takes 2")), "A: takes 1; B: takes 2", 2),
        (FileNotFoundError(2, "No such file", "x.csv"), "x.csv: No such file", 1),
        (OSError("broken"), "broken", 1),
        (typer.BadParameter("not a number"), "Invalid value: not a number", 2),
        (httpx.ConnectError("refused"), "refused", 1),
        (
            OperationalError("SELECT secret", {}, Exception("unreachable\nhint")),
            "the database: unreachable; hint",
            1,
        ),
        (CommandError(""), "CommandError", 1),
    ],
)
def test_a_fault_is_one_line_and_a_code(fault: Exception, line: str, code: int) -> None:
    """Every expected fault becomes one line, and settings and usage have a code of their own."""
    assert isinstance(fault, expected())
    assert (one_line(fault), exit_code(fault)) == (line, code)


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody expected is not disguised as a user's mistake."""

    def broken(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(main, "commands", broken)
    with pytest.raises(ZeroDivisionError):
        main.run(["up"])


def test_an_unknown_command(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong command is one line on stderr and exit code 2."""
    assert main.run(["nonsense"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "fairwell: No such command 'nonsense'.\n"


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    """Both print and end well."""
    assert main.run(["--help"]) == 0
    assert "identity-token" in capsys.readouterr().out
    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("fairwell 0.")
