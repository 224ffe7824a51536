"""Canned replies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.domain.staff import Permission
from bot.services import canned
from console.forms import fields
from console.guard import Needs, Visit
from console.pages import page, to

router = APIRouter()
_MANAGER = Annotated[Visit, Depends(Needs(Permission.CONFIGURE))]
_HERE = "/console/canned"


@router.get("/canned")
async def show(request: Request, visit: _MANAGER) -> Response:
    """All of them, and a form for one more."""
    deps = visit.host.deps
    found = await visit.host.run(canned.listed, deps)
    editing = next((item for item in found if item.id == request.query_params.get("edit")), None)
    spoken = [(code, deps.languages.name(code, "en")) for code in deps.languages.spoken]
    values = {"title": "Canned replies", "found": found, "editing": editing, "spoken": spoken}
    return page(request, "canned.html", values, visit=visit)


@router.post("/canned")
async def put(request: Request, visit: _MANAGER) -> Response:
    """Adds or changes one."""
    given = await fields(request)
    title, language, text = given.get("title", ""), given.get("language", ""), given.get("text", "")
    known = given.get("id", "")
    await visit.host.run(canned.put, visit.host.deps, visit.staff.id, title, language, text, known)
    return to(_HERE)


@router.post("/canned/{reply_id}/remove")
async def remove(reply_id: str, visit: _MANAGER) -> Response:
    """Takes one away."""
    await visit.host.run(canned.remove, visit.host.deps, visit.staff.id, reply_id)
    return to(_HERE)
