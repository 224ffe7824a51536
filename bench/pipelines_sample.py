"""A sample of data/nlu with every intent and language in proportion, as one file of Rasa's YAML."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

#: No intent and language gets fewer sentences than this, if it has them.
_LEAST = 5

Strata = Mapping[tuple[str, str], Sequence[str]]


def strata(folder: Path) -> dict[tuple[str, str], list[str]]:
    """The training sentences by intent and language, each once."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            key = (block["intent"], (block.get("metadata") or {}).get("language", "en"))
            for line in block["examples"].splitlines():
                found.setdefault(key, {})[line.strip().removeprefix("- ")] = None
    return {key: list(texts) for key, texts in found.items()}


def sample(everything: Strata, sentences: int, seed: int = 7) -> dict[tuple[str, str], list[str]]:
    """About `sentences` of them in proportion, in their old order; all of them where there are no more."""
    total = sum(map(len, everything.values()))
    dice = random.Random(seed)  # noqa: S311  # a sample, no secret
    taken = {}
    for key, texts in sorted(everything.items()):
        wanted = max(_LEAST, round(len(texts) * sentences / total))
        rows = sorted(dice.sample(range(len(texts)), min(wanted, len(texts))))
        taken[key] = [texts[row] for row in rows]
    return taken


def written(taken: Strata) -> str:
    """Rasa's YAML of a sample, its blocks of one intent put together."""
    blocks: dict[str, list[str]] = {}
    for (intent, _), texts in sorted(taken.items()):
        blocks.setdefault(intent, []).extend(texts)
    lines = ['version: "3.1"', "nlu:"]
    for intent, texts in blocks.items():
        lines += [f"  - intent: {intent}", "    examples: |", *(f"      - {text}" for text in texts)]
    return "\n".join(lines) + "\n"
