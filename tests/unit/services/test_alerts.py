from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.alerts import SLACK_ALERT, Alerts, AlertsError
from bot.domain.audit import Action
from bot.domain.cases import MOST_LISTED, Case
from bot.domain.errors import HopelessError
from bot.domain.office_hours import Span
from bot.domain.outbox import Job
from bot.ports.webhooks import NotDeliveredError
from bot.services import alerts, cases, desk, mailing, office_hours
from bot.services.dependencies import Dependencies
from tests.fixtures.fakes import RecordingMailer
from tests.fixtures.webhooks import ScriptedAlerts, endpoint, told
from tests.unit.services.alerted import decided
from tests.unit.services.script import PERSON
from tests.unit.services.staffed import Staffed

URL = "https://hooks.slack.com/services/T1/B1/secret"
ALL = Alerts(("Desk@Example.com", "boss@example.com"), URL, opened=True, after=timedelta(minutes=20))


@pytest.fixture
def staffed(staffed: Staffed) -> Staffed:
    """With a customer."""
    staffed.world.customer("ada")
    return staffed


@pytest.fixture
def told_all(staffed: Staffed) -> Staffed:
    """A company where everybody wants to know everything."""
    alerts.put(staffed.deps, staffed.joins().id, ALL)
    return staffed


def look(deps: Dependencies) -> bool:
    """Looks for who waits too long, and has decided who is told."""
    late = alerts.look(deps)
    decided(deps)
    return late


def opens(staffed: Staffed) -> Case:
    """A customer asks for a person."""
    staffed.world.chat("ada").say("a person please, my name is Ada", PERSON)
    decided(staffed.deps)
    return cases.listed(staffed.deps)[-1]


def slack(staffed: Staffed) -> Job:
    """The one job for Slack."""
    (job,) = staffed.world.jobs(SLACK_ALERT)
    return job


def test_nobody_is_told_where_nothing_is_set(staffed: Staffed) -> None:
    """Neither at once nor later."""
    opens(staffed)
    staffed.clock.advance(hours=5)
    assert not look(staffed.deps)
    assert not staffed.world.mails()
    assert not staffed.world.jobs(SLACK_ALERT)


def test_a_case_that_opens_is_told_at_once(told_all: Staffed) -> None:
    """To each address and to Slack, with a link to it, and nothing of the customer's."""
    case = opens(told_all)
    jobs, mailer = told_all.world.mails(), RecordingMailer()
    for job in jobs:
        mailing.send(told_all.deps, mailer, job)
    assert sorted(mail.to for mail in mailer.sent) == ["boss@example.com", "desk@example.com"]
    letter = mailer.sent[0].letter
    link = f"https://fairwell.example/console/conversations/{case.conversation_id}"
    assert letter.subject == f"A customer asks for a person ({case.id})"
    assert letter.link is not None
    assert letter.link.url == link
    sender = ScriptedAlerts()
    alerts.send_to_slack(told_all.deps, sender, slack(told_all))
    ((url, text),) = sender.posted
    assert url == URL
    assert text == f"A customer asks for a person (Web, {case.id}). <{link}|Open it>"
    for said in (text, str(letter), str([job.payload for job in jobs])):
        assert "Ada" not in said
        assert "ada" not in said


def test_a_case_is_told_once(told_all: Staffed) -> None:
    """However often it is looked at or asked for again."""
    opens(told_all)
    told_all.world.chat("ada")
    told_all.clock.advance(minutes=20)
    for _ in range(3):
        assert look(told_all.deps)
        told_all.clock.advance(minutes=1)
    assert len(told_all.world.mails()) == 4
    assert len(told_all.world.jobs(SLACK_ALERT)) == 2


def test_a_case_that_waits_is_told_after_its_time(told_all: Staffed) -> None:
    """Not sooner; not where somebody has taken it, or it is closed."""
    webhook = endpoint(told_all.deps)
    case, member = opens(told_all), told_all.joins("cem")
    taken, closed = opens(told_all), opens(told_all)
    desk.take(told_all.deps, taken.id, member.id)
    cases.close(told_all.deps, closed.id)
    told_all.clock.advance(minutes=19)
    assert not look(told_all.deps)
    told_all.clock.advance(minutes=1)
    assert look(told_all.deps)
    waiting = [job for job in told_all.world.mails() if job.payload["template"] == "alert_waiting"]
    assert {job.payload["number"] for job in waiting} == {case.id}
    found = [event for event in told(told_all.deps) if event["type"] == "case.waiting"]
    assert [event["data"]["case"] for event in found] == [case.id]
    assert webhook.active


def test_a_customer_whom_staff_let_wait(told_all: Staffed) -> None:
    """Is told as well, where the bot does not take over before."""
    alerts.put(
        told_all.deps, told_all.joins("eva").id, Alerts(("desk@example.com",), after=timedelta(minutes=5))
    )
    chat = told_all.world.chat("ada")
    chat.say("a person please", PERSON)
    (case,) = cases.listed(told_all.deps)
    desk.take(told_all.deps, case.id, told_all.joins("cem").id)
    told_all.clock.advance(minutes=60)
    chat.hold("are you there?", "other")
    told_all.clock.advance(minutes=4)
    assert not look(told_all.deps)
    told_all.clock.advance(minutes=1)
    assert look(told_all.deps)


