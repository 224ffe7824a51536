"""The console's three cookies: who is signed in, which browser this is, and a sign-in that is under way."""

from __future__ import annotations

import hmac
import json

from fastapi import Request
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from bot.domain.staff import SIGNED_IN_FOR
from bot.services import staff_sign_in
from bot.services.staff_sessions import Opened
from bot.services.staff_sign_in import Caller
from console.guard import cookie_name, host_of
from console.host import Host

_DEVICE, _UNDER_WAY = "fairwell_device", "fairwell_sign_in"
_A_YEAR = 365 * 24 * 3600
_TEN_MINUTES = 600


def caller_of(request: Request) -> Caller:
    """Where a try comes from. A device that we have not sealed counts for nothing."""
    host = host_of(request)
    device, _, seal = request.cookies.get(_DEVICE, "").rpartition(".")
    right = staff_sign_in.device_seal(host.deps, device)
    known = bool(device) and hmac.compare_digest(seal.encode(), right.encode())
    browser = request.headers.get("user-agent", "")
    return Caller(host.network_of(request), device if known else "", _named(browser))


def sign_in(request: Request, response: Response, opened: Opened) -> None:
    """Keeps who signed in, and that this browser has been here."""
    host = host_of(request)
    keep(request, response, opened.token)
    if not caller_of(request).device:
        device = staff_sign_in.device_token(host.deps, opened.staff)
        sealed = f"{device}.{staff_sign_in.device_seal(host.deps, device)}"
        _set(host, response, _DEVICE, sealed, _A_YEAR)


def keep(request: Request, response: Response, token: str) -> None:
    """What the browser is signed in by from now on."""
    host = host_of(request)
    _set(host, response, cookie_name(host), token, int(SIGNED_IN_FOR.total_seconds()))


def sign_out(request: Request, response: Response) -> None:
    """The browser forgets who it was; that it was here it keeps."""
    host = host_of(request)
    name = cookie_name(host)
    response.delete_cookie(name, path=_path(name), secure=host.secure, httponly=True, samesite="lax")


def begin(request: Request, response: Response, values: dict[str, str]) -> None:
    """Keeps what a sign-in at the provider began with, sealed by a digest."""
    host = host_of(request)
    text = json.dumps(values)
    _set(host, response, _UNDER_WAY, f"{text.encode().hex()}.{_seal(host, text)}", _TEN_MINUTES)


def begun(request: Request) -> dict[str, str]:
    """What it began with; empty where there is nothing, or somebody has made it up."""
    host = host_of(request)
    coded, _, seal = request.cookies.get(_UNDER_WAY, "").partition(".")
    try:
        text = bytes.fromhex(coded).decode()
    except ValueError:
        return {}
    if not text or not hmac.compare_digest(seal.encode(), _seal(host, text).encode()):
        return {}
    return dict(json.loads(text))


def ended(response: Response) -> None:
    """A sign-in at the provider is over, whatever came of it."""
    response.delete_cookie(_UNDER_WAY, path="/console")


def session_token(connection: HTTPConnection) -> str:
    """What the browser holds."""
    return connection.cookies.get(cookie_name(host_of(connection)), "")


def _set(host: Host, response: Response, name: str, value: str, seconds: int) -> None:
    # Lax: a link in a mail leads to a page and not to the sign-in; no other site can post with it.
    response.set_cookie(
        name, value, seconds, path=_path(name), secure=host.secure, httponly=True, samesite="lax"
    )


def _seal(host: Host, text: str) -> str:
    """Another one than a device's: neither cookie may pass for the other."""
    return host.deps.hasher.digest("staff sign-in", text)


def _path(name: str) -> str:
    return "/" if name.startswith("__Host-") else "/console"


def _named(browser: str) -> str:
    """What people call it, for the list of their sessions; the rest of the header says too much."""
    names = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS X", "Linux")
    name = next((item for item in names if item in browser), "a browser")
    system = next((item for item in systems if item in browser), "")
    plain = {"Edg": "Edge", "OPR": "Opera"}.get(name, name)
    return f"{plain} on {system.replace('Mac OS X', 'macOS')}" if system else plain
