"""What staff read and changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.domain.audit import Action
from bot.domain.staff import Permission
from bot.services import audit, desk
from console.guard import Needs, Visit
from console.pages import page
from console.words import plain

router = APIRouter()
_AUDITOR = Annotated[Visit, Depends(Needs(Permission.AUDIT))]
_PAGE = 100
#: What a database takes for a number.
_DIGITS = 18


@router.get("/audit")
async def show(request: Request, visit: _AUDITOR) -> Response:
    """Newest first."""
    query = request.query_params
    before = int(query["before"][:_DIGITS]) if query.get("before", "").isdecimal() else None
    # No database takes a NUL.
    only = {name: query.get(name, "").replace("\0", "")[:100] for name in ("who", "subject", "action")}
    names = await visit.host.run(desk.names, visit.host.deps)
    found = await visit.host.run(audit.listed, visit.host.deps, before, _PAGE, **only)
    values = {
        "title": "Audit",
        "found": found,
        "names": names,
        "only": only,
        "actions": list(Action),
        "plain": plain,
        "before": found[-1].position if len(found) == _PAGE else None,
    }
    return page(request, "audit.html", values, visit=visit)