def test_cases_that_wait_too_long_hide_nobody(told_all: Staffed) -> None:
    """Nor do those of yesterday that nobody has closed: whoever asks now is told of in time."""
    for _ in range(MOST_LISTED + 1):
        told_all.world.chat("ada").say("a person please", PERSON)
    told_all.clock.advance(hours=30)
    assert not look(told_all.deps)
    opens(told_all)
    told_all.clock.advance(minutes=20)
    assert look(told_all.deps)


def test_nights_do_not_count(told_all: Staffed) -> None:
    """Who writes after hours has not waited before the next morning."""
    day = (Span(9 * 60, 17 * 60),)
    office_hours.put_week(told_all.deps, told_all.joins("cem").id, (day,) * 7)
    told_all.clock.advance(hours=8)
    opens(told_all)
    told_all.clock.advance(hours=14, minutes=49)
    assert not look(told_all.deps)
    told_all.clock.advance(minutes=1)
    assert look(told_all.deps)


def test_who_waited_before_it_was_switched_on_is_not_told(staffed: Staffed) -> None:
    """Nor who has waited for days: the daily reminder has them."""
    opens(staffed)
    staffed.clock.advance(hours=1)
    alerts.put(staffed.deps, staffed.joins().id, ALL)
    assert not look(staffed.deps)
    opens(staffed)
    staffed.clock.advance(hours=25)
    assert not look(staffed.deps)


def test_what_staff_open_themselves_is_told_nobody(told_all: Staffed) -> None:
    """They know."""
    chat = told_all.world.chat("ada")
    desk.step_in(told_all.deps, chat.id, told_all.joins("cem").id)
    assert not told_all.world.mails()


def test_slack_that_does_not_answer_is_tried_again(told_all: Staffed) -> None:
    """Until it has been tried often enough; one that is gone is given up at once."""
    opens(told_all)
    job = slack(told_all)
    sender = ScriptedAlerts()
    sender.script.extend([NotDeliveredError("not reached"), 503, 429, 404])
    for _ in range(3):
        with pytest.raises(NotDeliveredError):
            alerts.send_to_slack(told_all.deps, sender, job)
    with pytest.raises(HopelessError):
        alerts.send_to_slack(told_all.deps, sender, job)
    last = Job(job.id, job.kind, job.dedupe_key, job.payload, job.run_at, attempts=alerts.MOST_TRIES)
    sender.script.extend([NotDeliveredError("not reached"), 503])
    for _ in range(2):
        with pytest.raises(HopelessError) as fault:
            alerts.send_to_slack(told_all.deps, sender, last)
        assert "hooks" not in str(fault.value)


def test_slack_hears_nothing_of_what_is_settled(told_all: Staffed) -> None:
    """A case that was closed meanwhile, a webhook that was taken away."""
    case, sender = opens(told_all), ScriptedAlerts()
    job = slack(told_all)
    cases.close(told_all.deps, case.id)
    alerts.send_to_slack(told_all.deps, sender, job)
    opens(told_all)
    other = slack(told_all)
    alerts.put(told_all.deps, told_all.joins("cem").id, Alerts())
    alerts.send_to_slack(told_all.deps, sender, other)
    assert not sender.posted


@pytest.mark.parametrize(
    "wrong",
    [
        Alerts(("nobody",)),
        Alerts(("a@b.example\r\nBcc: x@y.example",)),
        Alerts(tuple(f"a{number}@example.com" for number in range(11))),
        Alerts(after=timedelta(seconds=20)),
        Alerts(after=timedelta(days=2)),
    ],
)
def test_what_can_not_be_is_refused(told_all: Staffed, wrong: Alerts) -> None:
    """And what was set stays."""
    with pytest.raises(AlertsError):
        alerts.put(told_all.deps, told_all.joins("cem").id, wrong)
    assert alerts.shown(told_all.deps).slack == URL


def test_the_audit_has_no_addresses(told_all: Staffed) -> None:
    """Only that they were changed, and how many there are; nor does a printed setting show the secret."""
    entry = told_all.audited(Action.CONFIGURED)[0]
    assert entry.what == {"addresses": "2", "slack": "yes", "opened": "yes", "after": "20"}
    assert "secret" not in str(alerts.shown(told_all.deps))


def test_a_test_says_what_came_of_it(told_all: Staffed) -> None:
    """For each place, in words without addresses of Slack's."""
    mailer, sender = RecordingMailer(refused={"boss@example.com"}), ScriptedAlerts()
    came = alerts.test(told_all.deps, mailer, sender)
    refused = "the mail server answered RCPT with 550 5.1.1"
    assert came == {"desk@example.com": "", "boss@example.com": refused, "Slack": ""}
    sender.script.extend([404, NotDeliveredError("not reached")])
    assert alerts.test(told_all.deps, mailer, sender)["Slack"] == "it answered 404"
    assert alerts.test(told_all.deps, mailer, sender)["Slack"] == "not reached"
