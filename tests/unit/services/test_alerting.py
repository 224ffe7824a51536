"""A flood of cases is told of by a few alerts an hour, each way, and sums of the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.alerts import ALERT, SLACK_ALERT, Alerts
from bot.domain.outbox import Job
from bot.services import alerting, alerts, cases, mailing
from tests.fixtures import json_schema
from tests.fixtures.fakes import RecordingMailer
from tests.fixtures.webhooks import ScriptedAlerts, endpoint, told
from tests.unit.services.alerted import decided
from tests.unit.services.script import PERSON
from tests.unit.services.staffed import Staffed

URL = "https://hooks.slack.com/services/T1/B1/secret"
ALL = Alerts(("desk@example.com", "boss@example.com"), URL, opened=True, after=timedelta(minutes=20))


@pytest.fixture
def flooded(staffed: Staffed) -> Staffed:
    """A company that is told of three cases an hour each way."""
    staffed.deps = staffed.world.deps = replace(staffed.deps, alerts_per_hour=3)
    staffed.world.customer("ada")
    alerts.put(staffed.deps, staffed.joins().id, ALL)
    return staffed


def opens(flooded: Staffed, count: int) -> None:
    """So many customers ask for a person."""
    for _ in range(count):
        flooded.world.chat("ada").say("a person please, my name is Ada", PERSON)
    decided(flooded.deps)


def mails(flooded: Staffed) -> list[str]:
    """The mail there is for one of the addresses, by template."""
    waiting = sorted(flooded.world.mails(), key=lambda job: (job.run_at, job.id))
    return [job.payload["template"] for job in waiting if job.payload["to"] == "desk@example.com"]


def slack(flooded: Staffed) -> list[str]:
    """What Slack is told by now."""
    sender = ScriptedAlerts()
    for job in flooded.world.jobs(SLACK_ALERT):
        alerts.send_to_slack(flooded.deps, sender, job)
    return [text for _, text in sender.posted]


def webhooks(flooded: Staffed, kind: str) -> list[dict[str, Any]]:
    """What other systems were told of a kind."""
    return [event["data"] for event in told(flooded.deps) if event["type"] == kind]


def test_a_flood_is_summed_up(flooded: Staffed) -> None:
    """Three alerts each way, one that there are more, and nothing after that within the hour."""
    opens(flooded, 5)
    assert sorted(mails(flooded)) == ["alert_more", *["alert_opened"] * 3]
    said = slack(flooded)
    assert len(said) == 4
    link = "<https://fairwell.example/console/queue|Open the queue>"
    more = "And more: 5 in the queue. Further alerts are held back until the hour is over."
    assert [text for text in said if "queue" in text] == [f"{more} {link}"]
    flooded.clock.advance(minutes=59)
    opens(flooded, 3)
    assert not alerting.end_hours(flooded.deps)
    assert not mails(flooded)
    assert not slack(flooded)


def test_what_was_held_back_is_told_when_the_hour_is_over(flooded: Staffed) -> None:
    """Once, by whichever replica looks first."""
    opens(flooded, 8)
    mails(flooded)
    slack(flooded)
    flooded.clock.advance(minutes=60)
    assert alerting.end_hours(flooded.deps)
    assert not alerting.end_hours(flooded.deps)
    assert mails(flooded) == ["alert_held"]
    (said,) = slack(flooded)
    assert said.startswith("Alerts held back within the hour: 5. In the queue now: 8.")


def test_where_nothing_was_held_back_nothing_is_told(flooded: Staffed) -> None:
    """As many as may be sent are no flood."""
    opens(flooded, 3)
    flooded.clock.advance(minutes=60)
    assert not alerting.end_hours(flooded.deps)
    assert mails(flooded) == ["alert_opened"] * 3


def test_the_next_hour_has_alerts_of_its_own(flooded: Staffed) -> None:
    """Beginning with the next case; what the last one owes is told before it, though nobody has looked."""
    opens(flooded, 4)
    mails(flooded)
    flooded.clock.advance(minutes=60)
    opens(flooded, 4)
    assert sorted(mails(flooded)) == ["alert_held", "alert_more", *["alert_opened"] * 3]
    assert not alerting.end_hours(flooded.deps)


def test_who_waits_too_long_counts_as_well(flooded: Staffed) -> None:
    """In the same hour of the same way; other systems have an hour of their own."""
    endpoint(flooded.deps)
    opens(flooded, 5)
    mails(flooded)
    flooded.clock.advance(minutes=20)
    alerts.look(flooded.deps)
    decided(flooded.deps)
    assert not mails(flooded)
    assert len(webhooks(flooded, "case.waiting")) == 3
    (more,) = webhooks(flooded, "alerts.held_back")
    assert (more["over"], more["held_back"], more["waiting"]) == (False, 1, 5)
    flooded.clock.advance(minutes=60)
    alerting.end_hours(flooded.deps)
    over = webhooks(flooded, "alerts.held_back")[-1]
    assert (over["over"], over["held_back"], over["since"]) == (True, 2, more["since"])
    whole = json_schema.schema()
    assert [json_schema.faults(event, whole, whole) for event in told(flooded.deps)] == [[]] * 10


def test_other_systems_are_told_of_every_case_that_opens(flooded: Staffed) -> None:
    """That is no alert: what counts cases by it must not miss any."""
    endpoint(flooded.deps)
    opens(flooded, 6)
    assert len(webhooks(flooded, "case.opened")) == 6


def test_a_job_that_is_done_twice_counts_once(flooded: Staffed) -> None:
    """Where a process dies between deciding and saying so, or another one thinks that it has."""
    flooded.world.chat("ada").say("a person please", PERSON)
    with flooded.deps.store.begin() as work:
        now = flooded.clock.now()
        (job,) = [job for job in work.outbox.lease("one", now, now, 100) if job.kind == ALERT]
        work.commit()
    for _ in range(5):
        alerting.decide(flooded.deps, job)
    opens(flooded, 2)
    assert mails(flooded) == ["alert_opened"] * 3


def test_a_case_that_is_closed_by_then_is_told_nobody(flooded: Staffed) -> None:
    """Nor does it count."""
    flooded.world.chat("ada").say("a person please", PERSON)
    cases.close(flooded.deps, cases.listed(flooded.deps)[0].id)
    opens(flooded, 3)
    assert mails(flooded) == ["alert_opened"] * 3


def test_alerts_that_were_switched_off_are_not_summed_up(flooded: Staffed) -> None:
    """Nobody is told anything then."""
    opens(flooded, 5)
    mails(flooded)
    slack(flooded)
    alerts.put(flooded.deps, flooded.joins("cem").id, Alerts())
    flooded.clock.advance(minutes=60)
    alerting.end_hours(flooded.deps)
    assert not mails(flooded)
    assert not slack(flooded)


@pytest.mark.parametrize("kind", ["alert_more", "alert_held"])
def test_a_summary_is_a_letter_like_others(flooded: Staffed, kind: str) -> None:
    """It leads to the queue, and has nothing of the customers' in it."""
    opens(flooded, 5)
    flooded.clock.advance(minutes=60)
    alerting.end_hours(flooded.deps)
    jobs: list[Job] = [job for job in flooded.world.mails() if job.payload["template"] == kind]
    mailer = RecordingMailer()
    for job in jobs:
        mailing.send(flooded.deps, mailer, job)
    assert sorted(mail.to for mail in mailer.sent) == ["boss@example.com", "desk@example.com"]
    letter = mailer.sent[0].letter
    assert letter.link is not None
    assert letter.link.url == "https://fairwell.example/console/queue"
    assert "ada" not in str(letter).lower()
    assert "5" in str(letter.paragraphs)
