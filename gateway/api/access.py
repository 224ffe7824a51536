"""Who asks: the session behind a bearer token, and whether a demo request comes from this very machine."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from bot.services import sessions
from gateway.faults import ApiError
from gateway.network import is_loopback, is_loopback_name
from gateway.runtime import Runtime
from gateway.threads import Threads

#: What a proxy adds. The demo is not for whoever comes through one, however near the proxy is.
_PROXIED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def runtime_of(connection: HTTPConnection) -> Runtime:
    """The runtime of the app that serves this."""
    runtime: Runtime = connection.app.state.runtime
    return runtime


def token_of(connection: HTTPConnection) -> str:
    """The token of `Authorization: Bearer TOKEN`. Raises `ApiError` 401 `session_invalid`."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        raise session_invalid()
    return token.strip()


async def conversation_of(connection: HTTPConnection, *, extend: bool = False) -> str:
    """The conversation of `Authorization: Bearer TOKEN`. Raises `ApiError` 401 `session_invalid`."""
    return await conversation_of_token(runtime_of(connection), token_of(connection), extend=extend)


async def conversation_of_token(
    runtime: Runtime, token: str, *, extend: bool = False, threads: Threads | None = None
) -> str:
    """The conversation a session's token opens. Raises `ApiError` 401 `session_invalid`."""
    known = None
    if token.isascii() and 0 < len(token) <= 256:
        run = (threads or runtime.threads).run
        known = await run(sessions.conversation_of, runtime.deps, token, extend=extend)
    if known is None:
        raise session_invalid()
    return known


def session_invalid() -> ApiError:
    """No such session, or none any more."""
    return ApiError(
        401,
        "session_invalid",
        "This session is unknown or has ended. Open a new one.",
        {"WWW-Authenticate": "Bearer"},
    )


def at_home(connection: HTTPConnection) -> bool:
    """Whether a request comes from this machine, under one of its loopback names, and from no other website.

    The name matters: a website may point a name of its own at 127.0.0.1 and read what a browser fetches there
    (DNS rebinding).
    """
    if connection.client is None or not is_loopback(connection.client.host):
        return False
    if any(name in connection.headers for name in _PROXIED):
        return False
    origin = connection.headers.get("origin")
    if origin is not None and not is_loopback_name(origin.partition("://")[2]):
        return False
    return is_loopback_name(connection.headers.get("host", ""))
