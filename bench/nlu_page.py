"""The figures of understanding as Markdown, and the page that keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.figures import table
from bench.nlu_rows import Answer, Row
from bench.nlu_scores import Scores, Share, helped, is_false_cancel
from bench.processes import BenchError

_BEGIN, _END = "<!-- figures: written by bench.nlu -->", "<!-- end of figures -->"


def tables(scores: Scores, count: int, seconds: float) -> str:
    """All tables."""
    parts = [
        _summary(scores, count, seconds),
        "**Cancelled by mistake**, of sentences that do not ask to cancel:\n\n" + _false_cancels(scores),
        "**Reasons**:\n\n" + _reasons(scores),
        "**What was decided**, by file, source and label:\n\n" + _decisions(scores),
    ]
    return "\n\n".join(parts)


def mistakes(rows: Sequence[Row], answers: Sequence[Answer]) -> str:
    """The sentences that went wrong, for the screen only: they belong to others."""
    said = ["\nCancelled by mistake:"]
    said += [
        _said(row, answer) for row, answer in zip(rows, answers, strict=True) if is_false_cancel(row, answer)
    ]
    said.append("\nAsked to cancel, and neither acted on nor clarified:")
    for row, answer in zip(rows, answers, strict=True):
        if row.file.startswith("cancel") and row.label == "cancel" and not helped(answer):
            said.append(_said(row, answer))
    return "\n".join(said)


def write(page: Path, figures: str, date: str) -> None:
    """Puts the figures between the page's two marks. Raises `BenchError` where they are missing."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise BenchError(f"{page} has no place for figures: {_BEGIN} … {_END}")
    page.write_text(f"{before}{_BEGIN}\nMeasured on {date}.\n\n{figures}\n\n{_END}{after}", encoding="utf-8")


def _said(row: Row, answer: Answer) -> str:
    return f"  {row.file:12} {row.label:12} {answer.decision:10} {answer.intent:18} {row.text}"


def _percent(share: Share) -> str:
    return (
        f"{share.some} of {share.all} ({100 * share.some / share.all:.1f} %)" if share.all else "none there"
    )


def _summary(scores: Scores, count: int, seconds: float) -> str:
    imperatives, questions, helped_share = scores.outside_bitext
    rows = [
        ["requests acted on", _percent(scores.imperatives), _percent(imperatives)],
        ["questions acted on", _percent(scores.questions), _percent(questions)],
        ["acted on or clarified, both", _percent(scores.acted_or_clarified), _percent(helped_share)],
    ]
    languages = ", ".join(f"{name} {_percent(share)}" for name, share in scores.languages.items())
    return (
        table(["who asks to cancel", "all", "without Bitext's templates"], rows)
        + f"\n\nLanguage told right: {languages}. "
        + f"{count} texts took {seconds:.1f} s, start included: {1000 * seconds / count:.1f} ms each."
    )


def _false_cancels(scores: Scores) -> str:
    return table(
        ["rows", "cancelled"], [[name, _percent(share)] for name, share in scores.false_cancels.items()]
    )


def _reasons(scores: Scores) -> str:
    rows = [
        [
            file,
            _percent(Share(found.right, found.named)),
            _percent(Share(found.found, found.there)),
            _percent(found.abstained),
        ]
        for file, found in scores.reasons.items()
    ]
    return table(["rows", "precision", "recall", "abstained where no cause is named"], rows)


def _decisions(scores: Scores) -> str:
    names = sorted({name for line in scores.lines for name in line.decisions})
    rows = [
        [line.file, line.source, line.label, *(str(line.decisions.get(name, "")) for name in names)]
        for line in scores.lines
    ]
    return table(["file", "source", "label", *names], rows)
