"""`WS /chat/socket`: what is said, as it is said."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from bot.services import transcripts
from channels.web import render
from gateway import faults
from gateway.api.access import conversation_of_token, runtime_of
from gateway.api.models import SocketRequest, parse
from gateway.faults import ApiError
from gateway.runtime import Runtime

router = APIRouter()

#: Close codes of our own (RFC 6455, 7.4.2) are the HTTP status with a 4 before it.
_OWN_CODES = 4000


@router.websocket("/chat/socket")
async def socket(websocket: WebSocket) -> None:
    """The first frame says `{"token": …, "after": SEQ}`; then `{"messages": […]}` for all that follows."""
    runtime = runtime_of(websocket)
    await websocket.accept()
    runtime.metrics.sockets.inc()
    try:
        wanted = await _first_frame(websocket, runtime)
        conversation_id = await conversation_of_token(runtime, wanted.token)
        await _push(websocket, runtime, conversation_id, wanted.after)
    except ApiError as fault:
        await websocket.send_json(faults.body_of(fault.code, fault.message))
        await websocket.close(_OWN_CODES + fault.status, fault.code)
    except WebSocketDisconnect:
        return
    finally:
        runtime.metrics.sockets.dec()


async def _first_frame(websocket: WebSocket, runtime: Runtime) -> SocketRequest:
    try:
        async with asyncio.timeout(runtime.pace.first_frame):
            frame = await websocket.receive()
    except TimeoutError:
        raise ApiError(408, "invalid", "The first frame did not come.") from None
    if frame["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(frame.get("code", 1005))
    return parse(frame.get("text") or frame.get("bytes") or "", SocketRequest)


async def _push(websocket: WebSocket, runtime: Runtime, conversation_id: str, after: int) -> None:
    gone = asyncio.create_task(_until_gone(websocket))
    try:
        with runtime.web.listening(conversation_id) as bell:
            while not gone.done():
                bell.clear()
                messages = await runtime.threads.run(transcripts.after, runtime.deps, conversation_id, after)
                if messages:
                    await websocket.send_json(render.history(messages))
                    after = messages[-1].seq
                elif runtime.web.stopped:
                    await websocket.close(1012)
                    return
                else:
                    await _something(bell, gone, runtime.pace.socket)
    finally:
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone


async def _until_gone(websocket: WebSocket) -> None:
    """What a client sends after the first frame means nothing; that it left does."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


async def _something(bell: asyncio.Event, gone: asyncio.Task[None], patience: float) -> None:
    rung = asyncio.create_task(bell.wait())
    try:
        await asyncio.wait({rung, gone}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
    finally:
        rung.cancel()
