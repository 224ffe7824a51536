"""Signing in at the company's own provider."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.services import staff_sign_in
from bot.services.doors import SignInRefusedError
from console import cookies, guard
from console.guard import host_of
from console.oidc import Begun, Provider
from console.pages import page, to

router = APIRouter()


@router.get("/oidc")
async def begin(request: Request) -> Response:
    """Off to the provider."""
    provider: Provider | None = request.app.state.provider
    if provider is None:
        return _refused(request)
    try:
        begun = await provider.begin()
    except SignInRefusedError:
        return _refused(request, "Your company's sign-in does not answer. Try again in a minute.")
    response = to(begun.url)
    target = guard.safe_next(request.query_params.get("next", ""))
    kept = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "next": target}
    cookies.begin(request, response, kept)
    return response


@router.get("/oidc/callback")
async def finish(request: Request) -> Response:
    """Back from the provider."""
    provider: Provider | None = request.app.state.provider
    host, kept = host_of(request), cookies.begun(request)
    if provider is None or not kept:
        return _refused(request)
    begun = Begun("", kept["state"], kept["nonce"], kept["verifier"])
    try:
        claimed = await provider.finish(begun, dict(request.query_params))
        browser = cookies.caller_of(request).browser
        opened = await host.run(staff_sign_in.by_provider, host.deps, claimed, browser)
    except SignInRefusedError as fault:
        text = f"{str(fault).capitalize()}. Ask whoever looks after Fairwell here to invite you."
        response = _refused(request, text)
        cookies.ended(response)
        return response
    response = to(guard.safe_next(kept["next"]))
    cookies.ended(response)
    cookies.sign_in(request, response, opened)
    return response


def _refused(request: Request, text: str = "This sign-in is over. Begin again.") -> Response:
    return page(request, "error.html", {"title": "Not signed in", "text": text}, status=403)
