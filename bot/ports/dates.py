"""Reading the day in "cancel on 31 March"."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.domain.wished_end import WishedEnd


class DateReader(Protocol):
    """Finds out when a customer wants it to end. Needs no network, and never fails for any text."""

    def read(self, text: str, *, at: datetime, language: str, zone: ZoneInfo) -> WishedEnd | None:
        """What a normalised text, written at `at` (UTC), says about when; None where it says nothing.

        `language` is looked at first; the others we speak after it. Days are those of `zone`.
        """
        ...
