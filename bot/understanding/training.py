"""Trains the bot if no model of the same files is there: `python -m bot.understanding.training --out DIR`."""

import argparse
import logging
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bot.understanding.fingerprint import model_path

ROOT = Path(__file__).resolve().parents[2]
KEPT = 2


class TrainingError(RuntimeError):
    """Rasa trained no model; its own output says why."""


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(text, flush=True)  # noqa: T201  # progress of a command


def discard_old(models: Path, keep: int = KEPT) -> list[Path]:
    """Delete all but the `keep` newest models and return what was deleted."""
    newest_first = sorted(
        models.glob("fairwell-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    for path in newest_first[keep:]:
        path.unlink(missing_ok=True)
    return newest_first[keep:]


def _run_rasa(folder: Path) -> Path:
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from rasa.model_training import train as rasa_train  # noqa: PLC0415  # takes seconds: only when needed

    from bot.understanding import logs  # noqa: PLC0415  # needs Rasa's packages

    logs.configure(logging.WARNING)

    result = rasa_train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(ROOT / "data")],
        output=str(folder),
        force_training=True,
        fixed_model_name="fairwell",
    )
    if result.code != 0 or not result.model:
        raise TrainingError("Rasa trained no model")
    return Path(result.model)


def train(home: Path, *, force: bool = False) -> Path:
    """Return the model of the project's files in `home`/models, training it first if it is not there.

    Seeds are fixed in config.yml, so the same files give the same model. Raises TrainingError.
    """
    models = home / "models"
    models.mkdir(parents=True, exist_ok=True)
    target = model_path(ROOT, models)
    if target.is_file() and not force:
        target.touch()
        return target
    say("Training the bot (about a minute) ...")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=models) as folder:
        made = _run_rasa(Path(folder))
        shutil.move(made, target)
    discard_old(models)
    say(f"Trained {target.name} in {time.monotonic() - began:.0f} s.")
    return target


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the last line it prints is the model's path."""
    parser = argparse.ArgumentParser(description="Train the bot if its files changed.")
    parser.add_argument("--out", type=Path, default=Path("var/models"), help="folder of the models")
    parser.add_argument("--force", action="store_true", help="train even if nothing changed")
    options = parser.parse_args(arguments)
    out: Path = options.out
    if out.name != "models":
        parser.error("--out must be a folder named models")
    try:
        say(str(train(out.resolve().parent, force=options.force)))
    except TrainingError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
