"""Who works here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.domain.errors import FairwellError
from bot.domain.staff import Permission, Role
from bot.services import staff
from bot.services.staff import Invitation
from console.forms import fields
from console.guard import Needs, Visit
from console.pages import page, to

router = APIRouter()
_ADMIN = Annotated[Visit, Depends(Needs(Permission.MANAGE_STAFF))]
_HERE = "/console/staff"


@router.get("/staff")
async def show(request: Request, visit: _ADMIN) -> Response:
    """Everybody."""
    return await _page(request, visit)


@router.post("/staff")
async def invite(request: Request, visit: _ADMIN) -> Response:
    """Adds somebody; the link is shown this once."""
    given = await fields(request)
    email, name, role = given.get("email", ""), given.get("name", "")[:80], _role(given)
    made = await visit.host.run(staff.invite, visit.host.deps, email, name, role, visit.staff.id)
    return await _page(request, visit, made)


@router.post("/staff/{staff_id}/role")
async def change_role(request: Request, staff_id: str, visit: _ADMIN) -> Response:
    """Another role; they sign in anew."""
    role = _role(await fields(request))
    await visit.host.run(staff.change_role, visit.host.deps, staff_id, role, visit.staff.id)
    return to(_HERE)


@router.post("/staff/{staff_id}/disable")
async def disable(staff_id: str, visit: _ADMIN) -> Response:
    """Shuts somebody out."""
    await visit.host.run(staff.disable, visit.host.deps, staff_id, visit.staff.id)
    return to(_HERE)


@router.post("/staff/{staff_id}/enable")
async def enable(staff_id: str, visit: _ADMIN) -> Response:
    """Lets them in again."""
    await visit.host.run(staff.enable, visit.host.deps, staff_id, visit.staff.id)
    return to(_HERE)


@router.post("/staff/{staff_id}/reset")
async def reset(request: Request, staff_id: str, visit: _ADMIN) -> Response:
    """A new invitation; what they had opens nothing any more."""
    made = await visit.host.run(staff.invite_again, visit.host.deps, staff_id, visit.staff.id)
    return await _page(request, visit, made)


async def _page(request: Request, visit: Visit, made: Invitation | None = None) -> Response:
    found = await visit.host.run(staff.listed, visit.host.deps)
    link = f"{visit.host.deps.public_url}/console/welcome/{made.token}" if made else ""
    values = {"title": "Staff", "found": found, "roles": list(Role), "invited": made, "link": link}
    return page(request, "staff.html", values, visit=visit)


def _role(given: dict[str, str]) -> Role:
    try:
        return Role(given.get("role", ""))
    except ValueError:
        raise FairwellError("there is no such role") from None
