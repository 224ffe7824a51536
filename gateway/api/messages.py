"""`/chat/messages`: says something and gets the answer; reads what was said."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from bot.domain.errors import ConflictError, NotFoundError
from bot.services import transcripts
from bot.services.inbox import IdReusedError, TooManyMessagesError
from channels.contract import Inbound
from channels.web import parse, render
from gateway.api.access import conversation_of, runtime_of
from gateway.api.models import MessageRequest, read
from gateway.faults import ApiError
from gateway.runtime import Runtime

router = APIRouter()


@router.post("/chat/messages")
async def say(request: Request) -> JSONResponse:
    """Takes a message in durably, then waits a while for its answer. Safe to repeat with the same id."""
    runtime = runtime_of(request)
    conversation_id = await conversation_of(request, extend=True)
    wanted = await read(request, MessageRequest)
    if wanted.button is not None and not parse.is_token(wanted.button):
        raise _no_such_button()
    message = parse.inbound(conversation_id, wanted.id, text=wanted.text, button=wanted.button)
    inbox_id = await _receive(runtime, message)
    waited = await runtime.waiting.wait_for(inbox_id, conversation_id, runtime.pace.answer)
    if not waited.replies:
        return JSONResponse(render.replies((), pending=True), 202)
    return JSONResponse(render.replies(waited.replies))


@router.get("/chat/messages")
async def history(request: Request, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0) -> JSONResponse:
    """What was said after message number `after`, oldest first, at most 200 messages; ask again for more."""
    runtime = runtime_of(request)
    conversation_id = await conversation_of(request)
    messages = await runtime.threads.run(transcripts.after, runtime.deps, conversation_id, after)
    return JSONResponse(render.history(messages))


async def _receive(runtime: Runtime, message: Inbound) -> str:
    try:
        return await runtime.inbox.receive(message)
    except IdReusedError:
        raise ApiError(
            409, "id_reused", "This id was used for another message of this conversation."
        ) from None
    except NotFoundError:
        raise _no_such_button() from None
    except TooManyMessagesError as fault:
        wait = str(fault.retry_after)
        raise ApiError(
            429, "too_many_messages", f"Too many messages. Wait {wait} seconds.", {"Retry-After": wait}
        ) from None
    except ConflictError:
        raise ApiError(
            503, "busy", "Too busy to take this in. Send it again.", {"Retry-After": "2"}
        ) from None


def _no_such_button() -> ApiError:
    return ApiError(404, "button_unknown", "This conversation has no such button.")
