"""`/leave`: the way out without chat and without scripts. docs/adr/0022-leave.md has the reasons."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.domain.errors import ConflictError, NotFoundError
from bot.services import sessions, standing
from bot.services.inbox import TooManyMessagesError
from gateway import forms, leaving
from gateway.api.access import runtime_of
from gateway.api.pages import Pages, file_or_404, in_language
from gateway.faults import ApiError
from gateway.forms import Form, FormError
from gateway.leave_page import View
from gateway.leaving import Start
from gateway.runtime import Runtime
from gateway.visitors import admit

log = structlog.get_logger(__name__)
router = APIRouter()

_STATIC = "/leave/static"
#: What "busy" asks for, in seconds.
_SOON = 2


@router.get("/leave/static/{name}")
async def static(request: Request, name: str) -> Response:
    """What the pages are drawn with."""
    pages: Pages = request.app.state.pages
    return file_or_404(pages, name)


@router.get("/leave")
async def start(request: Request) -> Response:
    """The first form. Looking at it changes nothing and opens nothing."""
    runtime = runtime_of(request)
    language = _language(runtime, request, request.query_params.get("language"))
    languages, text = runtime.deps.languages, runtime.deps.wording.text
    above = text("leave_declaration_above", language, {})
    spoken = [{"code": code, "name": languages.name(code, code)} for code in languages.spoken]
    values = {
        "start": Start.new(runtime.deps),
        "declares": leaving.declaration(runtime.deps, language, above),
        "declares_to": text("leave_declares", language, {"company": runtime.deps.company}),
        "languages": spoken,
    }
    return _page(request, "leave_start.html", language, values)


@router.post("/leave")
async def press(request: Request) -> Response:
    """Says what a form says, and shows how things stand then. The same form again has no second effect."""
    runtime = runtime_of(request)
    language = _language(runtime, request, None)
    if forms.from_elsewhere(request.headers, runtime.settings.public_url):
        return _note(request, language, FormError(403, "elsewhere"))
    try:
        form = Form.read(await request.body())
        language = _language(runtime, request, form.language)
        return await _act(request, runtime, form)
    except FormError as fault:
        return _note(request, language, fault)


async def _act(request: Request, runtime: Runtime, form: Form) -> Response:
    if form.finish:
        await runtime.threads.run(sessions.end_session, runtime.deps, form.session)
        raise FormError(200, "finished")
    conversation_id = await _conversation(request, runtime, form)
    try:
        await leaving.say(runtime, conversation_id, form)
        now = await runtime.threads.run(standing.of, runtime.deps, conversation_id)
    except TooManyMessagesError as fault:
        raise FormError(429, "many", fault.retry_after) from None
    except NotFoundError:
        raise FormError(404, "gone") from None  # a button that this conversation never had
    except ConflictError:
        raise FormError(503, "busy", _SOON) from None
    shown = View(runtime.deps.wording, now, refused=leaving.refused(form, now))
    return _page(
        request, "leave.html", now.language, {**shown.values(), "form": form, "id": leaving.new_id()}
    )


async def _conversation(request: Request, runtime: Runtime, form: Form) -> str:
    """The form's conversation; begun by the first form. Raises `FormError`."""
    known = await runtime.threads.run(leaving.opened, runtime.deps, form)
    if known is None and leaving.may_open(runtime.deps, form):
        try:
            await admit(request)
        except ApiError as fault:
            raise FormError(
                fault.status, "many", int((fault.headers or {}).get("Retry-After", _SOON))
            ) from None
        known = await runtime.threads.run(leaving.open_once, runtime.deps, form)
    if known is None:
        raise FormError(404, "gone")
    return known


def _language(runtime: Runtime, request: Request, picked: str | None) -> str:
    return runtime.deps.wording.locale(picked or request.headers.get("accept-language"))


def _note(request: Request, language: str, fault: FormError) -> Response:
    """A page that says what is in the way and what can be done."""
    text = runtime_of(request).deps.wording.text
    values: dict[str, object] = {
        "title": text(f"leave_note_{fault.note}_title", language, {}),
        "text": text(f"leave_note_{fault.note}_text", language, {"seconds": str(fault.wait)}),
    }
    response = _page(request, "leave_note.html", language, values, fault.status)
    if fault.wait is not None:
        response.headers["Retry-After"] = str(fault.wait)
    return response


def _page(
    request: Request, template: str, language: str, values: dict[str, object], status: int = 200
) -> Response:
    runtime, pages = runtime_of(request), request.app.state.pages
    frame = {
        **in_language(runtime.deps.wording, language),
        "static": _STATIC,
        "company": runtime.deps.company,
    }
    response: Response = pages.page(template, {**frame, **values}, status, forms=True)
    response.headers["Vary"] = "Accept-Language"
    return response
