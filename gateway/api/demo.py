"""The page to try it, its mail and its customers: only on this machine, only while the demo is on."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from bot.domain.customers import Customer
from channels.web.render import timestamp
from gateway.api.access import at_home, runtime_of
from gateway.api.models import DemoIdentityRequest, read
from gateway.api.pages import Pages, file_or_404
from gateway.faults import ApiError
from gateway.runtime import Runtime


async def _only_at_home(request: Request) -> None:
    if not at_home(request):
        raise ApiError(403, "demo_only_here", "The demo answers on the machine it runs on only.")


router = APIRouter(dependencies=[Depends(_only_at_home)])


@router.get("/")
async def page(request: Request) -> Response:
    """The demo page."""
    runtime = runtime_of(request)
    pages: Pages = request.app.state.pages
    values = {
        "static": "/demo/static",
        "company": runtime.deps.company,
        "time_zone": runtime.settings.timezone,
        "customers": await runtime.threads.run(_customers, runtime),
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


def _customers(runtime: Runtime) -> list[dict[str, str]]:
    with runtime.deps.store.begin() as work:
        billing = runtime.deps.billing.within(work)
        found = [work.customers.get(ref) for ref in runtime.application.demo_customers()]
        return [
            {
                "id": customer.ref,
                "name": customer.name,
                "email": customer.email,
                "summary": ", ".join(
                    f"{item.plan.name} ({item.status.value})" for item in billing.subscriptions(customer.ref)
                ),
            }
            for customer in found
            if customer is not None
        ]
