"""Who asks, whether they may, and whether the form is theirs. Every route says here what it needs."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from bot.domain.errors import NotFoundError
from bot.domain.origins import origin_of
from bot.domain.staff import Permission, Staff
from bot.services import staff_sessions
from bot.services.staff_sessions import SignedIn
from console.host import Host

HOME = "/console/queue"
_SETUP = "/console/account/authenticator"
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignInNeededError(Exception):
    """Nobody is signed in; `next` is where they wanted to go."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.next = target


class SetupNeededError(Exception):
    """They have to set up an authenticator first."""


class NotAllowedError(Exception):
    """Their role does not allow it, or the form did not come from one of our pages."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who may do what it asks for."""

    host: Host
    staff: Staff
    session_id: str
    csrf: str

    def may(self, permission: Permission) -> bool:
        """For what a page shows; what it does is guarded by its route."""
        return self.staff.may(permission)


class Needs:
    """A dependency of a route. `permission` None is for everybody who is signed in.

    `setting_up` is for the pages on which an authenticator is set up: all others wait for that.
    """

    def __init__(self, permission: Permission | None, *, setting_up: bool = False) -> None:
        self.permission = permission
        self._setting_up = setting_up

    async def __call__(self, request: Request) -> Visit:
        """Raises the three errors above, and `NotFoundError` for what can be no name of anything."""
        host = host_of(request)
        # PostgreSQL takes no NUL, not even in a question.
        if any("\0" in value for value in request.path_params.values()):
            raise NotFoundError("no such thing")
        found = await signed_in(request)
        if found is None:
            raise SignInNeededError(request.url.path if request.method == "GET" else HOME)
        if request.method in _CHANGES:
            await _check_form(request, host, found.csrf)
        member = found.staff
        if bare(host, found) and not self._setting_up:
            raise SetupNeededError
        if self.permission is not None and not member.may(self.permission):
            raise NotAllowedError("Your role does not allow this.")
        return Visit(host, member, found.session.id, found.csrf)


def needed_by(route: BaseRoute) -> Needs | None:
    """What a route needs, for tests and documentation; None where anybody may."""
    dependant: Any = getattr(route, "dependant", None)
    inner = dependant.dependencies if dependant is not None else ()
    return next((item.call for item in inner if isinstance(item.call, Needs)), None)


def host_of(connection: HTTPConnection) -> Host:
    """The host of the console that serves this."""
    host: Host = connection.app.state.host
    return host


def cookie_name(host: Host) -> str:
    """A browser lets nobody but this very host set a cookie named `__Host-` (RFC 6265bis)."""
    return "__Host-fairwell_staff" if host.secure else "fairwell_staff"


async def signed_in(connection: HTTPConnection) -> SignedIn | None:
    """Who this browser is signed in as. What a page renews by itself, by htmx or a socket, is no click."""
    host = host_of(connection)
    token = connection.cookies.get(cookie_name(host), "")
    if not token or len(token) > 256 or not token.isascii():
        return None
    clicked = connection.scope["type"] == "http" and "hx-request" not in connection.headers
    return await host.run(staff_sessions.find, host.deps, token, clicked=clicked)


def bare(host: Host, found: SignedIn) -> bool:
    """Whether they came by a password alone, and have to set up an authenticator before anything is shown."""
    by_password = found.session.method != "oidc"
    return host.doors.totp_required and by_password and not found.staff.has_totp


def from_elsewhere(connection: HTTPConnection, host: Host) -> bool:
    """Whether a browser says that another site's page has sent this, or hides which one it was."""
    headers = connection.headers
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    given = headers.get("origin", headers.get("referer"))
    if given is None:
        return False
    found = origin_of(given)
    ours = {origin_of(f"{scheme}://{headers.get('host', '')}") for scheme in ("http", "https")}
    return found is None or found not in ours | {origin_of(host.deps.public_url)}


async def _check_form(request: Request, host: Host, right: str) -> None:
    given = request.headers.get("x-csrf-token")
    if given is None:
        form = await request.form()
        given = str(form.get("csrf", ""))
    if from_elsewhere(request, host) or not hmac.compare_digest(given.encode(), right.encode()):
        raise NotAllowedError("This form is out of date. Open the page again.")


def sign_in_address(target: str) -> str:
    """Where to sign in, to get to a page of ours after it."""
    return f"/console/sign-in?next={quote(safe_next(target))}"


def safe_next(target: str) -> str:
    """A page of the console: nothing that leads anywhere else is followed."""
    plain = target.isascii() and target.isprintable() and "\\" not in target and "//" not in target
    return target if plain and target.startswith("/console/") and "/sign-in" not in target else HOME


Handler = Callable[[Request, Exception], Awaitable[Any]]
