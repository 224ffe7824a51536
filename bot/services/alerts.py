"""Alerts: when the company's people are told that a customer waits for a person, and how that gets to them.

Each once for a case: a job of the outbox whose key says which. What becomes of it is decided in `alerting`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alerts import (
    ALERT,
    LONGEST_WAIT,
    MOST_ADDRESSES,
    SHORTEST_WAIT,
    Alerts,
    AlertsError,
)
from bot.domain.audit import Action
from bot.domain.cases import Case, CaseState
from bot.domain.customers import is_email, normalise_email
from bot.domain.errors import HopelessError, MailDelayedError, MailRefusedError
from bot.domain.outbox import Job
from bot.ports import Mailer, UnitOfWork
from bot.ports.webhooks import AlertSender, NotDeliveredError
from bot.services import audit, mailing, office_hours
from bot.services.dependencies import Dependencies

SETTING = "alerts"
#: So many tries take about half a day; who has not been told by then reads it in the queue.
MOST_TRIES = 20
#: What a server says that will say the same tomorrow.
_FOR_GOOD = {400, 401, 403, 404, 405, 410}
#: Of so many who wait, those are found who have waited too long by now: more than anybody answers in a day.
_LOOKED_AT = 10_000
#: The subject of a case that staff open themselves, which is told nobody.
_OURS = "stepped_in"


def of(work: UnitOfWork) -> Alerts:
    """What is set; nobody is told anything where nothing is."""
    kept = work.desk.setting(SETTING)
    if not kept:
        return Alerts()
    found = json.loads(kept)
    minutes, since = found["after"], found["since"]
    return Alerts(
        tuple(found["mail"]),
        found["slack"],
        found["opened"],
        timedelta(minutes=minutes) if minutes else None,
        datetime.fromisoformat(since) if since else None,
    )


def shown(deps: Dependencies) -> Alerts:
    """The same, for whoever changes them."""
    with deps.store.reading() as work:
        return of(work)


def put(deps: Dependencies, by: str, given: Alerts) -> None:
    """Sets them. The audit says how many addresses there are, not which. Raises `AlertsError`."""
    addresses = tuple(dict.fromkeys(normalise_email(item) for item in given.mail))
    if wrong := [item for item in addresses if not is_email(item)]:
        raise AlertsError(f"{wrong[0][:80]} is no mail address")
    if len(addresses) > MOST_ADDRESSES:
        raise AlertsError(f"alerts go to at most {MOST_ADDRESSES} addresses")
    if given.after and not SHORTEST_WAIT <= given.after / timedelta(minutes=1) <= LONGEST_WAIT:
        raise AlertsError(f"a wait has {SHORTEST_WAIT} to {LONGEST_WAIT} minutes")
    with deps.store.begin() as work:
        before, now = of(work), deps.clock.now()
        since = (before.since if before.after else now) if given.after else None
        _keep(deps, work, by, replace(given, mail=addresses, since=since), now)
        work.commit()


def case_opened(deps: Dependencies, work: UnitOfWork, case: Case) -> None:
    """A person is wanted."""
    if of(work).opened and case.subject != _OURS:
        _ask(deps, work, "opened", case)


def look(deps: Dependencies) -> bool:
    """Tells of the cases that have waited too long by now; whether there are any."""
    with deps.store.reading() as work:
        alerts, now = of(work), deps.clock.now()
        if alerts.after is None:
            return False
        hours = office_hours.of(deps, work)
        late = [case for case in work.cases.waiting(_LOOKED_AT) if alerts.late(case, hours, now)]
    if late:
        with deps.store.begin() as work:
            for case in late:
                _ask(deps, work, "waiting", case)
            work.commit()
    return bool(late)


def send_to_slack(deps: Dependencies, sender: AlertSender, job: Job) -> None:
    """Does a job of kind `slack_alert`: to where alerts go now; of a case that is closed nobody is told.

    Raises `HopelessError` where Slack will never take it, `NotDeliveredError` where it may later.
    """
    with deps.store.reading() as work:
        url = of(work).slack
        # A summary is about no case in particular.
        case = work.cases.get(job.payload["case"]) if "case" in job.payload else None
    settled = "case" in job.payload and (case is None or case.state is CaseState.CLOSED)
    if not url or settled:
        return
    try:
        status = sender.post(url, job.payload["text"])
    except NotDeliveredError as fault:
        if job.attempts >= MOST_TRIES:
            raise HopelessError(f"given up after {job.attempts} tries; the last: {fault}") from None
        # What lies behind it may have the address in it, and would be logged.
        raise NotDeliveredError(str(fault)) from None
    if status in _FOR_GOOD or (status >= 300 and job.attempts >= MOST_TRIES):
        raise HopelessError(f"Slack answered {status}: its webhook is gone or is another's")
    if status >= 300:
        raise NotDeliveredError(f"Slack answered {status}")


def test(deps: Dependencies, mailer: Mailer, sender: AlertSender) -> Mapping[str, str]:
    """Sends each place a test at once; by place, why it did not arrive, and nothing where it did."""
    alerts, locale = shown(deps), deps.wording.locale(None)
    came: dict[str, str] = {}
    for address in alerts.mail:
        letter = mailing.worded(deps, "alert_test", locale, {})
        try:
            mailer.send(to=address, letter=letter, message_id=deps.ids.new("j"))
            came[address] = ""
        except (MailDelayedError, MailRefusedError) as fault:
            came[address] = str(fault)
    if alerts.slack:
        try:
            status = sender.post(alerts.slack, deps.wording.text("alert_test_text", locale, {}))
            came["Slack"] = "" if status < 300 else f"it answered {status}"
        except NotDeliveredError as fault:
            came["Slack"] = str(fault)
    return came


def _ask(deps: Dependencies, work: UnitOfWork, what: str, case: Case) -> None:
    """Has it decided who is told: later, as whoever counts alerts waits for nobody's conversation."""
    asked = {"what": what, "case": case.id}
    work.outbox.add(Job(deps.ids.new("j"), ALERT, f"alert:{what}:{case.id}", asked, deps.clock.now()))


def _keep(deps: Dependencies, work: UnitOfWork, by: str, alerts: Alerts, now: datetime) -> None:
    minutes = int(alerts.after / timedelta(minutes=1)) if alerts.after else 0
    kept = {
        "mail": alerts.mail,
        "slack": alerts.slack,
        "opened": alerts.opened,
        "after": minutes,
        "since": alerts.since.isoformat() if alerts.since else None,
    }
    work.desk.put_setting(SETTING, json.dumps(kept), now, by)
    what = {
        "addresses": str(len(alerts.mail)),
        "slack": "yes" if alerts.slack else "no",
        "opened": "yes" if alerts.opened else "no",
        "after": str(minutes),
    }
    audit.note(deps, work, by, Action.CONFIGURED, "alerts", what=what)
