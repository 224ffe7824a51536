"""`python -m bench.nlu --data DIR`: how well the trained bot understands sentences of other people.

DIR has TSV files with the columns `text`, `label` and `source`. The decisions are those of `fairwell
understand`, so of the bot itself. Sentences the bot got wrong are printed, never written: they are not ours
to keep.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench import nlu_page, nlu_scores
from bench.nlu_rows import Answer, Row, read, trained_on
from bench.processes import ROOT, BenchError

_FAIRWELL = ROOT / ".venv" / "bin" / "fairwell"
_RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
_IMAGES = ROOT / "docs" / "images"


def main() -> int:
    """Runs the command. Exit codes: 0 measured, 1 could not be, 2 measured with what was trained on."""
    options = _options()
    try:
        rows = read(options.data)
        if copied := trained_on(ROOT / "data" / "nlu", rows):
            print(
                "bench: these sentences are in data/nlu and in the data to measure with:", *copied, sep="\n  "
            )
            return 2
        began = time.monotonic()
        answers = _understand(rows)
        seconds = time.monotonic() - began
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    scores = nlu_scores.score(rows, answers)
    tables = nlu_page.tables(scores, len(rows), seconds)
    print(tables)
    print(nlu_page.mistakes(rows, answers))
    if options.out:
        nlu_page.write(options.out, tables, f"{datetime.now(UTC):%Y-%m-%d}")
        _draw(rows, answers)
        print(f"\nWritten to {options.out}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.nlu", description="Measure understanding on other people's sentences."
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of TSV files")
    parser.add_argument(
        "--out", type=Path, help="the page whose figures are to be renewed, such as docs/understanding.md"
    )
    return parser.parse_args()


def _understand(rows: list[Row]) -> list[Answer]:
    """What the bot would do with each row, in order. Raises `BenchError` when it cannot say."""
    with tempfile.TemporaryDirectory(prefix="fairwell-bench-") as folder:
        path = Path(folder) / "texts.tsv"
        path.write_text("text\n" + "".join(f"{row.text}\n" for row in rows), encoding="utf-8")
        command = [str(_FAIRWELL), "understand", "--file", str(path), "--json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"fairwell understand failed: {done.stderr.strip()[-500:]}")
    answers = [Answer.of(json.loads(line)) for line in done.stdout.splitlines()]
    if len(answers) != len(rows):
        raise BenchError(f"{len(rows)} texts, but {len(answers)} answers")
    return answers


def _draw(rows: list[Row], answers: list[Answer]) -> None:
    """The confusion matrix as a picture; matplotlib comes with Rasa, so it is drawn in its environment."""
    counts = nlu_scores.confusion(rows, answers)
    subprocess.run(
        [str(_RASA_PYTHON), "-m", "bench.nlu_pictures", "confusion", str(_IMAGES / "confusion.png")],
        cwd=ROOT,
        input=json.dumps(counts),
        text=True,
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main())
