"""Socket Mode: one connection that we open, and open again whenever it ends."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from channels.slack.listeners import Afterwards
from channels.slack.quiet import LOGGER
from channels.slack.web_api import WebApi

log = structlog.get_logger(__name__)

#: Takes a body; gives Slack's answer and what is to be done after it.
Dispatch = Callable[[Mapping[str, object], str, datetime | None], Awaitable[tuple[BoltResponse, Afterwards]]]

#: How often the connection is tried; a dropped one is noticed within a few of these.
PING_SECONDS = 5.0
_FIRST_SECONDS, _SLOWEST_SECONDS = 0.5, 30.0
#: What is being stored when we stop has this long to be acknowledged; else Slack sends it again.
_GRACE_SECONDS = 2.0


class Connection(SocketModeClient):
    """Bolt's client with a way to connect that always comes to an end.

    The library's own tries one address for ever, though Slack's addresses are tickets that are good once, and
    closes by waiting for an answer that Slack does not give.
    """

    def __init__(self, app_token: str, api: WebApi, *, local: bool) -> None:
        super().__init__(
            app_token=app_token, logger=LOGGER, web_client=api.client(), ping_interval=PING_SECONDS
        )
        if local:
            self.proxy = None
        self._turn = asyncio.Lock()

    async def connect(self) -> None:
        """Connects, however often it takes, with longer and longer pauses between."""
        before = self.current_session
        async with self._turn:
            delay = _FIRST_SECONDS
            while not self.closed:
                if self.current_session is not before and await self.is_connected():
                    return
                try:
                    await self._connect_once()
                except Exception as fault:  # noqa: BLE001 - whatever it is, the next try may do better
                    log.warning("slack_connecting", fault=type(fault).__name__)
                    # No two replicas at the same instant.
                    await asyncio.sleep(delay * random.uniform(0.8, 1.2))  # noqa: S311
                    delay = min(delay * 2, _SLOWEST_SECONDS)
                else:
                    log.info("slack_connected")
                    return

    async def _connect_once(self) -> None:
        ticket, self.wss_uri = self.wss_uri, None
        self.auto_reconnect_enabled = False
        await self._hang_up()
        session = await self.aiohttp_client_session.ws_connect(
            ticket or await self.issue_new_wss_url(),
            autoping=False,
            heartbeat=self.ping_interval,
            proxy=self.proxy,
        )
        self.current_session, self.stale, self.last_ping_pong_time = session, False, None
        await session.ping(f"sdk-ping-pong:{time.time()}".encode())
        self.auto_reconnect_enabled = self.default_auto_reconnect_enabled
        for running in (self.current_session_monitor, self.message_receiver):
            if running is not None:
                running.cancel()
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def close(self) -> None:
        """Ends everything, within a second or so."""
        self.closed = True
        running = [self.message_processor, self.current_session_monitor, self.message_receiver]
        tasks = [task for task in running if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._hang_up()
        await self.aiohttp_client_session.close()

    async def _hang_up(self) -> None:
        if self.current_session is None:
            return
        try:
            async with asyncio.timeout(1):
                await self.current_session.close()
        except (TimeoutError, aiohttp.ClientError, ConnectionError):
            log.info("slack_hung_up_hard")


class SocketMode:
    """The connection and what comes over it. Replicas may each have one: Slack gives each event to one."""

    def __init__(
        self, app_token: str, api: WebApi, dispatch: Dispatch, later: Callable[[Afterwards], Awaitable[None]]
    ) -> None:
        self._app_token = app_token
        self._api = api
        self._dispatch = dispatch
        self._later = later
        self._connection: Connection | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._handling: set[asyncio.Task[object]] = set()

    def start(self, *, local: bool) -> None:
        """Begins to connect, and returns at once."""
        self._connection = Connection(self._app_token, self._api, local=local)
        self._connection.socket_mode_request_listeners.append(self._handle)
        self._connecting = asyncio.create_task(self._connection.connect())

    async def stop(self) -> None:
        """Lets what is being stored be acknowledged, then closes."""
        if self._connection is None or self._connecting is None:
            return
        self._connection.auto_reconnect_enabled = False
        if self._handling:
            await asyncio.wait(self._handling, timeout=_GRACE_SECONDS)
        self._connecting.cancel()
        await asyncio.gather(self._connecting, return_exceptions=True)
        await self._connection.close()
        self._connection = self._connecting = None

    async def _handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._handling.add(task)
            task.add_done_callback(self._handling.discard)
        response, afterwards = await self._dispatch(request.payload, "socket", None)
        # Anything but 200 is not acknowledged, so Slack sends it again.
        await send_async_response(client, request, response, time.time())
        await self._later(afterwards)
