"""How `fairwell chat` shows a conversation: replies, receipts as a block, buttons by number."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer

_WIDTH = 100


class Screen:
    """Shows messages and remembers which buttons are on offer. Times are shown in `zone`."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._buttons: list[Mapping[str, Any]] = []

    def show(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Prints messages; their buttons take the place of those shown before."""
        offered: list[Mapping[str, Any]] = []
        for message in messages:
            typer.echo("\n".join(self._lines(message, offered)))
        if messages:
            self._buttons = offered

    def button(self, text: str) -> str | None:
        """The token of the button that `text` presses by number or title; None if it presses none."""
        if text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= len(self._buttons):
            return str(self._buttons[int(text) - 1]["token"])
        wanted = text.casefold()
        return next(
            (str(item["token"]) for item in self._buttons if item["title"].casefold() == wanted), None
        )

    def _lines(self, message: Mapping[str, Any], offered: list[Mapping[str, Any]]) -> list[str]:
        who = "staff: " if message.get("from") == "staff" else ""
        lines = textwrap.wrap(
            f"{who}{message['text']}", _WIDTH, break_long_words=False, break_on_hyphens=False
        )
        if message.get("receipt"):
            lines += self._receipt(message["receipt"])
        for button in message.get("buttons") or []:
            offered.append(button)
            lines.append(f"  [{len(offered)}] {button['title']}")
        return lines

    def _receipt(self, receipt: Mapping[str, Any]) -> list[str]:
        facts = [
            f"Receipt {receipt['number']} · {receipt['kind']} · {receipt['subscription']}",
            f"received {self._time(receipt['received_at'])}, effective {self._time(receipt['effective_at'])}",
            str(receipt["url"]),
        ]
        return [f"  | {fact}" for fact in facts]

    def _time(self, text: str) -> str:
        return datetime.fromisoformat(text).astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
