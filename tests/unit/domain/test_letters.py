from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.letters import Fact, Letter, Link, Quote, Stub, as_text, one_line, paragraphs, visible


def test_a_letter_reads_well_without_html() -> None:
    """Title and number, what happened, facts in two columns, own words quoted, how to check it."""
    letter = Letter(
        locale="en",
        company="Lantern Notes",
        subject="Your Pro plan is cancelled",
        title="Cancellation confirmed",
        paragraphs=("Your Pro plan is cancelled.",),
        facts=(Fact("Plan", "Pro"), Fact("Still charged", "€0.00")),
        quote=Quote("In your words", "I want\nto cancel"),
        after=("Keep this mail.",),
        link=Link("Open the receipt", "https://x.example/R-1?key=k"),
        stub=Stub("R-1", "Anyone can verify it:", "fairwell receipts verify x", (Fact("Key", "k1"),)),
    )
    assert as_text(letter).split("\n\n") == [
        "Cancellation confirmed\nR-1",
        "Your Pro plan is cancelled.",
        "Plan:          Pro\nStill charged: €0.00",
        "In your words:\n> I want\n> to cancel",
        "Keep this mail.",
        "Open the receipt:\nhttps://x.example/R-1?key=k",
        ("- " * 24).rstrip(),
        "Anyone can verify it:\nfairwell receipts verify x",
        "Key: k1",
        "Lantern Notes\n",
    ]


def test_what_is_not_there_leaves_no_gap() -> None:
    """A code mail has a title, the code by itself, and its paragraphs."""
    letter = Letter("en", "Lantern Notes", "Your code", "Your code", ("One.", "Two."), code="123456")
    assert as_text(letter) == "Your code\n\n123456\n\nOne.\n\nTwo.\n\nLantern Notes\n"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("one\r\ntwo\rthree\u2028four\x85five\x0bsix", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("ab\x00c\x07\x1b[0m", "abc[0m"),
        ("pay\u202egpj.exe\u2066 \u200bnow\ufeff", "paygpj.exe now"),
        ("\ud800half", "half"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Grüße \U0001f642 \u00a0x", "Grüße \U0001f642 \u00a0x"),
    ],
)
def test_what_may_stand_in_a_letter(written: str, shown: str) -> None:
    """Line ends of one kind, no control characters, nothing that turns a line round; all else as it is."""
    assert visible(written) == shown


@given(st.text())
def test_a_line_for_a_header_is_one_and_short(text: str) -> None:
    """Whatever a plan is called; doing it again changes nothing."""
    line = one_line(text)
    assert line == one_line(line)
    assert len(line) <= 150
    assert "".join(line.splitlines()) == line
    assert visible(text) == visible(visible(text))


def test_a_long_line_is_cut_where_one_sees_it() -> None:
    """With an ellipsis; whole words are not looked for."""
    assert one_line("a" * 200, 10) == "aaaaaaaaa…"
    assert one_line("aaaaaaaa bbbb", 10) == "aaaaaaaa…"


def test_blank_lines_part_paragraphs() -> None:
    """However many there are; an empty text has none."""
    assert paragraphs("One\nand a half.\n\n\n\nTwo.\n") == ("One\nand a half.", "Two.")
    assert paragraphs(" \n\n ") == ()
