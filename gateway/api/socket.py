"""`WS /chat/socket`: what is said, as it is said."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from gateway import faults
from gateway.api.access import conversation_of_token, runtime_of
from gateway.api.line import Line, SlowError
from gateway.api.models import SocketRequest, parse
from gateway.faults import ApiError
from gateway.runtime import Runtime

router = APIRouter()

#: Close codes of our own (RFC 6455, 7.4.2) are the HTTP status with a 4 before it.
_OWN_CODES = 4000
#: Come back when there is less to do (IANA's registry of close codes).
_LATER = 1013
_CODES = {"stopped": 1012, "outdone": _LATER, "slow": _LATER, "failed": _LATER}


@router.websocket("/chat/socket")
async def socket(websocket: WebSocket) -> None:
    """The first frame says `{"token": …, "after": SEQ}`; then `{"messages": […]}` for all that follows.

    `{"messages": []}` is a sign of life. Refused with 503 before it is accepted where there are too many.
    """
    runtime = runtime_of(websocket)
    with runtime.sockets.admitted() as admitted:
        if not admitted:
            runtime.metrics.socket_ends.labels("full").inc()
            await _refuse(websocket)
            return
        why = await _served(websocket, runtime)
        runtime.metrics.socket_ends.labels(why).inc()


async def _refuse(websocket: WebSocket) -> None:
    busy = faults.response(
        503, "busy", "There are too many sockets. GET /chat/messages tells the same.", {"Retry-After": "30"}
    )
    if "websocket.http.response" in websocket.scope.get("extensions", {}):
        await websocket.send_denial_response(busy)
    else:
        await websocket.close(_LATER)


async def _served(websocket: WebSocket, runtime: Runtime) -> str:
    """Serves one to its end; says why that came, in a word for the metrics."""
    try:
        await runtime.sockets.let_in(websocket.accept())
        wanted = await _first_frame(websocket, runtime)
        conversation_id = await conversation_of_token(runtime, wanted.token, threads=runtime.sockets.threads)
        with runtime.sockets.seat(conversation_id) as seat:
            why = await Line(websocket, runtime, seat).keep(wanted.token, conversation_id, wanted.after)
    except WebSocketDisconnect:
        return "left"
    except ApiError as fault:
        body = faults.body_of(fault.code, fault.message)
        await _close(websocket, runtime, _OWN_CODES + fault.status, fault.code, body)
        return "refused"
    except SlowError:
        why = "slow"
    except Exception as fault:  # noqa: BLE001 - whatever it was, the client is told to come back
        runtime.sockets.failed(fault)
        why = "failed"
    if why in _CODES:
        await _close(websocket, runtime, _CODES[why])
    return why


async def _first_frame(websocket: WebSocket, runtime: Runtime) -> SocketRequest:
    try:
        async with asyncio.timeout(runtime.pace.first_frame):
            frame = await websocket.receive()
    except TimeoutError:
        raise ApiError(408, "invalid", "The first frame did not come.") from None
    if frame["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(frame.get("code", 1005))
    return parse(frame.get("text") or frame.get("bytes") or "", SocketRequest)


async def _close(
    websocket: WebSocket, runtime: Runtime, code: int, reason: str = "", last: Mapping[str, Any] | None = None
) -> None:
    """Says why and closes, as far as somebody listens; whoever does not read must not keep us either."""
    # A RuntimeError is how Starlette says that it is closed already.
    with suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
        async with asyncio.timeout(runtime.pace.send):
            if last is not None:
                await websocket.send_json(last)
            await websocket.close(code, reason)
