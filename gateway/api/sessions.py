"""`/chat/sessions`: opens a conversation of its own, and ends the session that it was opened with."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.domain.errors import IdentityInvalidError, IdentityUsedError
from bot.services import sessions
from gateway.api.access import conversation_of, runtime_of, token_of
from gateway.api.models import SessionRequest, read
from gateway.faults import ApiError
from gateway.visitors import admit

router = APIRouter()


@router.post("/chat/sessions")
async def open_session(request: Request) -> JSONResponse:
    """Opens a session: anonymous, or with an identity token as that customer and never as nobody instead."""
    runtime = runtime_of(request)
    wanted = await read(request, SessionRequest)
    if wanted.identity is None:
        # A token that is not taken opens nothing and keeps nothing: there is nothing to count (ADR 0021).
        await admit(request)
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


@router.delete("/chat/sessions")
async def end_session(request: Request) -> Response:
    """Ends the session of the bearer token, for good; what was said and done stays with the company."""
    runtime = runtime_of(request)
    conversation_id = await conversation_of(request)
    await runtime.threads.run(sessions.end_session, runtime.deps, token_of(request))
    # What other tabs have open with it ends as well.
    runtime.sockets.doubt(conversation_id)
    return Response(status_code=204)
