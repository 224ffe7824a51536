"""`python -m bench.pipelines --data DIR`: pipelines of Rasa's, and ours, on the same sentences.

Each pipeline of bench/pipelines/*.yml is trained on the same sample of data/nlu and asked about the sentences
of DIR, in processes of Rasa's environment, with our decision as its last step. One that needs a package of
its own is left out unless the environment variable it names says in which folder that package is. What came
of it is in docs/adr/0014-the-model.md.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import yaml

from bench import machine, pipelines_sample
from bench.nlu_rows import Row, read
from bench.pipelines_scores import Costs, Parsed, Result, score, tables
from bench.processes import ROOT, BenchError, Command, environment, run

_PIPELINES = ROOT / "bench" / "pipelines"
_RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One file of bench/pipelines; `needs` names the environment variable of a package's folder."""

    name: str
    title: str
    needs: str | None
    steps: Sequence[Mapping[str, Any] | str]


def main() -> int:
    """Runs the command. Exit codes: 0 measured, 1 could not be, 130 interrupted."""
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        rows = [row for row in read(options.data) if not row.file.startswith("reasons")]
        chosen = [made for made in pipelines() if not options.only or made.name in options.only]
        taken = pipelines_sample.sample(pipelines_sample.strata(ROOT / "data" / "nlu"), options.sentences)
        when, load = f"{datetime.now(UTC):%Y-%m-%d}", machine.load()
        began = (
            f"Measured on {when}, on {machine.machine()}; load {load} when it began. "
            f"Trained on {sum(map(len, taken.values()))} sentences, asked about {len(rows)}.\n\n"
        )
        text = ""
        for results in _measured(chosen, rows, pipelines_sample.written(taken)):
            text = began + tables(results) + "\n"
            if options.out:  # after each: the whole takes long, and what is there should not be lost
                options.out.write_text(text, encoding="utf-8")
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted, everything stopped", file=sys.stderr)
        return 130
    print(text)
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def pipelines() -> list[Pipeline]:
    """All that there are, in the order of their files."""
    found = []
    for path in sorted(_PIPELINES.glob("*.yml")):
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
        name = path.stem.partition("-")[2]
        found.append(Pipeline(name, said["title"], said.get("needs"), said["pipeline"]))
    return found


def config(steps: Sequence[Mapping[str, Any] | str], ours: Mapping[str, Any]) -> dict[str, Any]:
    """Rasa's configuration of some steps: our own are filled in, and our decision comes last.

    `ours` is config.yml, the source of `ours.features` and `ours.classifier`. What finds reasons is left out
    everywhere: it is no part of the comparison.
    """
    at = next(at for at, step in enumerate(ours["pipeline"]) if step["name"].endswith("Classifier"))
    known = {"ours.features": ours["pipeline"][:at], "ours.classifier": ours["pipeline"][at : at + 1]}
    decision = [step for step in ours["pipeline"] if step["name"].endswith(".DecisionComponent")]
    made: list[Mapping[str, Any]] = []
    for step in steps:
        made += known[step] if isinstance(step, str) else [step]
    return {
        "recipe": "default.v1",
        "assistant_id": "bench",
        "language": ours["language"],
        "pipeline": [*made, *decision],
    }


def megabytes(folder: Path) -> float:
    """What the files of a folder take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.pipelines", description="Compare pipelines on other people's sentences."
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of TSV files")
    parser.add_argument("--sentences", type=int, default=4000, help="train on about so many (default: 4000)")
    parser.add_argument(
        "--only", nargs="+", choices=[made.name for made in pipelines()], help="these pipelines"
    )
    parser.add_argument("--out", type=Path, help="a file for the tables")
    return parser.parse_args()


def _measured(chosen: Sequence[Pipeline], rows: Sequence[Row], sentences: str) -> Iterator[list[Result]]:
    """All that was measured so far, each time there is one more. Raises `BenchError` when there is none."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="fairwell-bench-") as name:
        for made in chosen:
            if made.needs and not os.environ.get(made.needs):
                _say(f"{made.name} left out: {made.needs} names no folder")
                continue
            folder = Path(name, made.name)
            folder.mkdir()
            try:
                results.append(_measure(made, rows, sentences, folder))
            except BenchError as error:
                _say(f"{made.name} left out: {error}")
            else:
                yield results
    if not results:
        raise BenchError("no pipeline was measured")


def _measure(made: Pipeline, rows: Sequence[Row], sentences: str, folder: Path) -> Result:
    ours = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    (folder / "config.yml").write_text(yaml.safe_dump(config(made.steps, ours), sort_keys=False))
    (folder / "nlu.yml").write_text(sentences, encoding="utf-8")
    (folder / "texts.json").write_text(json.dumps([row.text for row in rows]), encoding="utf-8")
    _say(f"{made.name}: training")
    trained = _work("train", made, folder)
    _say(f"{made.name}: trained in {trained['seconds']:.0f} s; parsing")
    began = time.time()
    parsed = _work("parse", made, folder)
    return Result(
        made.title,
        score(rows, [Parsed(*answer) for answer in parsed["answers"]]),
        Costs(
            milliseconds=parsed["milliseconds"],
            processor_milliseconds=parsed["processor"],
            megabytes=parsed["megabytes"],
            install=megabytes(Path(os.environ[made.needs])) if made.needs else 0.0,
            load_seconds=parsed["ready"] - began,
            train_seconds=trained["seconds"],
            train_processor_seconds=trained["processor"],
        ),
    )


def _work(what: str, made: Pipeline, folder: Path) -> dict[str, Any]:
    around = environment(
        # A cache of Rasa's of its own: one that is shared would skip the training that is to be timed.
        RASA_CACHE_DIRECTORY=str(folder / "cache"),
        BENCH_CACHE=str(folder.parent),
        OMP_NUM_THREADS=str(machine.cores()),
        # On a machine with other work, threads that wait by turning round cost E5 ten times its time.
        OMP_WAIT_POLICY="passive",
    )
    words = [str(_RASA_PYTHON), "-m", "bench.pipelines_worker", what, str(folder)]
    run(Command(f"{made.name}, {what}", words, around, ROOT, folder / f"{what}.log"))
    found: dict[str, Any] = json.loads((folder / f"{what}.json").read_text(encoding="utf-8"))
    return found


def _say(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
