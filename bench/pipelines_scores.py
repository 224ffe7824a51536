"""What the pipelines' answers come to, and the tables that compare them: pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.figures import percentile, shown, table
from bench.nlu_rows import Row

_CANCEL, _HOW_TO = "cancel", "ask_how_to_cancel"
#: Asks whether to cancel, or answers with the button beside it.
_CLARIFIES = {"nlu_fallback", _HOW_TO, "ask_end_date", "ask_charges", "complaint", "give_reason"}
#: Who says they leave may ask for it or not: acting on them is no mistake.
_MAY_CANCEL = {"cancel", "churn"}
#: The other labels of the data that are intents of ours; those not named otherwise have our names.
_OTHERS = {
    name: name
    for name in (
        "greet", "goodbye", "thank", "affirm", "deny", "bot_challenge", "billing_question",
        "account_question", "change_plan", "complaint", "unsubscribe", "pause", "out_of_scope",
    )
} | {"human_handoff": "talk_to_human"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a pipeline made of a text: the intent after the decision, and the classifier's first before it."""

    intent: str
    first: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    some: int
    all: int

    def __str__(self) -> str:
        """As a percentage, with the count where a percentage would say more than is known."""
        if not self.all:
            return "-"
        percent = f"{100 * self.some / self.all:.1f} %"
        return percent if self.all >= 100 else f"{self.some} of {self.all}"


@dataclass(frozen=True, slots=True)
class Scores:
    """How well a pipeline understands, with the decision and, last, without."""

    mistaken: Share
    acted: Share
    helped: Share
    mistaken_german: Share
    acted_german: Share
    helped_german: Share
    others: Share
    first_mistaken: Share
    first_wished: Share
    first_others: Share


@dataclass(frozen=True, slots=True)
class Costs:
    """What a pipeline takes."""

    milliseconds: Sequence[float]
    processor_milliseconds: float
    megabytes: float
    install: float
    load_seconds: float
    train_seconds: float
    train_processor_seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """One pipeline, measured."""

    title: str
    scores: Scores
    costs: Costs


def score(rows: Sequence[Row], parsed: Sequence[Parsed]) -> Scores:
    """All shares, for rows and what was made of them in the same order; files of reasons don't count."""
    pairs = [pair for pair in zip(rows, parsed, strict=True) if not pair[0].file.startswith("reasons")]
    german = [pair for pair in pairs if pair[0].file.endswith("_de")]
    others = [pair for pair in pairs if pair[0].label in _OTHERS]
    return Scores(
        mistaken=_among_not(pairs, lambda said: said.intent == _CANCEL),
        acted=_among(pairs, lambda said: said.intent == _CANCEL),
        helped=_among(pairs, lambda said: said.intent in {_CANCEL, *_CLARIFIES}),
        mistaken_german=_among_not(german, lambda said: said.intent == _CANCEL),
        acted_german=_among(german, lambda said: said.intent == _CANCEL),
        helped_german=_among(german, lambda said: said.intent in {_CANCEL, *_CLARIFIES}),
        others=Share(sum(said.intent == _OTHERS[row.label] for row, said in others), len(others)),
        first_mistaken=_among_not(pairs, lambda said: said.first == _CANCEL),
        first_wished=_among(pairs, lambda said: said.first in {_CANCEL, _HOW_TO}),
        first_others=Share(sum(said.first == _OTHERS[row.label] for row, said in others), len(others)),
    )


def tables(results: Sequence[Result]) -> str:
    """Three tables: what customers get, what the classifiers say by themselves, what it costs."""
    got, alone = [], []
    for found in results:
        of = found.scores
        row = [_count(of.mistaken), str(of.acted), str(of.helped)]
        row += [_count(of.mistaken_german), str(of.acted_german), str(of.helped_german)]
        got.append([found.title, *row, str(of.others)])
        alone.append([found.title, _count(of.first_mistaken), str(of.first_wished), str(of.first_others)])
    head = ["pipeline", "cancelled by mistake", "acted on", "acted on or clarified"]
    german = ["German: by mistake", "acted on", "acted on or clarified"]
    return "\n\n".join([
        "With the decision, as customers meet it:\n\n" + table([*head, *german, "other intents right"], got),
        "The classifier alone, by what it puts first:\n\n"
        + table(["pipeline", "wrongly cancel", "cancel, or how to", "other intents right"], alone),
        "What it takes:\n\n" + _costs(results),
    ])  # fmt: skip


def _costs(results: Sequence[Result]) -> str:
    rows = [
        [
            found.title,
            shown(percentile(found.costs.milliseconds, 50)),
            shown(found.costs.processor_milliseconds),
            f"{found.costs.megabytes:.0f}",
            f"{found.costs.install:.0f}",
            shown(found.costs.load_seconds),
            f"{found.costs.train_seconds:.0f}",
            f"{found.costs.train_processor_seconds:.0f}",
        ]
        for found in results
    ]
    head = [
        "pipeline", "parse, p50 ms", "of the processor, ms", "resident MB", "installed MB beyond Rasa",
        "start s", "train s", "of the processor, s",
    ]  # fmt: skip
    return table(head, rows)


def _count(share: Share) -> str:
    return f"{share.some} of {share.all}"


def _among(pairs: Sequence[tuple[Row, Parsed]], counts: Callable[[Parsed], bool]) -> Share:
    """How many of those who ask to cancel."""
    wishes = [said for row, said in pairs if row.label == _CANCEL]
    return Share(sum(map(counts, wishes)), len(wishes))


def _among_not(pairs: Sequence[tuple[Row, Parsed]], counts: Callable[[Parsed], bool]) -> Share:
    """How many of those who don't."""
    rest = [said for row, said in pairs if row.label not in _MAY_CANCEL]
    return Share(sum(map(counts, rest)), len(rest))
