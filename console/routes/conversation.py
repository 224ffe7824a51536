"""One conversation: what was said, what is known, what was promised and kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.domain.cases import STAFF_MUST_ANSWER_WITHIN, CaseState
from bot.domain.desk import Presence
from bot.domain.finding import Facet
from bot.domain.masking import DOTS, veiled, veiled_name
from bot.domain.staff import Permission
from bot.services import canned, desk, desk_cancel, dossier, presence, remarks, staff, timeline, verdicts
from console.forms import fields
from console.guard import Needs, Visit
from console.pages import page, to
from console.talk import address_of, asked, read_in, talk
from console.words import channel, plain, subject

router = APIRouter()
_READER = Annotated[Visit, Depends(Needs(Permission.READ))]
_AGENT = Annotated[Visit, Depends(Needs(Permission.STEP_IN))]
_REVEALER = Annotated[Visit, Depends(Needs(Permission.REVEAL))]
_PARTS = {"transcript": "transcript.html", "panel": "desk_panel.html"}


@router.get("/conversations/{conversation_id}")
async def show(request: Request, conversation_id: str, visit: _READER) -> Response:
    """The page; `part` is the transcript or the panel alone, `all` is all their conversations as one."""
    deps, run = visit.host.deps, visit.host.run
    given = asked(request.query_params)
    found = await run(dossier.of, deps, conversation_id, given.number)
    merged = await run(timeline.of, deps, found, given.spot) if given.everywhere else None
    # Before anything is shown: of each conversation that is read, it is in the audit.
    here = await run(presence.look_at_all, deps, read_in(found, merged), visit.staff.id)
    said = talk(found, merged, given, _revealed(visit, here))
    values = _values(visit, found, here[found.conversation.id]) | {
        "talk": said,
        "names": await run(desk.names, deps),
    }
    values["others_here"] = await run(presence.others, deps, conversation_id, visit.staff.id)
    values["plans"] = await run(desk_cancel.plans, deps, conversation_id) if values["pending"] else ()
    if given.part not in _PARTS:
        installed = visit.host.application
        words = tuple(installed.lexicons.values())
        values["judged"] = await run(partial(verdicts.judge, deps, found, words, installed.genuine))
        values["key"] = secrets.token_urlsafe(24)
        values["canned"] = await run(canned.listed, deps, found.conversation.locale)
        everybody = await run(staff.listed, deps) if visit.may(Permission.ASSIGN) else []
        values["colleagues"] = [member for member in everybody if member.may(Permission.STEP_IN)]
    return page(request, _PARTS.get(given.part, "conversation.html"), values, visit=visit)


@router.post("/conversations/{conversation_id}/presence")
async def stay(request: Request, conversation_id: str, visit: _READER) -> Response:
    """The page is open, and somebody may be typing in it; answers with who else is there."""
    typing = "typing" in await fields(request) and visit.may(Permission.STEP_IN)
    deps, who = visit.host.deps, visit.staff.id
    others = await visit.host.run(presence.stay, deps, conversation_id, who, typing=typing)
    return page(request, "others.html", {"others_here": others}, visit=visit)


@router.post("/conversations/{conversation_id}/reveal")
async def reveal(request: Request, conversation_id: str, visit: _REVEALER) -> Response:
    """Personal data, for a reason."""
    why = (await fields(request)).get("why", "")
    await visit.host.run(presence.reveal, visit.host.deps, conversation_id, visit.staff.id, why)
    return to(address_of(conversation_id))


@router.post("/conversations/{conversation_id}/notes")
async def note(request: Request, conversation_id: str, visit: _AGENT) -> Response:
    """A note for colleagues."""
    text = (await fields(request)).get("text", "")
    await visit.host.run(remarks.note, visit.host.deps, conversation_id, visit.staff, text)
    return to(f"{address_of(conversation_id)}#notes")


@router.post("/notes/{note_id}/remove")
async def remove_note(note_id: str, visit: _AGENT) -> Response:
    """One's own note; a manager's any."""
    conversation_id = await visit.host.run(remarks.remove_note, visit.host.deps, note_id, visit.staff)
    return to(f"{address_of(conversation_id)}#notes")


@router.post("/conversations/{conversation_id}/labels")
async def label(request: Request, conversation_id: str, visit: _AGENT) -> Response:
    """Puts a label on, or takes one off."""
    given = await fields(request)
    name, on = given.get("label", ""), "off" not in given
    await visit.host.run(remarks.label, visit.host.deps, conversation_id, visit.staff.id, name, on=on)
    return to(f"{address_of(conversation_id)}#labels")


@router.post("/conversations/{conversation_id}/flag")
async def flag(request: Request, conversation_id: str, visit: _AGENT) -> Response:
    """For others to look at."""
    on = "on" in await fields(request)
    await visit.host.run(remarks.flag, visit.host.deps, conversation_id, visit.staff.id, on=on)
    return to(address_of(conversation_id))


def _revealed(visit: Visit, here: Mapping[str, Presence]) -> set[str]:
    """The conversations of which this reader sees personal data: they have asked for it in each by itself."""
    now = visit.host.deps.clock.now()
    return {name for name, item in here.items() if visit.may(Permission.REVEAL) and item.sees(now)}


def _values(visit: Visit, found: dossier.Dossier, here: Presence) -> dict[str, object]:
    deps = visit.host.deps
    open_to = visit.may(Permission.REVEAL) and here.sees(deps.clock.now())
    case = found.case

    def shown(text: str) -> str:
        return text if open_to else veiled(text, found.personal)

    in_charge = case is not None and case.state is CaseState.ACCEPTED
    return {
        "title": "Conversation",
        "found": found,
        "address": address_of(found.conversation.id),
        "revealed": open_to,
        "revealed_until": here.revealed_until,
        "shown": shown,
        "name": lambda text: text if open_to else veiled_name(text),
        "secret": lambda text: text if open_to else DOTS,
        "in_charge": in_charge,
        "mine": case is not None and case.assignee == visit.staff.id,
        "back_at": case.waiting_since + STAFF_MUST_ANSWER_WITHIN
        if in_charge and case and case.waiting_since
        else None,
        "pending": [item for item in found.declared if item.declaration.waits_for_staff(deps.clock.now())],
        "channel": channel,
        "subject": subject,
        "plain": plain,
        "Facet": Facet,
    }
