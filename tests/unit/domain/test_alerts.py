from __future__ import annotations

from datetime import timedelta

from bot.domain.alerts import HOUR, AlertHour, Fate, Way
from tests.fixtures.fakes import START

INSTANT = timedelta(microseconds=1)


def test_so_many_are_sent_and_one_sums_up_the_rest() -> None:
    """The first that is held back is told of, those after it are not."""
    hour, fates = AlertHour(Way.MAIL, START), []
    for minute in range(5):
        hour, fate = hour.counting(START + timedelta(minutes=minute), most=2)
        fates.append(fate)
    assert fates == [Fate.SENT, Fate.SENT, Fate.SUMMED_UP, Fate.HELD_BACK, Fate.HELD_BACK]
    assert hour == AlertHour(Way.MAIL, START, sent=2, held=3)


def test_an_hour_ends_after_an_hour() -> None:
    """To the instant; the next one begins with the alert that comes after it."""
    full = AlertHour(Way.SLACK, START, sent=1, held=1)
    assert full.counting(START + HOUR - INSTANT, most=1)[1] is Fate.HELD_BACK
    later = START + HOUR
    assert full.counting(later, most=1) == (AlertHour(Way.SLACK, later, sent=1), Fate.SENT)


def test_what_was_held_back_is_owed_once_the_hour_is_over() -> None:
    """Not before, and not where nothing was."""
    full = AlertHour(Way.SLACK, START, sent=1, held=1)
    assert not full.owes(START + HOUR - INSTANT)
    assert full.owes(START + HOUR)
    assert not AlertHour(Way.SLACK, START, sent=1).owes(START + HOUR)
