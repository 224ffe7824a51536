"""The support console as an application of its own, mounted at /console."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from bot.domain.errors import BillingUnavailableError, ConflictError, FairwellError, NotFoundError
from console.guard import (
    HOME,
    Handler,
    NotAllowedError,
    SetupNeededError,
    SignInNeededError,
    sign_in_address,
)
from console.host import Host
from console.oidc import Provider
from console.pages import Pages, page, to
from console.routes import (
    account,
    audit,
    canned,
    conversation,
    conversations,
    desk,
    live,
    oidc,
    queue,
    settings,
    sign_in,
    staff,
)

_SETUP = "/console/account/authenticator"
_NOTHING = "There is nothing at this address, or it is not yours to see."
#: What is said of a fault: its status, a heading, and a text with the fault's own words in it.
_SAID: tuple[tuple[type[Exception], int, str, str], ...] = (
    (NotAllowedError, 403, "Not allowed", "{}"),
    (NotFoundError, 404, "Not here", _NOTHING),
    (ConflictError, 409, "Not done", "{} Nothing was changed."),
    (BillingUnavailableError, 503, "Not done", "The billing system does not answer. Try again in a minute."),
    (FairwellError, 400, "Not done", "{} Nothing was changed."),
)
TOPICS = (
    sign_in,
    oidc,
    account,
    staff,
    queue,
    conversations,
    conversation,
    desk,
    canned,
    settings,
    audit,
    live,
)


def create_console(host: Host) -> FastAPI:
    """Serves staff. Whoever is not signed in is sent to the sign-in, and back."""
    app = FastAPI(title="Fairwell console", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.host = host
    app.state.pages = Pages()
    app.state.provider = Provider(host.application.settings) if host.application.settings.oidc else None
    for topic in TOPICS:
        app.include_router(topic.router)

    @app.get("/")
    async def home() -> Response:
        return to(HOME)

    @app.get("/static/{name}")
    async def static(request: Request, name: str) -> Response:
        found: Response | None = request.app.state.pages.file(name)
        return found if found is not None else Response(status_code=404)

    _faults(app)
    return app


def _faults(app: FastAPI) -> None:
    for kind, status, title, text in _SAID:
        app.add_exception_handler(kind, _saying(status, title, text))
    app.add_exception_handler(SignInNeededError, _sign_in)
    app.add_exception_handler(SetupNeededError, _set_up)
    app.add_exception_handler(HTTPException, _http)


def _saying(status: int, title: str, text: str) -> Handler:
    async def say(request: Request, fault: Exception) -> Response:
        return _said(request, status, title, text.format(_sentence(fault)))

    return say


async def _sign_in(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, SignInNeededError)  # noqa: S101 - registered for it
    return _go(request, sign_in_address(fault.next))


async def _set_up(request: Request, _: Exception) -> Response:
    return _go(request, _SETUP)


async def _http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)  # noqa: S101 - registered for it
    if fault.status_code in {404, 405}:
        return _said(request, 404, "Not here", _NOTHING)
    return _said(request, fault.status_code, "Not done", "This could not be read.")


def _go(request: Request, address: str) -> Response:
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return to(address)


def _said(request: Request, status: int, title: str, text: str) -> Response:
    return page(request, "error.html", {"title": title, "text": text}, status=status)


def _sentence(fault: Exception) -> str:
    text = str(fault) or "This could not be done"
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."
