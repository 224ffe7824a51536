"""Where things are: the checkout, Rasa's Python, and what a running installation writes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def rasa_python() -> Path:
    """The Python of Rasa's environment: `FAIRWELL_RASA_PYTHON`, else `.venv-rasa` beside the packages."""
    given = os.environ.get("FAIRWELL_RASA_PYTHON")
    return Path(given).expanduser().absolute() if given else ROOT / ".venv-rasa" / "bin" / "python"


def model(home: Path) -> Path:
    """Where the model of the present data files belongs, be it there or not."""
    from bot.understanding.fingerprint import model_path

    return model_path(ROOT, home / "models")


@dataclass(frozen=True, slots=True)
class Run:
    """The files of a running installation, in HOME/run."""

    folder: Path

    @property
    def config(self) -> Path:
        """What supervisord is told to run."""
        return self.folder / "supervisord.conf"

    @property
    def lock(self) -> Path:
        """Held by the one `fairwell up` of this HOME."""
        return self.folder / "up.lock"

    def log(self, program: str) -> Path:
        """Where a program's output goes."""
        return self.folder / f"{program}.log"


def run_folder(home: Path) -> Run:
    """HOME/run, made if need be, its owner's alone: the configuration and the logs lie there."""
    folder = home / "run"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return Run(folder)
