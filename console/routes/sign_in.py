"""Signing in and out, and the first password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from bot.domain.staff import CODE_TRIES
from bot.services import staff, staff_sessions, staff_sign_in
from bot.services.doors import SignInRefusedError, TooManyTriesError, WeakPasswordError
from bot.services.staff_sign_in import Challenge
from console import cookies, guard
from console.forms import fields, same
from console.guard import Needs, NotAllowedError, Visit, host_of
from console.pages import page, to

router = APIRouter()
_WRONG = "E-mail address and password do not belong together."


@router.get("/sign-in")
async def form(request: Request) -> Response:
    """The form; whoever is signed in goes on."""
    target = guard.safe_next(request.query_params.get("next", ""))
    if await guard.signed_in(request) is not None:
        return to(target)
    return _form(request, target)


@router.post("/sign-in")
async def begin(request: Request) -> Response:
    """The first step."""
    host, given = host_of(request), await _given(request)
    target = guard.safe_next(given.get("next", ""))
    if host.application.settings.oidc_only:
        return _form(request, target, problem="Sign in with your company's account.", status=403)
    email, password, caller = given.get("email", ""), given.get("password", ""), cookies.caller_of(request)
    try:
        found = await host.run(staff_sign_in.begin, host.doors, email, password, caller)
    except SignInRefusedError:
        return _form(request, target, email, _WRONG, 403)
    except TooManyTriesError as fault:
        response = _form(request, target, email, _wait(fault.retry_after), 429)
        response.headers["Retry-After"] = str(fault.retry_after)
        return response
    if isinstance(found, Challenge):
        return _code(request, target, found.token)
    response = to(target)
    cookies.sign_in(request, response, found)
    return response


@router.post("/code")
async def second(request: Request) -> Response:
    """The second step."""
    host, given = host_of(request), await _given(request)
    target, token = guard.safe_next(given.get("next", "")), given.get("challenge", "")
    code, caller = given.get("code", ""), cookies.caller_of(request)
    try:
        opened = await host.run(staff_sign_in.second, host.doors, token, code, caller)
    except SignInRefusedError as fault:
        if str(fault) != "this is not the code":
            return _form(request, target, problem=f"{str(fault).capitalize()}. Begin again.", status=403)
        problem = f"This is not the code. After {CODE_TRIES} tries you begin again."
        return _code(request, target, token, problem, 403)
    response = to(target)
    cookies.sign_in(request, response, opened)
    return response


@router.get("/welcome/{token}")
async def welcome(request: Request, token: str) -> Response:
    """Where an invitation leads."""
    host = host_of(request)
    try:
        member = await host.run(staff.invited, host.deps, token)
    except SignInRefusedError:
        return _over(request)
    return page(request, "welcome.html", {"title": "Welcome", "member": member, "problem": ""})


@router.post("/welcome/{token}")
async def accept(request: Request, token: str) -> Response:
    """Takes the password; then they sign in with it."""
    host, given = host_of(request), await _given(request)
    try:
        member = await host.run(staff.invited, host.deps, token)
    except SignInRefusedError:
        return _over(request)
    try:
        same(given)
        await host.run(staff.accept, host.doors, token, given.get("password", ""))
    except SignInRefusedError:
        return _over(request)
    except WeakPasswordError as fault:
        values = {"title": "Welcome", "member": member, "problem": str(fault)}
        return page(request, "welcome.html", values, status=400)
    return _form(request, guard.HOME, member.email, note="Your password is set. Sign in with it.")


@router.post("/sign-out")
async def leave(request: Request, visit: Annotated[Visit, Depends(Needs(None, setting_up=True))]) -> Response:
    """Signs this browser out."""
    await visit.host.run(staff_sessions.end, visit.host.deps, cookies.session_token(request))
    response = to("/console/sign-in")
    cookies.sign_out(request, response)
    return response


async def _given(request: Request) -> dict[str, str]:
    """A form before anybody is signed in: it must come from our own page (login CSRF)."""
    if guard.from_elsewhere(request, host_of(request)):
        raise NotAllowedError("This form came from another page.")
    return await fields(request)


def _form(
    request: Request, target: str, email: str = "", problem: str = "", status: int = 200, note: str = ""
) -> Response:
    settings = host_of(request).application.settings
    values = {
        "title": "Sign in",
        "next": target,
        "email": email[:254],
        "problem": problem,
        "note": note,
        "provider": settings.oidc_name if settings.oidc else "",
        "passwords": not settings.oidc_only,
    }
    return page(request, "sign_in.html", values, status=status)


def _code(request: Request, target: str, token: str, problem: str = "", status: int = 200) -> Response:
    values = {"title": "Your code", "next": target, "challenge": token, "problem": problem}
    return page(request, "code.html", values, status=status)


def _over(request: Request) -> Response:
    text = "This invitation was used, or is older than three days. Ask whoever invited you for another one."
    return page(request, "error.html", {"title": "Not any more", "text": text}, status=404)


def _wait(seconds: int) -> str:
    minutes = max(1, -(-seconds // 60))
    return f"Too many tries from here. Try again in {minutes} {'minute' if minutes == 1 else 'minutes'}."
