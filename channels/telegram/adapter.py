"""Telegram as a channel: updates in by long polling or webhook, replies out."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from bot.domain.conversations import RenderedReply
from channels.contract import Host, NotSentError, Receive
from channels.telegram import webhook
from channels.telegram.api import BotApi
from channels.telegram.background import Background
from channels.telegram.commands import is_payload
from channels.telegram.config import TelegramConfig
from channels.telegram.intake import Intake
from channels.telegram.introduction import Introduction
from channels.telegram.pace import Pace
from channels.telegram.polling import Poller
from channels.telegram.sending import Sender


class TelegramChannel:
    """Implements `channels.contract.Channel`; an address is a chat's id, negative for a group's."""

    name = "telegram"
    max_text = 4096

    def __init__(self, config: TelegramConfig, host: Host, pace: Pace | None = None) -> None:
        self._config = config
        self._host = host
        self._pace = pace or Pace()
        self._api = BotApi(config)
        self._background = Background()
        self._sender = Sender(self._api, host.words, self._background, self._pace)
        self._stopped = False

    def routes(self, receive: Receive) -> Sequence[BaseRoute]:
        """The webhook, also while updates are fetched: whoever has its secret is Telegram."""
        return (webhook.route(self._config.webhook_secret, self._intake(receive)),)

    async def start(self, receive: Receive) -> None:
        """Introduces the bot and begins to fetch, both behind what goes on."""
        self._background.run(self._work(self._intake(receive)))

    async def stop(self) -> None:
        """Ends everything at once; what was not confirmed comes again at the next start."""
        self._stopped = True
        await self._background.stop()
        await self._api.close()

    async def send(self, address: str, reply: RenderedReply) -> None:
        """Delivers one message."""
        if self._stopped:
            raise NotSentError("stopped")
        await self._sender.send(address, reply)

    async def working(self, address: str) -> None:
        """Shows "typing" in the chat for a few seconds."""
        if not self._stopped:
            self._sender.working(address)

    def link(self, token: str) -> str | None:
        """The address that opens the bot's chat with a token; None until Telegram has said the bot's name."""
        known = self._api.known
        return f"https://t.me/{known.username}?start={token}" if known and is_payload(token) else None

    async def vouch(self, address: str) -> str | None:
        """Nobody: Telegram knows no e-mail address."""
        return None

    def _intake(self, receive: Receive) -> Intake:
        return Intake(self._api, receive, self._background)

    async def _work(self, intake: Intake) -> None:
        introduction = Introduction(self._api, self._config, self._host.words, self._pace)
        await introduction.log_in()
        self._background.run(introduction.introduce())
        if self._config.webhook_url is not None:
            await introduction.register_webhook()
        else:
            await Poller(self._api, intake, self._host.only_one, self._pace).run()
