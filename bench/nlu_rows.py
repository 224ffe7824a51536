"""Reading what understanding is measured with, and making sure that none of it was trained on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from bench.processes import BenchError

#: Shorter sentences are what everybody writes; nobody can be said to have copied them.
_COMMON_UP_TO = 4


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence, what its author meant by the label, and where it comes from."""

    file: str
    text: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What `fairwell understand --json` says of a text."""

    decision: str
    intent: str
    language: str
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Self:
        """From one line of its output."""
        return cls(
            decision=str(line["decision"]),
            intent=str(line["intent"]),
            language=str(line["language"]),
            reasons=tuple(line.get("reasons") or ()),
        )


def read(folder: Path) -> list[Row]:
    """All rows of the TSV files of a folder, file by file. Raises `BenchError` for none or a broken one."""
    rows: list[Row] = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                try:
                    rows.append(Row(path.stem, line["text"], line["label"], line["source"].split("/")[0]))
                except (KeyError, AttributeError) as fault:
                    raise BenchError(f"{path.name} lacks a column: text, label, source") from fault
    if not rows:
        raise BenchError(f"no rows in {folder}/*.tsv")
    return rows


def trained_on(folder: Path, rows: Sequence[Row]) -> list[str]:
    """The sentences of more than four words that stand in the training data as well, after normalising."""
    trained = {normal for text in examples(folder) if len((normal := _normal(text)).split()) > _COMMON_UP_TO}
    return sorted({row.text for row in rows if _normal(row.text) in trained})


def examples(folder: Path) -> Iterator[str]:
    """Every training sentence of a folder of Rasa's YAML."""
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            given = block["examples"]
            texts = given.splitlines() if isinstance(given, str) else [item["text"] for item in given]
            yield from (text.strip().removeprefix("- ") for text in texts)


def _normal(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("\u2019", "").replace("'", "")))
