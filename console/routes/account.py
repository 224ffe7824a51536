"""One's own account: password, authenticator, and the browsers that are signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.services import staff_sessions, staff_totp
from bot.services.doors import SignInRefusedError, WeakPasswordError
from console import cookies
from console.forms import fields, same
from console.guard import Needs, Visit
from console.pages import page, to

router = APIRouter()
_ME = Annotated[Visit, Depends(Needs(None))]
_BARE = Annotated[Visit, Depends(Needs(None, setting_up=True))]
_HERE = "/console/account"


@router.get("/account")
async def show(request: Request, visit: _ME) -> Response:
    """What one has."""
    return await _account(request, visit)


@router.post("/account/password")
async def change_password(request: Request, visit: _ME) -> Response:
    """Another password; all other browsers are signed out."""
    given = await fields(request)
    old, new = given.get("old", ""), given.get("password", "")
    try:
        same(given)
        change = staff_totp.change_password
        await visit.host.run(change, visit.host.doors, visit.staff.id, old, new, visit.session_id)
    except WeakPasswordError as fault:
        return await _account(request, visit, str(fault), 400)
    except SignInRefusedError:
        return await _account(request, visit, "This is not your password.", 403)
    response = to(_HERE)
    await _renewed(request, visit, response)
    return response


@router.get("/account/authenticator")
async def enrol(request: Request, visit: _BARE) -> Response:
    """The code to scan. It is the same until it is used: opening the page twice breaks nothing."""
    return await _enrolment(request, visit)


@router.post("/account/authenticator")
async def confirm(request: Request, visit: _BARE) -> Response:
    """The first code; shows the recovery codes, once."""
    code = (await fields(request)).get("code", "")
    try:
        work = staff_totp.confirm
        codes = await visit.host.run(work, visit.host.doors, visit.staff.id, code, visit.session_id)
    except SignInRefusedError:
        problem = "This is not the code. Wait for the next one, and look at your device's clock."
        return await _enrolment(request, visit, problem, 403)
    values = {"title": "Recovery codes", "codes": codes}
    kept = Response()
    visit = await _renewed(request, visit, kept)
    response = page(request, "recovery.html", values, visit=visit)
    response.headers["set-cookie"] = kept.headers["set-cookie"]
    return response


@router.post("/account/authenticator/remove")
async def remove(request: Request, visit: _ME) -> Response:
    """To set up another one."""
    password = (await fields(request)).get("password", "")
    try:
        await visit.host.run(staff_totp.remove, visit.host.doors, visit.staff.id, password)
    except SignInRefusedError:
        return await _account(request, visit, "This is not your password.", 403)
    return to(f"{_HERE}/authenticator")


@router.post("/account/sessions/{session_id}/end")
async def end(session_id: str, visit: _ME) -> Response:
    """Signs another browser of one's own out."""
    await visit.host.run(staff_sessions.revoke, visit.host.deps, visit.staff.id, session_id)
    return to(_HERE)


async def _renewed(request: Request, visit: Visit, response: Response) -> Visit:
    """A new token in place of the one that was good until now: whoever had learnt that is out."""
    old = cookies.session_token(request)
    token = await visit.host.run(staff_sessions.renew, visit.host.deps, old)
    cookies.keep(request, response, token)
    return replace(visit, csrf=staff_sessions.csrf_of(visit.host.deps, token))


async def _account(request: Request, visit: Visit, problem: str = "", status: int = 200) -> Response:
    sessions = await visit.host.run(staff_sessions.listed, visit.host.deps, visit.staff.id)
    values = {"title": "Account", "sessions": sessions, "problem": problem}
    return page(request, "account.html", values, visit=visit, status=status)


async def _enrolment(request: Request, visit: Visit, problem: str = "", status: int = 200) -> Response:
    try:
        made = await visit.host.run(staff_totp.begin, visit.host.doors, visit.staff.id, visit.session_id)
    except SignInRefusedError:
        return to(_HERE)
    # On white with a margin of its own: scanners need both, whatever the page's colours are.
    picture = segno.make(made.uri, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")
    values = {"title": "Authenticator", "picture": picture, "secret": made.secret, "problem": problem}
    return page(request, "authenticator.html", values, visit=visit, status=status)
