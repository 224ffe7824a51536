"""What the bot's decisions are counted as."""

from collections import Counter

import pytest

from bench.nlu_rows import Answer, Row
from bench.nlu_scores import Line, Reasons, Scores, Share, confusion, is_question, score


def _pair(row: str, decision: str, *reasons: str, language: str = "en") -> tuple[Row, Answer]:
    file, label, source, text = row.split("|")
    return Row(file, text, label, source), Answer(decision, decision, language, reasons)


_PAIRS = [
    _pair("cancel|cancel|ours|end my box", "cancel"),
    _pair("cancel|cancel|ours|end my box at last", "clarify"),
    _pair("cancel|cancel|bitext|can you end my box", "cancel"),
    _pair("cancel|cancel|ours|how do I end my box?", "answer"),
    _pair("cancel|not_cancel|ours|cancel my parcel", "cancel"),
    _pair("cancel_de|cancel|ours|Kiste beenden", "cancel", language="de"),
    _pair("cancel_de|cancel|ours|Kiste weg", "clarify"),
    _pair("churn|churn|ours|I may leave you", "cancel"),
    _pair("churn|no_churn|ours|I am staying", "other"),
    _pair("smalltalk|thank|ours|thank you", "cancel"),
    _pair("smalltalk|thank|ours|many thanks", "answer"),
    _pair("reasons|price|ours|your box got dear", "cancel", "too_expensive", "unused"),
    _pair("reasons|bugs|ours|the lid falls off", "other"),
    _pair("reasons|general_dissatisfaction|ours|not happy", "other"),
    _pair("reasons|general_dissatisfaction|ours|meh", "other", "other"),
]


@pytest.fixture
def scores() -> Scores:
    """What the made-up rows come to."""
    return score([row for row, _ in _PAIRS], [answer for _, answer in _PAIRS])


@pytest.mark.parametrize(
    "text",
    ["end it?", "How do I end it", "hi, could you end it", "Bitte, wie kündige ich", "- Können Sie das"],
)  # fmt: skip
def test_questions(text: str) -> None:
    """A question mark, a question word or a modal at the beginning; a greeting before it changes nothing."""
    assert is_question(text)


@pytest.mark.parametrize(
    "text", ["end it", "please end it", "I can go now", "whoever reads this, end it", "Dann beenden"]
)
def test_no_questions(text: str) -> None:
    """Words that only begin like a question word, or stand later, ask nothing."""
    assert not is_question(text)


def test_requests_and_questions_are_counted_apart(scores: Scores) -> None:
    """Only rows that ask to cancel, in files of such rows, in all languages."""
    assert scores.imperatives == Share(2, 4)
    assert scores.questions == Share(1, 2)
    assert scores.acted_or_clarified == Share(5, 6)


def test_templates_are_left_out_of_the_second_count(scores: Scores) -> None:
    """Bitext's sentences are made from templates and count once only, in the first."""
    assert scores.outside_bitext == (Share(2, 4), Share(0, 1), Share(4, 5))


def test_cancelling_by_mistake(scores: Scores) -> None:
    """Who says they leave may be acted on, and reasons are given by those who leave."""
    assert scores.false_cancels == {
        "cancel: not_cancel": Share(1, 1),
        "churn: no_churn": Share(0, 1),
        "smalltalk": Share(1, 2),
    }


def test_languages_go_by_the_file(scores: Scores) -> None:
    """Files that end in _de are German, all others English."""
    assert scores.languages == {"en": Share(13, 13), "de": Share(1, 2)}


def test_reasons(scores: Scores) -> None:
    """Right ones, all that were named, all there were, those found, and silence where no cause is named."""
    assert scores.reasons == {"reasons": Reasons(right=1, named=3, there=2, found=1, abstained=Share(1, 2))}


def test_lines_count_decisions_by_file_source_and_label(scores: Scores) -> None:
    """Every row is in one of them."""
    assert Line("cancel", "ours", "cancel", Counter(cancel=1, clarify=1, answer=1)) in scores.lines
    assert sum(line.decisions.total() for line in scores.lines) == len(_PAIRS)


def test_confusion_leaves_reasons_out() -> None:
    """They have no decision that would be right."""
    counts = confusion([row for row, _ in _PAIRS], [answer for _, answer in _PAIRS])
    assert counts["cancel"] == {"cancel": 3, "clarify": 2, "answer": 1}
    assert set(counts) == {"cancel", "not_cancel", "churn", "no_churn", "thank"}
