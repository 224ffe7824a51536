"""`WS /console/live`: tells a page which conversation has changed, and nothing of what was said."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from bot.domain.staff import Permission
from console import guard
from console.guard import host_of

router = APIRouter()
#: Seconds between signs of life; at each the session is looked at again.
_ALIVE = 20.0
_NOT_SIGNED_IN, _NOT_OURS = 4401, 4403


@router.websocket("/live")
async def live(websocket: WebSocket) -> None:
    """Cookies come by themselves, so the page's origin is asked for, too."""
    host = host_of(websocket)
    await websocket.accept()
    if guard.from_elsewhere(websocket, host) or "origin" not in websocket.headers:
        await websocket.close(_NOT_OURS)
        return
    ended = asyncio.create_task(_until_it_leaves(websocket))
    try:
        with host.live.listening() as page:
            while not ended.done():
                found = await guard.signed_in(websocket)
                if found is None or guard.bare(host, found) or not found.staff.may(Permission.READ):
                    await websocket.close(_NOT_SIGNED_IN)
                    return
                await websocket.send_json({"changed": await _next(page)})
    except (WebSocketDisconnect, RuntimeError):
        # Starlette says by a RuntimeError that it is closed already.
        return
    finally:
        ended.cancel()


async def _next(page: asyncio.Queue[str]) -> list[str]:
    """What changed, all at once; nothing, after a while, as a sign of life."""
    try:
        first = await asyncio.wait_for(page.get(), _ALIVE)
    except TimeoutError:
        return []
    names = [first]
    while not page.empty():
        names.append(page.get_nowait())
    return sorted(set(names))


async def _until_it_leaves(websocket: WebSocket) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await websocket.receive_text()
