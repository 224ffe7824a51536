"""Who waits for a person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.domain.masking import veiled_name
from bot.domain.staff import Permission
from bot.services import desk
from console.guard import Needs, Visit
from console.pages import page
from console.words import channel, subject

router = APIRouter()
_READER = Annotated[Visit, Depends(Needs(Permission.READ))]
_WHOSE = ("all", "mine", "free")


@router.get("/queue")
async def show(request: Request, visit: _READER) -> Response:
    """Open cases, who waits longest first; `part` asks for the list alone, to be put in place of the old."""
    whose = request.query_params.get("whose", "all")
    found = await visit.host.run(desk.queue, visit.host.deps)
    mine = [item for item in found if item.case.assignee == visit.staff.id]
    free = [item for item in found if item.case.assignee is None]
    shown = {"mine": mine, "free": free}.get(whose, found)
    values = {
        "title": "Queue",
        "items": shown,
        "whose": whose if whose in _WHOSE else "all",
        "counts": {"all": len(found), "mine": len(mine), "free": len(free)},
        "subject": subject,
        "channel": channel,
        "name": veiled_name,
    }
    template = "queue_list.html" if "part" in request.query_params else "queue.html"
    return page(request, template, values, visit=visit)
