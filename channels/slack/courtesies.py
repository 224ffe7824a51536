"""What the channel does besides answering: notes, used buttons, the home tab. None of it is ever needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import structlog

from channels.contract import Host, NotSentError, RefusedError
from channels.slack import parse, render
from channels.slack.addresses import Address
from channels.slack.listeners import Afterwards
from channels.slack.payloads import Json, inside, objects, string
from channels.slack.web_api import UnclearError, WebApi
from channels.slack.workspaces import Workspaces

log = structlog.get_logger(__name__)

_AFTER_PRESS_MOST = 10_000


class Courtesies:
    """Implements `channels.slack.listeners.Effects`, in the background and each for itself."""

    def __init__(self, host: Host, workspaces: Workspaces, api: WebApi) -> None:
        self._host = host
        self._workspaces = workspaces
        self._api = api
        self._running: set[asyncio.Task[None]] = set()
        self._publishing: dict[str, bool] = {}
        self._pressed_at_home: set[str] = set()

    async def later(self, afterwards: Afterwards) -> None:
        """Starts what is to be done after an acknowledgement."""
        for doing in afterwards:
            self.soon(doing)

    def soon(self, doing: Callable[[], Awaitable[None]]) -> None:
        """Starts one thing in the background."""
        task = asyncio.create_task(_attempt(doing))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def stop(self) -> None:
        """Ends what is still under way."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def words(self, name: str, locale: str | None) -> str:
        """A message of data/responses."""
        return self._host.words(name, locale)

    async def answer_privately(self, address: Address, channel: str) -> None:
        """A note in the channel that only they see."""
        note = {
            "channel": channel,
            "user": address.user,
            "text": self._host.words("slack_answered_privately", None),
        }
        await self._call("chat.postEphemeral", address, note)

    async def mark_used(self, address: Address, body: Json) -> None:
        """A tick instead of a message's buttons; those of the home tab are drawn anew after the answer."""
        pressed = parse.pressed_button(body)
        channel = string(body, "channel", "id") or string(body, "container", "channel_id")
        timestamp = string(body, "message", "ts") or string(body, "container", "message_ts")
        blocks = objects(body, "message", "blocks")
        if string(body, "view", "type") == "home":
            if len(self._pressed_at_home) < _AFTER_PRESS_MOST:
                self._pressed_at_home.add(str(address))
        elif pressed is not None and channel and timestamp and blocks:
            changed = {
                "channel": channel,
                "ts": timestamp,
                "text": string(inside(body, "message"), "text") or " ",
                "blocks": render.used(blocks, pressed),
            }
            await self._call("chat.update", address, changed)

    def after_sending(self, address: Address, *, with_receipt: bool) -> None:
        """Draws the home tab again where its facts have changed.

        After each receipt, whether or not they ever opened the tab: one call that Slack takes all the same is
        less than keeping who has opened it. And once after a press there.
        """
        pressed = str(address) in self._pressed_at_home
        self._pressed_at_home.discard(str(address))
        if with_receipt or pressed:
            self.soon(lambda: self.show_home(address))

    async def show_home(self, address: Address) -> None:
        """Draws the home tab; of several wishes at once the last is drawn last, and none in vain."""
        key = str(address)
        if key in self._publishing:
            self._publishing[key] = True
            return
        self._publishing[key] = True
        try:
            while self._publishing[key]:
                self._publishing[key] = False
                view = render.home(await self._host.overview(key), self._host.words)
                await self._call("views.publish", address, {"user_id": address.user, "view": view})
        finally:
            del self._publishing[key]

    async def _call(self, method: str, address: Address, arguments: Json) -> None:
        installed = await self._workspaces.find(address.workspace)
        if installed is not None:
            await self._api.call(method, installed.bot_token, arguments)


async def _attempt(doing: Callable[[], Awaitable[None]]) -> None:
    try:
        await doing()
    except (NotSentError, RefusedError, UnclearError, aiohttp.ClientError, TimeoutError) as fault:
        log.info("slack_courtesy_left_out", fault=type(fault).__name__)
    except Exception:
        log.exception("slack_courtesy_failed")
