"""Which exceptions are told to the user in one line, and with which exit code."""

from __future__ import annotations

import sys

import typer

from bot.domain.errors import FairwellError

#: Base classes of faults by the module that defines them; asked for only where that module was imported.
_BY_MODULE = {"sqlalchemy.exc": "SQLAlchemyError", "httpx": "HTTPError"}


class CommandError(FairwellError):
    """A command cannot do what it was asked; the message is the line the user reads."""


def expected() -> tuple[type[BaseException], ...]:
    """The exceptions that are no bug: ours, the operating system's, the database's, the network's."""
    found = [getattr(sys.modules[name], kind) for name, kind in _BY_MODULE.items() if name in sys.modules]
    return (typer.TyperException, FairwellError, OSError, *found)


def one_line(fault: BaseException) -> str:
    """What went wrong, on one line."""
    if isinstance(fault, typer.TyperException):
        return _joined(fault.format_message())
    if isinstance(fault, OSError) and fault.filename is not None:
        return _joined(f"{fault.filename}: {fault.strerror or fault}")
    name = type(fault).__module__
    if name.startswith("sqlalchemy"):
        # SQLAlchemy's own text goes on with the statement and a link.
        return f"the database: {_joined(str(getattr(fault, 'orig', None) or fault))}"
    return _joined(str(fault)) or type(fault).__name__


def exit_code(fault: BaseException) -> int:
    """2 for a wrong command or setting, else 1."""
    # By name: bot.settings is dear to import, and where it was not imported it raised nothing.
    settings = sys.modules.get("bot.settings")
    if settings is not None and isinstance(fault, settings.SettingsError):
        return 2
    return 2 if isinstance(fault, typer.TyperException) else 1


def _joined(text: str) -> str:
    return "; ".join(line.strip() for line in text.splitlines() if line.strip())
