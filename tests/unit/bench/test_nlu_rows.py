"""Reading the sentences that understanding is measured with."""

from pathlib import Path

import pytest

from bench.nlu_rows import Answer, Row, examples, read, trained_on
from bench.processes import BenchError


def _row(text: str) -> Row:
    return Row("cancel", text, "cancel", "made up")


def _trained(folder: Path, *texts: str) -> Path:
    lines = "".join(f"      - {text}\n" for text in texts)
    (folder / "cancel.yml").write_text(
        f'version: "3.1"\nnlu:\n  - intent: cancel\n    examples: |\n{lines}', encoding="utf-8"
    )
    return folder


def test_a_sentence_of_the_training_data_is_found_out(tmp_path: Path) -> None:
    """Case, apostrophes and punctuation hide nothing."""
    folder = _trained(tmp_path, "I don't want my blue box any more.")
    copied = "i DON\u2019T want my blue box - any more"
    assert trained_on(folder, [_row(copied), _row("I want my blue box some more")]) == [copied]


def test_what_everybody_writes_is_nobodys(tmp_path: Path) -> None:
    """Up to four words are no copy."""
    folder = _trained(tmp_path, "please cancel my box", "please cancel my blue box")
    rows = [_row("Please cancel my box"), _row("Please cancel my blue box")]
    assert trained_on(folder, rows) == ["Please cancel my blue box"]


def test_examples_are_the_sentences_alone(tmp_path: Path) -> None:
    """A hyphen inside a sentence stays."""
    assert list(examples(_trained(tmp_path, "end it - now", "stop"))) == ["end it - now", "stop"]


def test_rows_know_their_file_and_the_first_part_of_their_source(tmp_path: Path) -> None:
    """Files come in the order of their names; quotes are characters like others."""
    (tmp_path / "b.tsv").write_text('text\tlabel\tsource\n"no\tdeny\tours\n', encoding="utf-8")
    (tmp_path / "a.tsv").write_text(
        "text\tlabel\tsource\tmore\nyes\taffirm\tours/part\tx\n", encoding="utf-8"
    )
    assert read(tmp_path) == [Row("a", "yes", "affirm", "ours"), Row("b", '"no', "deny", "ours")]


def test_a_folder_without_rows_is_refused(tmp_path: Path) -> None:
    """Nothing measured is no result."""
    with pytest.raises(BenchError, match="no rows"):
        read(tmp_path)


def test_a_file_that_lacks_a_column_is_named(tmp_path: Path) -> None:
    """The one who has to mend it is told which file it is."""
    (tmp_path / "odd.tsv").write_text("text\tlabel\nyes\taffirm\n", encoding="utf-8")
    with pytest.raises(BenchError, match=r"odd\.tsv lacks a column"):
        read(tmp_path)


def test_an_answer_without_reasons_has_none() -> None:
    """Reasons may be missing or null; everything else must be there."""
    line = {"decision": "cancel", "intent": "cancel", "language": "en"}
    assert Answer.of(line) == Answer.of(line | {"reasons": None}) == Answer("cancel", "cancel", "en", ())
    assert Answer.of(line | {"reasons": ["unused"]}).reasons == ("unused",)
