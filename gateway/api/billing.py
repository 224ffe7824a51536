"""`POST /billing/PROVIDER`: a billing system elsewhere tells that something has changed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.domain.errors import (
    BillingRefusedError,
    BillingUnavailableError,
    NotFoundError,
    SignatureInvalidError,
)
from bot.ports import RemoteBilling
from bot.services import billing_news
from gateway.api.access import runtime_of
from gateway.faults import ApiError

router = APIRouter()


@router.post("/billing/{provider}")
async def hear(request: Request, provider: str) -> JSONResponse:
    """Verifies what was sent, and leaves the rest to a job. The sender repeats what is not answered so."""
    runtime = runtime_of(request)
    billing = runtime.deps.billing
    if not isinstance(billing, RemoteBilling) or billing.name != provider:
        raise ApiError(404, "provider_unknown", "No such billing system is connected.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        async with runtime.hearing:
            news = await runtime.threads.run(billing.hear, headers, await request.body())
    except SignatureInvalidError:
        raise ApiError(401, "signature_invalid", "This is not signed, or not any more.") from None
    except NotFoundError:
        raise ApiError(
            404, "provider_silent", "This billing system is not set up to send anything."
        ) from None
    except BillingRefusedError:
        raise ApiError(422, "event_refused", "This is signed, and no event that is taken here.") from None
    except BillingUnavailableError:
        raise ApiError(
            503, "billing_unavailable", "The billing system can't be asked; send it again."
        ) from None
    if news is not None:
        await runtime.threads.run(billing_news.accept, runtime.deps, news)
        runtime.outbox.wake.set()
    return JSONResponse({})
