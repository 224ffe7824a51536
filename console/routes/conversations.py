"""Finding conversations: words, filters, pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.domain.audit import Action
from bot.domain.finding import YES, Cursor, Facet, Filter, Page
from bot.domain.masking import veiled
from bot.domain.staff import Permission
from bot.services import audit, desk, finding
from console.guard import Needs, Visit
from console.pages import page
from console.words import channel, plain, subject

router = APIRouter()
_READER = Annotated[Visit, Depends(Needs(Permission.READ))]
_CHOSEN = (Facet.OUTCOME, Facet.REASON, Facet.PLAN, Facet.LABEL, Facet.ASSIGNEE)
_MARKED = (Facet.FLAGGED, Facet.LOW_CONFIDENCE, Facet.HANDED_OVER, Facet.MISTAKE)
_LONGEST = 200
#: Years that a day can be in; so many characters of a position are read.
_FIRST, _LAST, _DIGITS = 1970, 2999, 18


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    filter: Filter
    values: Mapping[str, str]

    def address(self, **changed: str) -> str:
        """The same list with something changed."""
        kept = {name: value for name, value in {**self.values, **changed}.items() if value}
        return f"/console/conversations?{urlencode(kept)}"


@router.get("/conversations")
async def show(request: Request, visit: _READER) -> Response:
    """A page of the list; `part` asks for the rows alone."""
    deps = visit.host.deps
    asked = _asked(request.query_params, visit, deps.zone)
    cursor = _cursor(request.query_params.get("after", ""))
    if asked.filter.words:
        # What is looked for may be somebody's name: who looks is written down, what for is not.
        await visit.host.run(audit.alone, deps, visit.staff.id, Action.SEARCHED, "conversations")
    found = await visit.host.run(_find, visit, asked.filter, cursor)
    on = found.cursor
    values = {
        "title": "Conversations",
        "asked": asked,
        "page": found,
        "later": cursor is not None,
        "more": asked.address(after=_dump(on), part="1") if on else "",
        "choices": await visit.host.run(finding.choices, deps),
        "names": await visit.host.run(desk.names, deps),
        "spoken": [(code, deps.languages.name(code, "en")) for code in deps.languages.spoken],
        "veiled": veiled,
        "channel": channel,
        "plain": plain,
        "subject": subject,
        "Facet": Facet,
    }
    template = "conversation_rows.html" if "part" in request.query_params else "conversations.html"
    return page(request, template, values, visit=visit)


def _find(visit: Visit, wanted: Filter, cursor: Cursor | None) -> Page:
    may = visit.may(Permission.REVEAL)
    return finding.find(visit.host.deps, wanted, visit.staff.id, cursor, by_address=may)


def _asked(query: Mapping[str, str], visit: Visit, zone: ZoneInfo) -> Asked:
    # No database takes a NUL.
    given = {name: query.get(name, "").replace("\0", "").strip()[:_LONGEST] for name in _NAMES}
    facets = {facet: given[facet.value] for facet in _CHOSEN if given[facet.value]}
    facets |= {facet: YES for facet in _MARKED if given[facet.value]}
    if given["assignee"] == "me":
        facets[Facet.ASSIGNEE] = visit.staff.id
    until = _day(given["until"], zone)
    wanted = Filter(
        words=given["q"],
        channel=given["channel"],
        language=given["language"],
        facets=facets,
        since=_day(given["since"], zone),
        until=until + timedelta(days=1) if until else None,
        unread_by=visit.staff.id if given["unread"] else None,
    )
    return Asked(wanted, given)


_NAMES = (
    "q", "channel", "language", "since", "until", "unread",
    *(facet.value for facet in (*_CHOSEN, *_MARKED)),
)  # fmt: skip


def _day(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Anything else is no day of ours; the ends of the calendar can't even be told in another zone.
    return datetime.combine(day, time(), zone) if _FIRST <= day.year <= _LAST else None


def _dump(cursor: Cursor) -> str:
    if cursor.position is not None:
        return f"p{cursor.position}"
    return f"{cursor.at.isoformat() if cursor.at else ''}~{cursor.conversation_id}"


def _cursor(text: str) -> Cursor | None:
    """None where it is none of ours: then the list begins at its beginning."""
    if text.startswith("p") and text[1:].isdecimal():
        return Cursor(position=int(text[1:_DIGITS]))
    at, _, name = text.partition("~")
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        return None
    ours = name and "\0" not in name and found.tzinfo and _FIRST <= found.year <= _LAST
    return Cursor(found, name[:_LONGEST]) if ours else None
