"""Slack as a channel: direct messages, mentions, a command, buttons and the home tab."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp
import structlog
from starlette.routing import BaseRoute, Route

from bot.domain.conversations import RenderedReply
from channels.contract import Host, NotSentError, Receive, RefusedError
from channels.slack import profiles, render
from channels.slack.addresses import Address
from channels.slack.config import SlackConfig
from channels.slack.courtesies import Courtesies
from channels.slack.installations import Installed
from channels.slack.listeners import Listeners
from channels.slack.oauth import Install
from channels.slack.payloads import Json, inside
from channels.slack.socket_mode import SocketMode
from channels.slack.web_api import MalformedError, UnclearError, WebApi
from channels.slack.webhook import Webhook
from channels.slack.workspaces import Workspaces

log = structlog.get_logger(__name__)

EVENTS_PATH = "/channels/slack"
#: The customer waits for this answer; a code is quicker than a slow profile.
_VOUCH_SECONDS = 3


class SlackChannel:
    """Implements `channels.contract.Channel`; what an address is, `channels.slack.addresses` says."""

    name = "slack"
    # What one section of Block Kit holds.
    max_text = 3000

    def __init__(self, config: SlackConfig, host: Host) -> None:
        self._config = config
        self._host = host
        self._api = WebApi(config)
        self._workspaces = Workspaces(config, host.vault, self._api)
        self._courtesies = Courtesies(host, self._workspaces, self._api)
        self._socket: SocketMode | None = None
        self._learning: asyncio.Task[None] | None = None

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """Slack's requests, if they can be verified, and installing, if the app is for many workspaces."""
        routes: list[BaseRoute] = []
        if self._config.signing_secret is not None:
            dispatch = self._listeners(receive).dispatch
            webhook = Webhook(self._config.signing_secret, dispatch, self._courtesies.later)
            routes.append(Route(EVENTS_PATH, webhook.answer, methods=["POST"]))
        if self._config.uses_oauth:
            install = Install(self._config, self._host, self._api, self._workspaces.installations)
            routes.extend(install.routes())
        return routes

    async def start(self, receive: Receive) -> None:
        """Begins to learn whose token this is and, in Socket Mode, to connect; waits for neither."""
        self._learning = asyncio.create_task(self._workspaces.learn())
        if self._config.app_token is not None:
            dispatch = self._listeners(receive).dispatch
            self._socket = SocketMode(self._config.app_token, self._api, dispatch, self._courtesies.later)
            self._socket.start(local=self._config.api_is_local)

    async def stop(self) -> None:
        """Closes the connection and leaves what is only courtesy undone."""
        if self._socket is not None:
            await self._socket.stop()
            self._socket = None
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)
            self._learning = None
        await self._courtesies.stop()

    async def send(self, address: str, reply: RenderedReply) -> None:
        """Delivers one direct message; writing to a user's id opens the chat by itself."""
        to = Address.read(address)
        if to is None:
            raise RefusedError("no address")
        installed = await self._installed(to)
        text, blocks = render.message(reply, self._host.words)
        message: dict[str, object] = {
            "channel": to.user,
            "text": text,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        try:
            await self._api.call("chat.postMessage", installed.bot_token, {**message, "blocks": blocks})
        except MalformedError:
            # Nothing was taken. Words without buttons are better than none.
            log.exception("slack_blocks_refused")
            await self._api.call("chat.postMessage", installed.bot_token, message)
        self._courtesies.after_sending(to, with_receipt=reply.receipt is not None)

    async def working(self, address: str) -> None:
        """Nothing: Slack lets no bot of this kind show that it is writing."""

    def link(self, token: str) -> str | None:
        """None: no address of Slack's hands a token over when it is opened."""
        return None

    async def vouch(self, address: str) -> str | None:
        """The profile's e-mail address of a full member of a workspace that the operator trusts."""
        whose = Address.read(address)
        if whose is None or not profiles.trusted(whose, self._config.trusted_workspaces):
            return None
        try:
            async with asyncio.timeout(_VOUCH_SECONDS):
                user = await self._profile(whose)
        except (NotSentError, RefusedError, UnclearError, aiohttp.ClientError, TimeoutError) as fault:
            log.warning("slack_did_not_vouch", workspace=whose.workspace, fault=type(fault).__name__)
            return None
        except Exception:
            log.exception("slack_did_not_vouch", workspace=whose.workspace)
            return None
        return profiles.vouched_email(user, whose, self._config.trusted_workspaces)

    async def _profile(self, whose: Address) -> Json:
        installed = await self._installed(whose)
        answer = await self._api.call("users.info", installed.bot_token, {"user": whose.user}, form=True)
        return inside(answer, "user")

    async def _installed(self, address: Address) -> Installed:
        try:
            installed = await self._workspaces.find(address.workspace)
        except Exception as fault:
            # Slack was not asked for anything yet, so there is no doubt.
            raise NotSentError("the vault did not answer") from fault
        if installed is None:
            raise RefusedError("not installed")
        return installed

    def _listeners(self, receive: Receive) -> Listeners:
        return Listeners(receive, self._workspaces, self._api, self._courtesies)
