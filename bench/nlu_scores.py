"""What the bot's decisions come to: shares, counts, precision and recall."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.nlu_rows import Answer, Row

# The reasons' names in the data, and ours.
_REASONS = {
    "price": "too_expensive",
    "competitor": "switched_service",
    "not_using": "unused",
    "features": "missing_features",
    "bugs": "low_quality",
    "support": "customer_service",
    "other": "other",
}
_ABSTAIN = "general_dissatisfaction"
#: Who says they leave may ask for it or not: acting on them is counted apart.
_MAY_CANCEL = {"cancel", "churn"}
_QUESTION = re.compile(
    r"\W*(?:(?:hi|hello|hey|hallo|please|bitte|so|and|und|ok|also)\W+)*"
    r"(?:how|what|where|when|why|who|which|is|are|am|do|does|did|can|could|will|would|shall|should|may|might"
    r"|must|has|have i|wie|was|wo|wann|warum|wieso|weshalb|wer|welche\w*|kann|können|könnte\w*|darf|dürfen"
    r"|soll\w*|muss|müssen|wird|werden|würde\w*|ist|sind|gibt|habe ich|hat)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    some: int
    all: int

    @classmethod
    def of(cls, answers: Iterable[Answer], counts: Callable[[Answer], bool]) -> Share:
        """Counts the answers that count."""
        listed = list(answers)
        return cls(sum(map(counts, listed)), len(listed))


@dataclass(frozen=True, slots=True)
class Line:
    """One file's or source's rows of one label."""

    file: str
    source: str
    label: str
    decisions: Counter[str]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Reasons found: right ones, all that were named, and all there were to find; and abstentions."""

    right: int
    named: int
    there: int
    found: int
    abstained: Share


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything that is reported."""

    lines: list[Line]
    imperatives: Share
    questions: Share
    acted_or_clarified: Share
    outside_bitext: tuple[Share, Share, Share]
    false_cancels: dict[str, Share]
    languages: dict[str, Share]
    reasons: dict[str, Reasons]


def is_question(text: str) -> bool:
    """Whether a text has a question mark, or begins with a question word or a modal."""
    return "?" in text or bool(_QUESTION.match(text))


def acted(answer: Answer) -> bool:
    """Whether the bot cancels."""
    return answer.decision == "cancel"


def helped(answer: Answer) -> bool:
    """Whether the bot cancels, or asks or answers with [Cancel now]."""
    return answer.decision in {"cancel", "clarify"}


def is_false_cancel(row: Row, answer: Answer) -> bool:
    """Whether the bot cancels where nobody asked for it."""
    return acted(answer) and row.label not in _MAY_CANCEL and not row.file.startswith("reasons")


def score(rows: Sequence[Row], answers: Sequence[Answer]) -> Scores:
    """All figures, for rows and their answers in the same order."""
    pairs = list(zip(rows, answers, strict=True))
    wishes = [pair for pair in pairs if pair[0].file.startswith("cancel") and pair[0].label == "cancel"]
    others = [pair for pair in wishes if not pair[0].source.startswith("bitext")]
    return Scores(
        lines=_lines(pairs),
        imperatives=_imperatives(wishes),
        questions=_questions(wishes),
        acted_or_clarified=Share.of((answer for _, answer in wishes), helped),
        outside_bitext=(
            _imperatives(others),
            _questions(others),
            Share.of((answer for _, answer in others), helped),
        ),
        false_cancels=_false_cancels(pairs),
        languages={name: _told(pairs, name) for name in ("en", "de")},
        reasons=_reasons(pairs),
    )


def confusion(rows: Sequence[Row], answers: Sequence[Answer]) -> dict[str, dict[str, int]]:
    """How often each label led to each decision, over all files but the reasons."""
    counts: dict[str, Counter[str]] = {}
    for row, answer in zip(rows, answers, strict=True):
        if not row.file.startswith("reasons"):
            counts.setdefault(row.label, Counter())[answer.decision] += 1
    return {label: dict(found) for label, found in counts.items()}


def _told(pairs: Sequence[tuple[Row, Answer]], language: str) -> Share:
    """How many texts of a language were told to be in it; files of German texts end in `_de`."""
    german = language == "de"
    texts = (answer for row, answer in pairs if row.file.endswith("_de") == german)
    return Share.of(texts, lambda answer: answer.language == language)


def _lines(pairs: Sequence[tuple[Row, Answer]]) -> list[Line]:
    found: dict[tuple[str, str, str], Counter[str]] = {}
    for row, answer in pairs:
        found.setdefault((row.file, row.source, row.label), Counter())[answer.decision] += 1
    return [Line(*key, decisions) for key, decisions in found.items()]


def _imperatives(wishes: Sequence[tuple[Row, Answer]]) -> Share:
    return Share.of((answer for row, answer in wishes if not is_question(row.text)), acted)


def _questions(wishes: Sequence[tuple[Row, Answer]]) -> Share:
    return Share.of((answer for row, answer in wishes if is_question(row.text)), acted)


def _false_cancels(pairs: Sequence[tuple[Row, Answer]]) -> dict[str, Share]:
    groups: dict[str, list[bool]] = {}
    for row, answer in pairs:
        if row.label in _MAY_CANCEL or row.file.startswith("reasons"):
            continue
        by_label = row.file.startswith(("cancel", "churn"))
        name = f"{row.file}: {row.label}" if by_label else row.file
        groups.setdefault(name, []).append(is_false_cancel(row, answer))
    return {name: Share(sum(hits), len(hits)) for name, hits in groups.items()}


def _reasons(pairs: Sequence[tuple[Row, Answer]]) -> dict[str, Reasons]:
    return {
        file: _reasons_of([pair for pair in pairs if pair[0].file == file])
        for file in dict.fromkeys(row.file for row, _ in pairs if row.file.startswith("reasons"))
    }


def _reasons_of(pairs: Sequence[tuple[Row, Answer]]) -> Reasons:
    right = named = found = 0
    for row, answer in pairs:
        wanted = _REASONS.get(row.label)
        right += sum(reason == wanted for reason in answer.reasons)
        named += len(answer.reasons)
        found += wanted in answer.reasons
    silent = [answer for row, answer in pairs if row.label == _ABSTAIN]
    return Reasons(
        right, named, len(pairs) - len(silent), found, Share.of(silent, lambda answer: not answer.reasons)
    )
