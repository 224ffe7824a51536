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


#: The readings that are acted on, and what everything else is answered by.
_SHOWN = ("plain", "request", "open", "answering")


def reliability(curves: Mapping[str, Sequence[Sequence[float]]], path: Path) -> None:
    """Said confidence against how often it was right, a panel a curve; each point is [said, right, count]."""
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, panels = plt.subplots(1, len(_SHOWN), figsize=(11, 3.2), dpi=150, sharey=True)
    for name, axes in zip(_SHOWN, panels, strict=True):
        axes.plot([0, 1], [0, 1], color=_LINE, linewidth=1)
        said, right, sizes = zip(*curves[name], strict=True)
        axes.plot(said, right, color=_ACCENT, linewidth=1.5)
        axes.scatter(said, right, s=[8 + 2 * size**0.5 for size in sizes], color=_ACCENT)
        for x, y, size in curves[name]:
            axes.annotate(
                f"{size:.0f}", (x, y), xytext=(5, -10), textcoords="offset points", fontsize=7, color=_INK
            )
        axes.set_title(name, fontsize=10, color=_INK, loc="left")
        axes.set_xlim(0, 1.1)
        axes.set_ylim(0, 1.05)
        axes.set_xlabel("probability the bot goes by", fontsize=8)
        axes.tick_params(labelsize=8)
        _lines(axes)
    panels[0].set_ylabel("share that was right (with counts)", fontsize=8)
    figure.tight_layout()
    figure.savefig(path)


def _lines(axes: Any) -> None:  # noqa: ANN401  # untyped here
    for spine in axes.spines.values():
        spine.set_color(_LINE)


def _save(figure: Any, axes: Any, path: Path) -> None:  # noqa: ANN401  # untyped here
    _lines(axes)
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
