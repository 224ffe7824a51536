"""Alerts are counted alike on each database, by however many replicas at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.alerts import ALERT, AlertHour, Alerts, Way
from bot.domain.outbox import Job
from bot.services import alerting, alerts
from tests.contract.backends import BACKENDS, opened
from tests.contract.racing import race
from tests.fixtures.fakes import START
from tests.unit.services.script import PERSON
from tests.unit.services.staffed import Staffed
from tests.unit.services.world import World

SQL = [pytest.param(name, marks=marks) for name, marks in BACKENDS.items() if name != "memory"]


@pytest.fixture(params=SQL)
def staffed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Staffed]:
    """A company that is told of two cases an hour, on each database."""
    with opened(request.param, request, tmp_path) as made:
        staffed = Staffed(World(store=made.store))
        staffed.deps = staffed.world.deps = replace(staffed.deps, alerts_per_hour=2)
        alerts.put(staffed.deps, staffed.joins().id, Alerts(("desk@example.com",), opened=True))
        yield staffed


def asked(staffed: Staffed, count: int) -> list[Job]:
    """The jobs of so many cases."""
    for _ in range(count):
        staffed.world.chat().say("a person please", PERSON)
    now = staffed.clock.now()
    with staffed.deps.store.begin() as work:
        return [job for job in work.outbox.lease("one", now, now, 100) if job.kind == ALERT]


def mails(staffed: Staffed) -> Counter[str]:
    """How many mails there are of which kind."""
    return Counter(job.payload["template"] for job in staffed.world.mails())


def test_what_is_decided_at_once_is_counted_one_by_one(staffed: Staffed) -> None:
    """Each job twice, as if a lease had run out; also where there has been no hour before."""
    jobs = asked(staffed, 5)
    race(10, lambda number: alerting.decide(staffed.deps, jobs[number % 5]))
    assert mails(staffed) == {"alert_opened": 2, "alert_more": 1}
    with staffed.deps.store.reading() as work:
        assert [(hour.sent, hour.held) for hour in work.desk.alert_hours()] == [(2, 3)]


def test_an_hour_is_ended_once(staffed: Staffed) -> None:
    """By whichever replica comes first, or by the next case."""
    for job in asked(staffed, 3):
        alerting.decide(staffed.deps, job)
    mails(staffed)
    staffed.clock.advance(minutes=60)
    (next_one,) = asked(staffed, 1)

    def act(number: int) -> None:
        if number:
            alerting.end_hours(staffed.deps)
        else:
            alerting.decide(staffed.deps, next_one)

    race(4, act)
    assert mails(staffed) == {"alert_held": 1, "alert_opened": 1}


def test_each_way_has_an_hour_that_is_kept(staffed: Staffed) -> None:
    """To the microsecond; one that was never there begins when it is asked for."""
    later = START + timedelta(microseconds=7)
    kept = AlertHour(Way.MAIL, later, sent=2, held=1)
    with staffed.deps.store.begin() as work:
        assert list(work.desk.alert_hours()) == []
        work.desk.put_alert_hour(kept)
        work.commit()
    with staffed.deps.store.begin() as work:
        assert work.desk.alert_hour(Way.MAIL, START) == kept
        assert work.desk.alert_hour(Way.SLACK, START) == AlertHour(Way.SLACK, START)
