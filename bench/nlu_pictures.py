"""`python -m bench.nlu_pictures KIND FILE < JSON`: draws in Rasa's environment, which has matplotlib."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

_ACCENT, _INK, _LINE = "#1F6F54", "#1C2127", "#E4E1DA"


def confusion(counts: Mapping[str, Mapping[str, int]], path: Path) -> None:
    """Labels against decisions; shades are shares of the label's rows, the numbers are counts."""
    from matplotlib import pyplot as plt  # noqa: PLC0415  # takes a second
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415

    labels = list(counts)
    decisions = sorted({name for found in counts.values() for name in found})
    shares = [
        [counts[label].get(name, 0) / sum(counts[label].values()) for name in decisions] for label in labels
    ]
    figure, axes = plt.subplots(figsize=(9, 0.36 * len(labels) + 1.6), dpi=150)
    axes.imshow(shares, cmap=LinearSegmentedColormap.from_list("accent", ["#FBFAF7", _ACCENT]), aspect="auto")
    for row, label in enumerate(labels):
        for column, name in enumerate(decisions):
            if count := counts[label].get(name):
                colour = "white" if shares[row][column] > 0.5 else _INK
                axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(decisions)), decisions, rotation=30, ha="right", fontsize=9)
    axes.set_yticks(range(len(labels)), labels, fontsize=9)
    axes.set_title(
        "What was meant (rows) and what the bot decides (columns)", fontsize=10, color=_INK, loc="left"
    )
    _save(figure, axes, path)


def reliability(curves: Mapping[str, Sequence[Sequence[float]]], path: Path) -> None:
    """Said confidence against how often it was right; each point is [said, right, count]."""
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(5.5, 5), dpi=150)
    axes.plot([0, 1], [0, 1], color=_LINE, linewidth=1)
    for name, colour in zip(curves, (_ACCENT, "#5B6470", "#A4ACB6"), strict=False):
        said, right, sizes = zip(*curves[name], strict=True)
        axes.plot(said, right, color=colour, linewidth=1.5)
        axes.scatter(said, right, s=[12 + 4 * size**0.5 for size in sizes], color=colour)
        middle = len(said) // 2
        axes.annotate(name, (said[middle], right[middle]), xytext=(-10, 12), textcoords="offset points",
                      ha="right", fontsize=9, color=colour)  # fmt: skip
        for x, y, size in curves[name]:
            axes.annotate(
                f"{size:.0f}", (x, y), xytext=(4, -9), textcoords="offset points", fontsize=7, color=colour
            )
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("probability the bot goes by", fontsize=9)
    axes.set_ylabel("share that was right (counts beside the points)", fontsize=9)
    _save(figure, axes, path)


def _save(figure: Any, axes: Any, path: Path) -> None:  # noqa: ANN401  # untyped here
    for spine in axes.spines.values():
        spine.set_color(_LINE)
    figure.tight_layout()
    figure.savefig(path)


def main(arguments: Sequence[str]) -> int:
    """Runs the command."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    kinds: Mapping[str, Callable[[Any, Path], None]] = {"confusion": confusion, "reliability": reliability}
    kind, path = arguments
    kinds[kind](json.load(sys.stdin), Path(path))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
