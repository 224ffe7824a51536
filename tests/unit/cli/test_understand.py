"""Reading texts and telling what is understood of them; the model is a stand-in."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from cli import understand
from cli.faults import CommandError
from cli.rehearsal import Decision, Rehearsal


class StandIn:
    """Understands a text as the intent that it is."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._open: deque[str] = deque()

    def ask(self, text: str) -> None:
        """Keeps it."""
        if text == "stop":
            raise CommandError("Rasa's side ended")
        self.asked.append(text)
        self._open.append(text)

    def answer(self) -> dict[str, Any]:
        """The oldest."""
        known = {"name": self._open.popleft(), "confidence": 0.8}
        return {"intent": known, "ranking": [known], "decision": "clear"}


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """On an empty folder."""
    with Rehearsal(Settings(), tmp_path) as made:
        yield made


def test_every_text_is_answered_in_order(rehearsal: Rehearsal) -> None:
    """Those the model is not asked about keep their place among the others."""
    model = StandIn()
    texts = ["cancel", "", "greet", "/x", "cancel"]
    results = list(understand.rehearsed(rehearsal, model, texts))
    assert [result.text for result in results] == texts
    assert [result.decision for result in results] == [
        Decision.CANCEL, Decision.CLARIFY, Decision.OTHER, Decision.CLARIFY, Decision.CANCEL,
    ]  # fmt: skip
    assert model.asked == ["cancel", "greet", "cancel"]


def test_what_goes_wrong_while_reading_ahead_is_heard_of(rehearsal: Rehearsal) -> None:
    """After the answers that there are."""
    results = understand.rehearsed(rehearsal, StandIn(), ["cancel", "stop"])
    assert next(results).decision is Decision.CANCEL
    with pytest.raises(CommandError, match="ended"):
        next(results)


def test_a_table_is_read_by_its_heading(tmp_path: Path) -> None:
    """Tab-separated; quotes are characters like others, and a blank line is no row."""
    table = tmp_path / "texts.tsv"
    table.write_bytes('\ufeffid\ttext\r\n1\t"cancel\n2\tdon\'t "stop" it\n\n3\n4\tKündigen, bitte\n'.encode())
    assert list(understand.texts_of(None, table)) == ['"cancel', 'don\'t "stop" it', "", "Kündigen, bitte"]


@pytest.mark.parametrize("content", [b"words\nhello\n", b"", b"text\n\xff\n"])
def test_a_table_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    """Without the column, empty, or not UTF-8: one line with the file's name."""
    table = tmp_path / "texts.tsv"
    table.write_bytes(content)
    with pytest.raises(CommandError, match=r"texts\.tsv"):
        list(understand.texts_of(None, table))


def test_an_argument_of_stray_bytes_is_a_text(rehearsal: Rehearsal) -> None:
    """What a terminal hands over that is not UTF-8 is replaced, not refused."""
    (text,) = understand.texts_of("cancel \udcff", None)
    (result,) = understand.rehearsed(rehearsal, StandIn(), [text])
    assert result.text == "cancel ?"


def test_as_json_it_is_one_line_of_ascii(rehearsal: Rehearsal) -> None:
    """Whatever the text holds, a reader that splits lines gets one object for each."""
    (result,) = understand.rehearsed(rehearsal, StandIn(), ["Kündigen\u2028\x85\n\t"])
    line = understand.as_one_line(result)
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert list(json.loads(line)) == [
        "text", "language", "intent", "confidence", "reasons", "plan", "date", "decision", "why", "ranking",
    ]  # fmt: skip


def test_for_people_the_decision_comes_first(rehearsal: Rehearsal) -> None:
    """One text, its decision in front, what it rests on below."""
    (result,) = understand.rehearsed(rehearsal, StandIn(), ["cancel"])
    told = understand.told(result)
    assert told.splitlines() == [
        "cancel       cancel", "             cancel 0.80 (clear) · en", "             cancel 0.80",
    ]  # fmt: skip
