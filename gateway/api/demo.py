"""The page to try it, its mail and its customers: only on this machine, only while the demo is on."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from bot.domain.customers import Customer
from channels.web.render import timestamp
from gateway.api.access import at_home, runtime_of
from gateway.api.models import DemoIdentityRequest, read
from gateway.api.pages import Pages, file_or_404, in_language
from gateway.faults import ApiError
from gateway.runtime import Runtime

#: What the page's scripts say; they fill the values in themselves.
_WORDS = (
    "demo_answer_follows", "demo_answers", "demo_away", "demo_messages", "demo_new_mail", "demo_not_sent",
    "demo_not_sent_yet", "demo_not_signed_in", "demo_open_receipt", "demo_open_receipt_number", "demo_person",
    "demo_receipt", "demo_receipt_cancel", "demo_receipt_ends", "demo_receipt_from", "demo_receipt_received",
    "demo_receipt_undo", "demo_received", "demo_reset", "demo_reset_again", "demo_reset_done",
    "demo_reset_failed", "demo_sending", "demo_slow_down", "demo_starting", "demo_try_again", "demo_writing",
    "demo_writing_as", "demo_you",
)  # fmt: skip
_FILLED_IN = {name: f"{{{name}}}" for name in ("name", "seconds", "company", "number", "subject")}


async def _only_at_home(request: Request) -> None:
    if not at_home(request):
        raise ApiError(403, "demo_only_here", "The demo answers on the machine it runs on only.")


router = APIRouter(dependencies=[Depends(_only_at_home)])


@router.get("/")
async def page(request: Request) -> Response:
    """The demo page, in the language that was picked on it, else in the browser's."""
    runtime = runtime_of(request)
    wording, languages = runtime.deps.wording, runtime.deps.languages
    language = wording.locale(request.query_params.get("language") or request.headers.get("accept-language"))
    pages: Pages = request.app.state.pages
    values = {
        "static": "/demo/static",
        "company": runtime.deps.company,
        "time_zone": runtime.settings.timezone,
        "customers": await runtime.threads.run(_customers, runtime, language),
        "languages": [{"code": code, "name": languages.name(code, code)} for code in languages.spoken],
        "words": {name: wording.text(name, language, _FILLED_IN) for name in _WORDS},
        **in_language(wording, language),
    }
    return pages.page("demo.html", values, script=True)


@router.get("/demo/static/{name}")
async def static(request: Request, name: str) -> Response:
    """What the page is made of."""
    pages: Pages = request.app.state.pages
    return file_or_404(pages, name)


@router.post("/demo/identity")
async def identity(request: Request) -> JSONResponse:
    """The identity token of a demo customer, as a company's own website would make it."""
    runtime = runtime_of(request)
    wanted = await read(request, DemoIdentityRequest)
    known = await runtime.threads.run(_customer, runtime, wanted.customer)
    if known is None:
        raise ApiError(404, "customer_unknown", "There is no such demo customer.")
    return JSONResponse({"identity": runtime.application.identity_tokens.issue(known.ref)})


@router.get("/demo/mail")
async def mail(request: Request) -> JSONResponse:
    """The mail that was sent, newest first."""
    runtime = runtime_of(request)
    sent = await runtime.threads.run(runtime.application.sent_mail)
    shown = [
        {"id": item.id, "to": item.to, "subject": item.subject, "text": item.text, "at": timestamp(item.at)}
        for item in sent
    ]
    return JSONResponse({"mail": shown})


@router.post("/demo/reset")
async def reset(request: Request) -> JSONResponse:
    """Puts the demo customers back as they were."""
    runtime = runtime_of(request)
    await runtime.threads.run(runtime.application.reset_demo)
    return JSONResponse({"reset": True})


def _customer(runtime: Runtime, ref: str) -> Customer | None:
    if ref not in runtime.application.demo_customers():
        return None
    with runtime.deps.store.begin() as work:
        return work.customers.get(ref)


def _customers(runtime: Runtime, language: str) -> list[dict[str, str]]:
    with runtime.deps.store.begin() as work:
        billing = runtime.deps.billing.within(work)
        text = runtime.deps.wording.text
        found = [work.customers.get(ref) for ref in runtime.application.demo_customers()]
        return [
            {
                "id": customer.ref,
                "name": customer.name,
                "email": customer.email,
                "summary": ", ".join(
                    text(
                        "demo_plan",
                        language,
                        {
                            "plan": item.plan.name,
                            "status": text(f"demo_status_{item.status.value}", language, {}),
                        },
                    )
                    for item in billing.subscriptions(customer.ref)
                ),
            }
            for customer in found
            if customer is not None
        ]
