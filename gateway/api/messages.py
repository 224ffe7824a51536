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

#: The highest number a message can have.
_LAST = 2**31 - 1


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
        return JSONResponse(render.pending(person=waited.person), 202)
    return JSONResponse(render.replies(waited.replies))


@router.get("/chat/messages")
async def history(
    request: Request,
    after: Annotated[int | None, Query(ge=0, le=_LAST)] = None,
    latest: Annotated[int | None, Query(ge=1, le=200)] = None,
    before: Annotated[int | None, Query(ge=1, le=_LAST)] = None,
) -> JSONResponse:
    """What was said, oldest first: after message number `after`, at most 200 of them; ask again for more.

    Or the newest `latest` messages, those before number `before` if that is given, and whether there are
    earlier ones.
    """
    runtime = runtime_of(request)
    conversation_id = await conversation_of(request)
    if latest is None:
        if before is not None:
            raise ApiError(422, "invalid", "before: goes with latest.")
        messages = await runtime.threads.run(transcripts.after, runtime.deps, conversation_id, after or 0)
        return JSONResponse(render.history(messages))
    if after is not None:
        raise ApiError(422, "invalid", "after: does not go with latest.")
    found, earlier = await runtime.threads.run(
        transcripts.page, runtime.deps, conversation_id, latest, before
    )
    return JSONResponse(render.page(found, earlier=earlier))


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
