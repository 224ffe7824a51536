"""The demo's shop, which shows how a company connects Fairwell: on this machine, while the demo is on."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response

from bot.domain.customers import Customer
from channels.web.render import timestamp
from gateway.api import shop
from gateway.api.access import at_home, runtime_of
from gateway.api.models import DemoIdentityRequest, read
from gateway.api.pages import Pages, file_or_404
from gateway.faults import ApiError
from gateway.runtime import Runtime

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_FORM = "application/x-www-form-urlencoded"


async def _only_at_home(request: Request) -> None:
    if not at_home(request):
        raise ApiError(403, "demo_only_here", "The demo answers on the machine it runs on only.")


router = APIRouter(dependencies=[Depends(_only_at_home)])


@router.get("/")
async def home(request: Request) -> Response:
    """The shop's front page, with its plans."""
    return await _page(request, "home")


@router.get("/demo/account")
async def account(request: Request) -> Response:
    """The account of who is signed in, with the link that cancels."""
    return await _page(request, "account")


@router.get("/demo/mail")
async def mail(request: Request) -> Response:
    """The mail that was sent, newest first: for browsers a page, for everything else JSON."""
    if "text/html" in request.headers.get("accept", ""):
        return await _page(request, "mail")
    runtime = runtime_of(request)
    sent = await runtime.threads.run(runtime.application.sent_mail)
    shown = [
        {"id": item.id, "to": item.to, "subject": item.subject, "text": item.text, "at": timestamp(item.at)}
        for item in sent
    ]
    return JSONResponse({"mail": shown}, headers={"Vary": "Accept"})


@router.get("/demo/static/{name}")
async def static(request: Request, name: str) -> Response:
    """What the pages are made of."""
    pages: Pages = request.app.state.pages
    return file_or_404(pages, name)


@router.get("/demo/docs/{name}")
async def docs(name: str) -> Response:
    """A page of the documentation, as it lies in `docs/`."""
    found = {path.name: path for path in _DOCS.glob("*.md")}.get(name)
    if found is None:
        raise ApiError(404, "not_found", "There is no such page.")
    return FileResponse(found, media_type="text/plain; charset=utf-8")


@router.post("/demo/sign-in")
async def sign_in(request: Request) -> Response:
    """Signs in as the demo customer `customer`, or out where that is empty, and goes back to the page."""
    form = await _form(request)
    wanted = form.get("customer", "")
    if wanted and await _known(runtime_of(request), wanted) is None:
        raise _unknown()
    answer = _back(form)
    if wanted:
        answer.set_cookie(shop.COOKIE, wanted, httponly=True, samesite="strict")
    else:
        answer.delete_cookie(shop.COOKIE, httponly=True, samesite="strict")
    return answer


@router.get("/demo/identity")
async def signed_in_identity(request: Request) -> Response:
    """The endpoint a company writes itself: the identity token of who is signed in; for nobody, 204."""
    runtime = runtime_of(request)
    ref = shop.signed_in(request, runtime.application)
    known = await _known(runtime, ref) if ref else None
    if known is None:
        return Response(status_code=204)
    return JSONResponse({"identity": runtime.application.identity_tokens.issue(known.ref)})


@router.post("/demo/identity")
async def identity(request: Request) -> JSONResponse:
    """The identity token of any demo customer, for tests and scripts."""
    runtime = runtime_of(request)
    known = await _known(runtime, (await read(request, DemoIdentityRequest)).customer)
    if known is None:
        raise _unknown()
    return JSONResponse({"identity": runtime.application.identity_tokens.issue(known.ref)})


@router.post("/demo/reset")
async def reset(request: Request) -> Response:
    """Puts the demo customers back as they were; a form is led back to its page, which says so."""
    runtime = runtime_of(request)
    await runtime.threads.run(runtime.application.reset_demo)
    if _is_form(request):
        return _back(await _form(request), done="reset")
    return JSONResponse({"reset": True})


async def _page(request: Request, place: str) -> Response:
    runtime = runtime_of(request)
    seen = shop.visit(request, runtime.application, place)
    values = await runtime.threads.run(shop.SHOWN[place], runtime.application, seen)
    was_reset = request.query_params.get("done") == "reset"
    pages: Pages = request.app.state.pages
    made = pages.page(f"shop_{place}.html", {**values, "was_reset": was_reset}, script=True, forms=True)
    made.headers["Vary"] = "Accept, Accept-Language, Cookie"
    return made


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().casefold() == _FORM


async def _form(request: Request) -> dict[str, str]:
    """The fields of a plain form, the last of each name. Raises `ApiError` 415 for anything else."""
    if not _is_form(request):
        raise ApiError(415, "invalid", "This address takes a form.")
    fields = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


def _back(form: dict[str, str], **query: str) -> RedirectResponse:
    """To the page the form was on: one of ours, whatever the form says."""
    path = shop.PLACES.get(form.get("place", ""), "/")
    return RedirectResponse(shop.address(path, **query, language=form.get("language", "")), 303)


async def _known(runtime: Runtime, ref: str) -> Customer | None:
    """The demo customer with this ref."""

    def found() -> Customer | None:
        if ref not in runtime.application.demo_customers():
            return None
        with runtime.deps.store.begin() as work:
            return work.customers.get(ref)

    return await runtime.threads.run(found)


def _unknown() -> ApiError:
    return ApiError(404, "customer_unknown", "There is no such demo customer.")
