"""Settings of the desk: office hours, days off, and whom alerts go to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.domain.alerts import Alerts, AlertsError
from bot.domain.errors import FairwellError
from bot.domain.office_hours import (
    MOST_SPANS,
    DaysOff,
    OfficeHours,
    OfficeHoursError,
    Span,
    read_span,
    shown_time,
)
from bot.domain.staff import Permission
from bot.services import alerts, office_hours
from console.forms import fields
from console.guard import Needs, Visit
from console.pages import page, to

router = APIRouter()
_MANAGER = Annotated[Visit, Depends(Needs(Permission.CONFIGURE))]
_HERE = "/console/settings"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: What is shown of a secret that is set: enough to tell it from another.
_TAIL = 4


@router.get("/settings")
async def show(request: Request, visit: _MANAGER) -> Response:
    """All of them on one page."""
    return await _page(request, visit)


@router.post("/settings/hours")
async def put_hours(request: Request, visit: _MANAGER) -> Response:
    """The hours of the week; empty fields mean that nobody is there."""
    given = await fields(request)
    try:
        week = [_day(given, day) for day in range(len(_DAYS))]
        await visit.host.run(office_hours.put_week, visit.host.deps, visit.staff.id, week)
    except OfficeHoursError as fault:
        return await _page(request, visit, given, hours=_sentence(fault))
    return to(f"{_HERE}#hours")


@router.post("/settings/days-off")
async def add_days_off(request: Request, visit: _MANAGER) -> Response:
    """Days on which nobody is there; without a last one it is a single day."""
    given = await fields(request)
    try:
        await visit.host.run(office_hours.add_days_off, visit.host.deps, visit.staff.id, _days(given))
    except OfficeHoursError as fault:
        return await _page(request, visit, given, off=_sentence(fault))
    return to(f"{_HERE}#off")


@router.post("/settings/days-off/remove")
async def remove_days_off(request: Request, visit: _MANAGER) -> Response:
    """Somebody is there after all."""
    days = _days(await fields(request))
    await visit.host.run(office_hours.remove_days_off, visit.host.deps, visit.staff.id, days)
    return to(f"{_HERE}#off")


@router.post("/settings/alerts")
async def put_alerts(request: Request, visit: _MANAGER) -> Response:
    """Whom alerts go to, and when; a Slack webhook that is set stays unless another is given."""
    given, host = await fields(request), visit.host
    try:
        before = await host.run(alerts.shown, host.deps)
        wanted = _alerts(given, before)
        if wanted.slack and wanted.slack != before.slack:
            await host.run(host.application.alerts.check, wanted.slack)
        await host.run(alerts.put, host.deps, visit.staff.id, wanted)
    except FairwellError as fault:
        return await _page(request, visit, given, alerts=_sentence(fault))
    return to(f"{_HERE}#alerts")


@router.post("/settings/alerts/test")
async def try_alerts(request: Request, visit: _MANAGER) -> Response:
    """Sends each place a test, and shows what came of it."""
    host = visit.host
    came = await host.run(alerts.test, host.deps, host.application.mailer, host.application.alerts)
    return await _page(request, visit, came=came)


async def _page(
    request: Request,
    visit: Visit,
    given: Mapping[str, str] | None = None,
    came: Mapping[str, str] | None = None,
    **problems: str,
) -> Response:
    """`given` is what a form brought that was not taken: nobody types a week twice."""
    run, deps = visit.host.run, visit.host.deps
    hours = await run(office_hours.shown, deps)
    kept = await run(alerts.shown, deps)
    values = {
        "title": "Settings",
        "week": _week(hours, given if "hours" in problems else None),
        "zone": deps.zone.key,
        "hours": hours,
        "said_now": await run(office_hours.said_now, deps),
        "off": hours.off if hours else (),
        "alerts": _form(kept, given if "alerts" in problems else None),
        "slack": kept.slack[-_TAIL:],
        "has_alerts": bool(kept.mail or kept.slack),
        "came": came,
        "day": _shown_day,
        "given": given if "off" in problems else {},
        "problems": problems,
    }
    return page(request, "settings.html", values, visit=visit, status=400 if problems else 200)


def _day(given: Mapping[str, str], day: int) -> Sequence[Span]:
    try:
        names = [f"day{day}_{part}" for part in range(MOST_SPANS)]
        read = [read_span(given.get(f"{name}_from", ""), given.get(f"{name}_to", "")) for name in names]
    except OfficeHoursError as fault:
        raise OfficeHoursError(f"{_DAYS[day]}: {fault}") from None
    return [span for span in read if span is not None]


def _week(hours: OfficeHours | None, given: Mapping[str, str] | None) -> Sequence[tuple[str, list[object]]]:
    rows: list[tuple[str, list[object]]] = []
    for day, name in enumerate(_DAYS):
        parts: list[object] = []
        for part in range(MOST_SPANS):
            key = f"day{day}_{part}"
            spans = hours.week[day] if hours else ()
            span = spans[part] if part < len(spans) else None
            kept = (shown_time(span.opens), shown_time(span.closes)) if span else ("", "")
            sent = (given.get(f"{key}_from", ""), given.get(f"{key}_to", "")) if given else kept
            parts.append((key, *sent))
        rows.append((name, parts))
    return rows


def _days(given: Mapping[str, str]) -> DaysOff:
    first = given.get("first", "")
    try:
        return DaysOff(
            date.fromisoformat(first), date.fromisoformat(given.get("last") or first), given.get("name", "")
        )
    except ValueError:
        raise OfficeHoursError("a day is written as 2026-12-24") from None


def _alerts(given: Mapping[str, str], before: Alerts) -> Alerts:
    minutes = given.get("after", "").strip()
    if minutes and not (minutes.isascii() and minutes.isdigit() and len(minutes) < 6):
        raise AlertsError("a wait is a number of minutes")
    slack = "" if given.get("no_slack") else given.get("slack", "").strip() or before.slack
    if slack and not slack.startswith("https://"):
        raise AlertsError("the address of a Slack webhook begins with https://")
    return replace(
        before,
        mail=tuple(given.get("mail", "").replace(",", " ").split()),
        slack=slack,
        opened="opened" in given,
        after=timedelta(minutes=int(minutes)) if minutes and int(minutes) else None,
    )


def _form(kept: Alerts, given: Mapping[str, str] | None) -> Mapping[str, object]:
    if given is not None:
        return {"mail": given.get("mail", ""), "opened": "opened" in given, "after": given.get("after", "")}
    minutes = str(int(kept.after.total_seconds() // 60)) if kept.after else ""
    return {"mail": "\n".join(kept.mail), "opened": kept.opened, "after": minutes}


def _shown_day(day: date) -> str:
    return day.strftime("%a %-d %b %Y")


def _sentence(fault: FairwellError) -> str:
    text = str(fault)
    return f"{text[:1].upper()}{text[1:]}."
