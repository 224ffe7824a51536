from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.domain.visits import LONGEST, counting, wait
from tests.fixtures.fakes import START

NONE = timedelta(0)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def each(count: int, apart: timedelta, since: datetime = START) -> list[datetime]:
    """So many, one after the other."""
    return [since + apart * number for number in range(count)]


def test_twenty_in_ten_minutes() -> None:
    """The twenty-first waits until the first is ten minutes old; to the instant."""
    opened = each(20, timedelta(seconds=1))
    assert wait(opened[:19], opened[-1]) == NONE
    assert wait(opened, opened[-1]) == 10 * MINUTE - timedelta(seconds=19)
    assert wait(opened, START + 10 * MINUTE - INSTANT) == INSTANT
    assert wait(opened, START + 10 * MINUTE) == NONE


def test_a_hundred_a_day() -> None:
    """However evenly: the next one waits until the first is a day old."""
    opened = each(100, 10 * MINUTE)
    assert wait(opened[:99], opened[-1]) == NONE
    assert wait(opened, opened[-1]) == DAY - 10 * MINUTE * 99
    assert wait(opened, START + DAY) == NONE


def test_the_longer_wait_counts() -> None:
    """Who has used up both waits for the day."""
    opened = [*each(80, 10 * MINUTE), *each(20, timedelta(0), START + 900 * MINUTE)]
    assert wait(opened, START + 900 * MINUTE) == DAY - 900 * MINUTE


def test_more_than_may_be() -> None:
    """Limits may have been tightened meanwhile: who has opened thirty waits for the eleventh to grow old."""
    opened = each(30, timedelta(seconds=1))
    assert wait(opened, opened[-1]) == opened[10] + 10 * MINUTE - opened[-1]


@pytest.mark.parametrize("order", [1, -1])
def test_what_still_counts(order: int) -> None:
    """Less than a day old, oldest first, however they are given."""
    opened = each(3, DAY / 2)
    assert counting(opened[::order], START + LONGEST) == tuple(opened[1:])
    assert counting(opened[::order], START + LONGEST - INSTANT) == tuple(opened)
    assert wait([], START) == NONE
