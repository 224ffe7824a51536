"""What pipelines' answers are counted as."""

from bench.nlu_rows import Row
from bench.pipelines_scores import Costs, Parsed, Result, Share, score, tables

_ROWS = [
    (Row("cancel", "end it", "cancel", "made up"), Parsed("cancel", "cancel")),
    (Row("cancel", "how is it ended", "cancel", "made up"), Parsed("ask_how_to_cancel", "ask_how_to_cancel")),
    (Row("cancel", "out", "cancel", "made up"), Parsed("greet", "cancel")),
    (Row("cancel", "cancel my parcel", "not_cancel", "made up"), Parsed("cancel", "cancel")),
    (Row("cancel_de", "Schluss damit", "cancel", "made up"), Parsed("nlu_fallback", "thank")),
    (Row("churn", "if it stays so I leave", "churn", "made up"), Parsed("cancel", "cancel")),
    (Row("smalltalk", "a person", "human_handoff", "made up"), Parsed("talk_to_human", "talk_to_human")),
    (Row("smalltalk", "bye then", "goodbye", "made up"), Parsed("nlu_fallback", "goodbye")),
    (Row("reasons", "too dear", "price", "made up"), Parsed("cancel", "cancel")),
]  # fmt: skip


def _scores() -> list[object]:
    made = score([row for row, _ in _ROWS], [said for _, said in _ROWS])
    return [getattr(made, name) for name in made.__slots__]


def test_shares() -> None:
    """Leaving may be acted on, reasons are not counted; a clarifying question helps, small talk does not."""
    mistaken, acted, helped, mistaken_german, acted_german, helped_german, others, *first = _scores()
    assert mistaken == Share(1, 3)
    assert acted == Share(1, 4)
    assert helped == Share(3, 4)
    assert mistaken_german == Share(0, 0)
    assert acted_german == Share(0, 1)
    assert helped_german == Share(1, 1)
    assert others == Share(1, 2)
    assert first == [Share(1, 3), Share(3, 4), Share(2, 2)]


def test_few_are_counted_and_many_are_a_percentage() -> None:
    """A percentage of twenty sentences would say more than is known."""
    assert str(Share(9, 20)) == "9 of 20"
    assert str(Share(91, 200)) == "45.5 %"
    assert str(Share(0, 0)) == "-"


def test_tables_have_a_line_for_each_pipeline() -> None:
    """Quality with and without the decision, then what it takes."""
    found = score([row for row, _ in _ROWS], [said for _, said in _ROWS])
    costs = Costs([3.0, 1.0, 2.0], 2.5, 510.4, 91.2, 6.1, 73.0, 70.0)
    text = tables([Result("theirs", found, costs), Result("ours", found, costs)])
    assert sum(line.startswith("| ours ") for line in text.splitlines()) == 3
    (line,) = (line for line in text.splitlines() if line.startswith("| ours ") and "510" in line)
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "ours", "2.00", "2.50", "510", "91", "6.10", "73", "70",
    ]  # fmt: skip
