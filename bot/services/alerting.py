"""Who is told of a case, by mail, on Slack and by webhook: so many an hour each way, and the rest summed up.

Nothing in an alert says who the customer is or what they wrote; the link leads to the console, where one has
to be signed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.alerts import SLACK_ALERT, AlertHour, Alerts, Fate, Way, waits_since
from bot.domain.cases import Case, CaseState
from bot.domain.outbox import MAIL, Job
from bot.ports import UnitOfWork
from bot.services import alerts, webhooks
from bot.services.dependencies import Dependencies

#: Subjects that are told by name.
_NAMED = {"talk_to_human", "distress", "mistake", "not_understood", "failed", "billing_refused"}
_WAITING = "waiting"


def decide(deps: Dependencies, job: Job) -> None:
    """Does a job of kind `alert`, exactly once; of a case that is closed by now nobody is told."""
    with deps.store.begin() as work:
        if not work.outbox.done(job.id):
            return
        case = work.cases.get(job.payload["case"])
        if case is not None and case.state is not CaseState.CLOSED:
            kept, what = alerts.of(work), job.payload["what"]
            # In one order, always: two who count never wait for each other.
            for way in _ways(kept, what):
                _count(deps, work, kept, way, what, case)
        work.commit()


def end_hours(deps: Dependencies) -> bool:
    """Tells what was held back in the hours that are over by now; whether anything was."""
    with deps.store.reading() as work:
        now = deps.clock.now()
        due = {hour.way for hour in work.desk.alert_hours() if hour.owes(now)}
    if not due:
        return False
    with deps.store.begin() as work:
        kept = alerts.of(work)
        for way in [way for way in Way if way in due]:
            hour = work.desk.alert_hour(way, now)
            # Another replica may have told it meanwhile.
            if hour.owes(now):
                _sum_up(deps, work, kept, hour, "held")
                work.desk.put_alert_hour(replace(hour, held=0))
        work.commit()
    return True


def _ways(kept: Alerts, what: str) -> list[Way]:
    # `case.opened` is told to other systems as a fact, not as an alert: each one, and by whoever opens it.
    there = {Way.MAIL: bool(kept.mail), Way.SLACK: bool(kept.slack), Way.WEBHOOK: what == _WAITING}
    return [way for way in Way if there[way]]


def _count(deps: Dependencies, work: UnitOfWork, kept: Alerts, way: Way, what: str, case: Case) -> None:
    now = deps.clock.now()
    hour = work.desk.alert_hour(way, now)
    if hour.owes(now):
        _sum_up(deps, work, kept, hour, "held")
    hour, fate = hour.counting(now, deps.alerts_per_hour)
    work.desk.put_alert_hour(hour)
    if fate is Fate.SENT:
        _tell(deps, work, kept, way, what, case)
    elif fate is Fate.SUMMED_UP:
        _sum_up(deps, work, kept, hour, "more")


def _tell(deps: Dependencies, work: UnitOfWork, kept: Alerts, way: Way, what: str, case: Case) -> None:
    """One alert."""
    if way is Way.WEBHOOK:
        webhooks.case_waiting(deps, work, case, waits_since(case) or deps.clock.now())
        return
    conversation = work.conversations.get(case.conversation_id)
    channel = conversation.channel if conversation else ""
    about = f"alert_about_{case.subject if case.subject in _NAMED else 'other'}"
    values = {
        "case": case.id,
        "number": case.id,
        "about": deps.wording.text(about, deps.wording.locale(None), {}),
        "channel": channel.capitalize(),
        "link": f"{deps.public_url}/console/conversations/{case.conversation_id}",
        "link_label": "alert_open",
    }
    _send(deps, work, kept, way, f"alert_{what}", f"alert:{what}:{case.id}", values)


def _sum_up(deps: Dependencies, work: UnitOfWork, kept: Alerts, hour: AlertHour, what: str) -> None:
    """In place of those held back: `more` with the first of them, `held` when their hour is over."""
    waiting = work.cases.count_waiting()
    if hour.way is Way.WEBHOOK:
        webhooks.held_back(deps, work, hour, waiting, over=what == "held")
        return
    values = {
        "waiting": str(waiting),
        "held": str(hour.held),
        "link": f"{deps.public_url}/console/queue",
        "link_label": "alert_open_queue",
    }
    key = f"alert:{what}:{hour.began_at.isoformat()}"
    _send(deps, work, kept, hour.way, f"alert_{what}", key, values)


def _send(
    deps: Dependencies,
    work: UnitOfWork,
    kept: Alerts,
    way: Way,
    template: str,
    key: str,
    values: Mapping[str, str],
) -> None:
    locale, now = deps.wording.locale(None), deps.clock.now()
    if way is Way.SLACK:
        told = {name: value for name, value in values.items() if name == "case"}
        told["text"] = deps.wording.text(f"{template}_slack", locale, values)
        work.outbox.add(Job(deps.ids.new("j"), SLACK_ALERT, f"{key}:slack", told, now))
        return
    for address in kept.mail:
        mail = {**values, "to": address, "locale": locale, "template": template}
        where = deps.hasher.digest("alert", address)
        work.outbox.add(Job(deps.ids.new("j"), MAIL, f"{key}:{where}", mail, now))
