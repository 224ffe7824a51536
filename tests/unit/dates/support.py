"""Reading a phrase on one morning in March, and writing down what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.text import normalise
from bot.domain.wished_end import WishedEnd
from tests.fixtures import read_once

READER = read_once.dates()
BERLIN = ZoneInfo("Europe/Berlin")
#: A Tuesday.
NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def read(text: str, language: str, at: datetime = NOW, zone: ZoneInfo = BERLIN) -> str:
    """`-` for nothing, `next`, `unclear`, a day, or the first and last of several."""
    return written(READER.read(normalise(text), at=at, language=language, zone=zone))


def written(wish: WishedEnd | None) -> str:
    """The short form tests compare."""
    if wish is None:
        return "-"
    if wish.days is None:
        return wish.kind.value
    return f"{wish.days.first}" if wish.days.one_day else f"{wish.days.first} {wish.days.last}"
