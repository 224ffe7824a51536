"""How a conversation looks in a terminal, and what a typed line presses."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cli.chat_screen import Screen

RECEIPT = {
    "number": "R-4F7K-9M2Q",
    "kind": "cancel",
    "subscription": "Pro",
    "received_at": "2026-11-22T13:02:00Z",
    "effective_at": "2026-11-30T23:00:00Z",
    "url": "http://127.0.0.1:8000/receipts/R-4F7K-9M2Q?key=k",
}
ANSWER: list[dict[str, Any]] = [
    {"text": "Done.", "receipt": RECEIPT, "buttons": [{"name": "undo", "title": "Undo", "token": "t-undo"}]},
    {"text": "Why?", "buttons": [{"name": "skip", "title": "Skip", "token": "t-skip"}]},
]


@pytest.fixture
def screen() -> Screen:
    """A screen that shows a cancellation and its question."""
    shown = Screen(ZoneInfo("Europe/Berlin"))
    shown.show(ANSWER)
    return shown


def test_shows_receipt_and_numbers_buttons_through(
    screen: Screen, capsys: pytest.CaptureFixture[str]
) -> None:
    """The receipt is a small block in the company's time; buttons count on from message to message."""
    screen.show(ANSWER)
    told = capsys.readouterr().out
    assert "  | Receipt R-4F7K-9M2Q · cancel · Pro\n" in told
    assert "received 2026-11-22 14:02, effective 2026-12-01 00:00" in told
    assert "  | http://127.0.0.1:8000/receipts/R-4F7K-9M2Q?key=k\n" in told
    assert "  [1] Undo\n" in told
    assert "  [2] Skip\n" in told


@pytest.mark.parametrize(
    ("typed", "pressed"),
    [
        ("1", "t-undo"),
        ("2", "t-skip"),
        ("undo", "t-undo"),
        ("SKIP", "t-skip"),
        *((other, None) for other in ("3", "0", "123456", "²", "why not", "")),
    ],
)
def test_what_a_line_presses(screen: Screen, typed: str, pressed: str | None) -> None:
    """A number or a title presses; a six-digit code, other numbers and words do not."""
    assert screen.button(typed) == pressed


def test_old_buttons_go_with_the_next_answer(screen: Screen) -> None:
    """Numbers mean the buttons that are on screen last; nothing new leaves them as they are."""
    screen.show([])
    assert screen.button("1") == "t-undo"
    screen.show([{"text": "Hello", "from": "staff", "buttons": []}])
    assert screen.button("1") is None


def test_staff_are_named(screen: Screen, capsys: pytest.CaptureFixture[str]) -> None:
    """What a person wrote reads as a person's."""
    screen.show([{"text": "Hello", "from": "staff"}])
    assert "staff: Hello\n" in capsys.readouterr().out
