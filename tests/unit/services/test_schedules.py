"""What falls due by the clock: planned by every replica, done by one, and nothing forgotten too soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.cancellations import OperationKind
from bot.domain.cases import MOST_LISTED
from bot.domain.outbox import Job
from bot.domain.webhooks import EventType
from bot.services import cases, schedules, sessions
from bot.services.schedules import REMINDER, RETENTION, Schedule
from tests.fixtures.builders import operation
from tests.fixtures.fakes import START
from tests.fixtures.webhooks import endpoint, told
from tests.unit.services.script import CANCEL, PERSON
from tests.unit.services.staff import case_of, in_charge
from tests.unit.services.world import World

DAY = timedelta(hours=24)
BERLIN = ZoneInfo("Europe/Berlin")


def planned(world: World) -> list[tuple[str, str]]:
    """Adds what is due, and takes it: the kinds and the hours or days."""
    schedules.plan(world.deps)
    found = [*world.jobs(RETENTION), *world.jobs(REMINDER)]
    return [(job.kind, job.payload["bucket"]) for job in found]


def test_each_hour_and_each_day_is_done_once(world: World) -> None:
    """However often it is planned; the day begins at eight where the company is."""
    world.clock.time = datetime(2026, 3, 10, 5, 59, tzinfo=UTC)
    assert planned(world) == [("retention", "2026-03-10T05")]
    assert planned(world) == []
    world.clock.advance(minutes=1)
    assert planned(world) == [("retention", "2026-03-10T06")]
    world.clock.advance(hours=1)
    assert planned(world) == [("retention", "2026-03-10T07"), ("reminder", "2026-03-10")]
    world.clock.advance(minutes=59, hours=15)
    assert planned(world) == [("retention", "2026-03-10T22")]


def test_what_was_missed_is_done_once(world: World) -> None:
    """After a week without power not every hour of it is caught up on."""
    planned(world)
    world.clock.advance(days=7)
    assert planned(world) == [("retention", "2026-03-17T09"), ("reminder", "2026-03-17")]


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-03-29T05:59:00+00:00", None),  # 07:59 on the day on which summer time begins
        ("2026-03-29T06:00:00+00:00", "2026-03-29"),
        ("2026-10-25T06:59:00+00:00", None),
        ("2026-10-25T07:00:00+00:00", "2026-10-25"),
        ("2026-10-25T22:30:00+00:00", "2026-10-25"),
    ],
)
def test_a_day_is_one_where_the_company_is(at: str, day: str | None) -> None:
    """Also where it has 23 hours or 25."""
    assert Schedule("daily", hour=8).bucket(datetime.fromisoformat(at), BERLIN) == day


def test_what_has_ended_is_forgotten(world: World) -> None:
    """However much there is of it, in small pieces; what holds stays."""
    for _ in range(1100):
        sessions.open_session(world.deps, None, "en")
    world.clock.advance(days=29)
    kept = sessions.open_session(world.deps, None, "en")
    world.clock.advance(days=1)
    assert schedules.forget(world.deps) == {"sessions": 1100}
    assert sessions.conversation_of(world.deps, kept.token) == kept.conversation_id
    assert schedules.forget(world.deps) == {}


def test_staff_are_reminded_once_a_day(world: World) -> None:
    """Of cases that nobody has taken on and of operations that hang; by however many replicas."""
    endpoint(world.deps)
    chat, calm = world.chat("ada"), world.chat("max")
    chat.say("a person please", PERSON)
    world.clock.advance(hours=20)
    calm.say("a person please", PERSON)
    chat.say("cancel", CANCEL)
    with world.store.begin() as work:
        (declaration,) = work.declarations.of_conversation(chat.id)
        hanging = operation("o_1", subscription_ref="x", declaration_id=declaration.id, fault="away")
        work.operations.add(replace(hanging, recorded_at=world.clock.now(), attempts=3))
        work.commit()
    world.clock.advance(hours=5)
    job = Job("j", "reminder", "k", {"bucket": "2026-03-11"}, START)
    for _ in range(2):
        assert schedules.remind(world.deps, DAY, job)
    (event,) = [each for each in told(world.deps) if each["type"] == EventType.REMINDER.value]
    reminded = event["data"]
    assert [item["case"] for item in reminded["cases"]] == [case_of(chat)]
    assert [(item["operation"], item["kind"], item["why"]) for item in reminded["operations"]] == [
        ("o_1", OperationKind.CANCEL.value, "away")
    ]


def test_nobody_is_reminded_of_nothing(world: World) -> None:
    """No event where nothing waits."""
    endpoint(world.deps)
    assert not schedules.remind(world.deps, DAY, Job("j", "reminder", "k", {"bucket": "2026-03-11"}, START))
    assert told(world.deps) == []


def test_cases_that_staff_keep_hide_nobody(world: World) -> None:
    """However many they have answered and not handed back."""
    for _ in range(MOST_LISTED + 1):
        in_charge(world)
    chat = world.chat("ada")
    chat.say("a person please", PERSON)
    world.clock.advance(hours=25)
    assert [case.id for case in schedules.overdue(world.deps, DAY).cases] == [case_of(chat)]


def test_who_is_answered_is_not_waiting(world: World) -> None:
    """A case that staff have taken on is theirs, until its customer waits for them again."""
    chat = in_charge(world)
    world.clock.advance(hours=30)
    assert not schedules.overdue(world.deps, DAY)
    chat.complete(chat.hold("are you still there?", "greet"))
    world.clock.advance(hours=25)
    assert [case.id for case in schedules.overdue(world.deps, DAY).cases] == [case_of(chat)]
    cases.close(world.deps, case_of(chat))
    assert not schedules.overdue(world.deps, DAY)
