"""Office hours: kept among the desk's settings, and what a customer is told outside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.domain.audit import Action
from bot.domain.conversations import Reply
from bot.domain.office_hours import DaysOff, OfficeHours, OfficeHoursError, Span, still_to_come
from bot.ports import UnitOfWork
from bot.services import audit
from bot.services.dependencies import Dependencies

SETTING = "office_hours"
#: From here on a weekday alone could be the wrong one.
_NEXT_WEEK = timedelta(days=7)


def of(deps: Dependencies, work: UnitOfWork, *, lock: bool = False) -> OfficeHours | None:
    """The hours in force, on the company's clocks; None where nobody has set any.

    `lock` is for who changes a part of them, and leaves the rest as it is.
    """
    kept = work.desk.setting(SETTING, lock=lock)
    found = json.loads(kept) if kept else None
    if not found:
        return None
    week = tuple(tuple(Span(*span) for span in day) for day in found["week"])
    off = (DaysOff(date.fromisoformat(first), date.fromisoformat(last), name)
           for first, last, name in found["off"])  # fmt: skip
    return OfficeHours(deps.zone, week, tuple(off))


def shown(deps: Dependencies) -> OfficeHours | None:
    """The same, for whoever changes them: without days off that are over."""
    with deps.store.reading() as work:
        found = of(deps, work)
    return replace(found, off=still_to_come(found.off, _today(deps))) if found else None


def put_week(deps: Dependencies, by: str, week: Sequence[Sequence[Span]]) -> None:
    """Sets the hours of the week; none at all means that there are no office hours.

    Raises `OfficeHoursError` for times that overlap.
    """
    with deps.store.begin() as work:
        before = of(deps, work, lock=True)
        given = tuple(tuple(sorted(day, key=lambda span: span.opens)) for day in week)
        off = before.off if before else ()
        _keep(deps, work, by, OfficeHours(deps.zone, given, off) if any(given) else None)
        work.commit()


def add_days_off(deps: Dependencies, by: str, days: DaysOff) -> None:
    """Nobody is there on these days. Raises `OfficeHoursError` where there are no hours to be off from."""
    with deps.store.begin() as work:
        hours = _there(deps, work)
        off = still_to_come({*hours.off, replace(days, name=days.name.strip()[:80])}, _today(deps))
        _keep(deps, work, by, replace(hours, off=off))
        work.commit()


def remove_days_off(deps: Dependencies, by: str, days: DaysOff) -> None:
    """Somebody is there on these days after all."""
    with deps.store.begin() as work:
        hours = _there(deps, work)
        off = [item for item in hours.off if (item.first, item.last) != (days.first, days.last)]
        _keep(deps, work, by, replace(hours, off=still_to_come(off, _today(deps))))
        work.commit()


def back(deps: Dependencies, work: UnitOfWork) -> Reply | None:
    """What a customer who waits for a person is told outside office hours: when somebody is back."""
    hours, now = of(deps, work), deps.clock.now()
    opens = hours.opens_next(now) if hours else None
    if opens is None or opens <= now:
        return None
    return Reply(f"case_back_{_when(deps, now, opens)}", {"at": opens})


def said_now(deps: Dependencies) -> str:
    """What customers who ask for a person read about it now, in our own language; nothing in office hours."""
    with deps.store.reading() as work:
        said = back(deps, work)
    return deps.wording.text(said.message, deps.wording.locale(None), said.values) if said else ""


def _when(deps: Dependencies, now: datetime, opens: datetime) -> str:
    today, day = (at.astimezone(deps.zone).date() for at in (now, opens))
    if day == today:
        return "today"
    if day == today + timedelta(days=1):
        return "tomorrow"
    return "weekday" if day < today + _NEXT_WEEK else "date"


def _there(deps: Dependencies, work: UnitOfWork) -> OfficeHours:
    hours = of(deps, work, lock=True)
    if hours is None:
        raise OfficeHoursError("set the hours of the week first")
    return hours


def _keep(deps: Dependencies, work: UnitOfWork, by: str, hours: OfficeHours | None) -> None:
    kept = hours and {
        "week": [[[span.opens, span.closes] for span in day] for day in hours.week],
        "off": [[item.first.isoformat(), item.last.isoformat(), item.name] for item in hours.off],
    }
    value = json.dumps(kept)
    work.desk.put_setting(SETTING, value, deps.clock.now(), by)
    audit.note(deps, work, by, Action.CONFIGURED, "office hours", what={"put": value})


def _today(deps: Dependencies) -> date:
    return deps.clock.now().astimezone(deps.zone).date()
