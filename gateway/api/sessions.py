"""`POST /chat/sessions`: opens a conversation of its own."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from bot.domain.errors import IdentityInvalidError, IdentityUsedError
from bot.services import sessions
from gateway.api.access import runtime_of
from gateway.api.models import SessionRequest, read
from gateway.faults import ApiError

router = APIRouter()


@router.post("/chat/sessions")
async def open_session(request: Request) -> JSONResponse:
    """Opens a session: anonymous, or with an identity token as that customer and never as nobody instead."""
    runtime = runtime_of(request)
    wanted = await read(request, SessionRequest)
    try:
        opened = await runtime.threads.run(
            sessions.open_session, runtime.deps, wanted.identity, wanted.locale
        )
    except IdentityUsedError:
        raise ApiError(
            401, "identity_used", "This identity token has been used; each opens one session."
        ) from None
    except IdentityInvalidError:
        raise ApiError(
            401, "identity_invalid", "This identity token is not one that is taken here."
        ) from None
    return JSONResponse({"session": opened.token, "conversation": opened.conversation_id}, 201)
