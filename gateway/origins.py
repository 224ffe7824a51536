"""Which websites may use the chat: enforced here, for requests and for sockets, before anything is read.

A bearer token is no cookie: no browser sends it by itself. So this is no defence of sessions against other
websites, which cannot have their tokens, but it says on whose pages a company's chat appears and who may open
sessions in visitors' browsers. docs/adr/0021-who-may-use-the-chat.md has the reasons.
"""

from __future__ import annotations

import structlog
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.domain.origins import DEFAULT_PORTS, origin, origin_of
from bot.settings import Settings
from gateway import faults
from gateway.network import is_loopback_name

log = structlog.get_logger(__name__)

_GUARDED = "/chat/"
#: Anybody's page may read these, and their routes say so.
_PUBLIC = ("/chat/widget",)
#: Seconds a browser may remember what it was told; none remembers for longer than two hours.
_REMEMBERED = 7200
#: So many origins are named in the log when they are refused; a stranger can think of any number.
_NAMED = 20


class Origins:
    """The websites that may use the chat of one installation."""

    def __init__(self, settings: Settings) -> None:
        ours = origin_of(settings.public_url)
        self._listed = frozenset(settings.web_origins) | ({ours} if ours else frozenset())
        self._demo = settings.demo

    def guards(self, scope: Scope) -> bool:
        """Whether it matters where this comes from."""
        if scope["type"] not in {"http", "websocket"}:
            return False
        path: str = scope["path"]
        return path.startswith(_GUARDED) and path not in _PUBLIC

    def admits(self, scope: Scope) -> bool:
        """Whether it comes from a page that may, or from no browser at all: all of those send an origin.

        All but for their own page's plain GETs, that is, and there is nothing to refuse in those.
        """
        headers = Headers(scope=scope)
        given = headers.getlist("origin")
        if not given:
            return True
        return len(given) == 1 and self._may(given[0], headers.getlist("host"))

    def _may(self, given: str, hosts: list[str]) -> bool:
        try:
            if origin(given) != given:
                return False  # no browser spells it like this
        except ValueError:
            return False  # "null" among them: a sandbox, a file, or somebody who hides
        return (
            given in self._listed
            or (len(hosts) == 1 and _same(given, hosts[0]))
            or (self._demo and is_loopback_name(given.partition("://")[2]))
        )


def _same(given: str, host: str) -> bool:
    """Whether an origin is at this host and port, whatever the scheme: TLS may end in front of us."""
    scheme, _, place = given.partition("://")
    default = f":{DEFAULT_PORTS[scheme]}"
    return host.lower().removesuffix(default) == place


class Cors:
    """Lets pages of the origins that may use the chat read its answers, errors included.

    It stands outside of whatever may answer. Starlette's own middleware writes the headers and answers
    preflights; who may is decided here, as it takes the address we are reached by to know our own pages.
    """

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins
        self._shared = _Shared(
            app,
            allow_origin_regex=".*",  # only those come here that may
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("Authorization", "Content-Type"),
            expose_headers=("Retry-After",),
            max_age=_REMEMBERED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on, but for preflights of origins that may."""
        shared = self._origins.guards(scope) and self._origins.admits(scope)
        await (self._shared if shared else self._app)(scope, receive, send)


class _Shared(CORSMiddleware):
    def preflight_response(self, request_headers: Headers) -> Response:
        """As it is, but that a refusal has the one shape all our errors have."""
        answer = super().preflight_response(request_headers)
        if answer.status_code == 200:
            return answer
        kept = {name: answer.headers[name] for name in ("Vary", "Access-Control-Allow-Origin")}
        return faults.response(400, "invalid", "The chat takes no such method or header.", kept)


class KnownOriginsOnly:
    """Refuses pages of other origins: 403 `origin_not_allowed`, sockets before they are accepted."""

    def __init__(self, app: ASGIApp, origins: Origins) -> None:
        self._app = app
        self._origins = origins
        self._named: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what may pass."""
        if not self._origins.guards(scope) or self._origins.admits(scope):
            await self._app(scope, receive, send)
            return
        self._note(HTTPConnection(scope).headers.get("origin", "")[:100])
        refusal = faults.response(
            403,
            "origin_not_allowed",
            "Pages of this origin may not use the chat. FAIRWELL_WEB_ORIGINS lists those that may.",
            {"Vary": "Origin"},
        )
        if scope["type"] == "http":
            await refusal(scope, receive, send)
            return
        socket = WebSocket(scope, receive, send)
        if "websocket.http.response" in scope.get("extensions", {}):
            await socket.send_denial_response(refusal)
        else:
            await socket.close()  # a server that cannot say why answers 403 by itself

    def _note(self, refused: str) -> None:
        """Says it once for each: whoever puts the chat on a new site finds here what is missing."""
        if refused not in self._named and len(self._named) < _NAMED:
            self._named.add(refused)
            log.warning("origin_refused", origin=refused, setting="FAIRWELL_WEB_ORIGINS")
