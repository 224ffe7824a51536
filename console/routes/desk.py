"""Stepping into a conversation: take over, reply, carry out, hand back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.domain.errors import ConflictError, FairwellError, NotFoundError
from bot.domain.staff import Permission
from bot.services import desk, desk_cancel, dossier
from console.forms import fields
from console.guard import Needs, Visit
from console.pages import to
from console.talk import address_of

router = APIRouter()
_AGENT = Annotated[Visit, Depends(Needs(Permission.STEP_IN))]
_MANAGER = Annotated[Visit, Depends(Needs(Permission.ASSIGN))]
_LONGEST = 4000


@router.post("/conversations/{conversation_id}/take")
async def take(conversation_id: str, visit: _AGENT) -> Response:
    """From now on a person is in charge there."""
    await visit.host.run(desk.step_in, visit.host.deps, conversation_id, visit.staff.id)
    return _changed(visit, conversation_id)


@router.post("/conversations/{conversation_id}/reply")
async def reply(request: Request, conversation_id: str, visit: _AGENT) -> Response:
    """Goes out on the customer's channel; the first one takes over. Pressed twice, it is sent once."""
    given = await fields(request)
    text, key = given.get("text", "").strip(), given.get("key", "")
    if not 0 < len(text) <= _LONGEST:
        raise FairwellError(f"a reply has 1 to {_LONGEST} characters")
    await visit.host.run(desk.reply, visit.host.deps, conversation_id, text, visit.staff.id, key)
    # By which the page's script knows that the draft of that form may go.
    mark = f"#sent-{key}" if desk.KEY.fullmatch(key) else ""
    return _changed(visit, conversation_id, f"{'?all=1' if 'all' in given else ''}{mark}")


@router.post("/conversations/{conversation_id}/hand-back")
async def hand_back(conversation_id: str, visit: _AGENT) -> Response:
    """The bot answers there again."""
    case_id = await _case(visit, conversation_id)
    await visit.host.run(desk.hand_back, visit.host.deps, case_id, visit.staff.id)
    return _changed(visit, conversation_id)


@router.post("/conversations/{conversation_id}/assign")
async def assign(request: Request, conversation_id: str, visit: _MANAGER) -> Response:
    """Gives the case to somebody, or to nobody."""
    to_whom = (await fields(request)).get("to", "") or None
    case_id = await _case(visit, conversation_id)
    await visit.host.run(desk.assign, visit.host.deps, case_id, to_whom, visit.staff.id)
    return _changed(visit, conversation_id)


@router.post("/conversations/{conversation_id}/carry-out/{declaration_id}")
async def carry_out(request: Request, conversation_id: str, declaration_id: str, visit: _AGENT) -> Response:
    """What the customer declared meanwhile, by one click."""
    found = await visit.host.run(dossier.of, visit.host.deps, conversation_id)
    if declaration_id not in {item.declaration.id for item in found.declared}:
        raise NotFoundError("nothing was declared here")
    if found.case is None or found.case.assignee != visit.staff.id:
        raise ConflictError("take over first")
    subscription = (await fields(request)).get("subscription") or None
    work = desk_cancel.carry_out
    await visit.host.run(work, visit.host.deps, declaration_id, visit.staff.id, subscription)
    return _changed(visit, conversation_id)


async def _case(visit: Visit, conversation_id: str) -> str:
    found = await visit.host.run(dossier.of, visit.host.deps, conversation_id)
    if found.case is None:
        raise ConflictError("the bot answers there already")
    return found.case.id


def _changed(visit: Visit, conversation_id: str, where: str = "") -> Response:
    visit.host.announce(conversation_id)
    visit.host.submit(conversation_id)
    return to(f"{address_of(conversation_id)}{where}")
