"""Telegram's Bot API: the library's bot, and two methods called so that what they answer stays as it is."""

from __future__ import annotations

import json
import logging
from urllib.parse import urlencode

from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from channels.telegram.commands import Me
from channels.telegram.config import TelegramConfig
from channels.telegram.parse import ALLOWED_UPDATES

# The HTTP client names addresses, which hold the bot's token; the library quotes what was sent and answered.
_TALKATIVE = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "telegram": logging.CRITICAL}


class BotApi:
    """The bot at its API. Nothing here is logged by the libraries it uses."""

    def __init__(self, config: TelegramConfig) -> None:
        _quiet()
        self._fetching = _request(connections=2)
        self._sending = _request(connections=64)
        self._address = f"{config.api_url}/bot{config.token}"
        #: Who the bot is, once Telegram has said it.
        self.known: Me | None = None
        # Never initialised: that would ask who it is, and put the token into the error if it were refused.
        self.bot = ExtBot(
            config.token,
            base_url=f"{config.api_url}/bot",
            request=self._sending,
            get_updates_request=self._fetching,
            rate_limiter=AIORateLimiter(max_retries=0),
        )

    async def me(self) -> Me:
        """Who the bot is; asked until it is known. Raises `TelegramError`."""
        if self.known is None:
            told = await self._sending.post(f"{self._address}/getMe")
            if not isinstance(told, dict) or not isinstance(told.get("username"), str):
                raise TelegramError("an answer that can't be read")
            self.known = Me(id=told.get("id", 0), username=told["username"])
        return self.known

    async def updates(self, offset: int | None, wait: int) -> list[object]:
        """The updates from `offset` on, which confirms those before it; waits so many seconds for one.

        As they came: the library's own method parses all at once, so that one odd update would hold up the
        others for ever, and logs them with what was written in them. Raises `TelegramError`.
        """
        asked: dict[str, object] = {"timeout": wait, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if offset is not None:
            asked["offset"] = offset
        told = await self._fetching.post(
            f"{self._address}/getUpdates?{urlencode(asked)}", read_timeout=wait + 10
        )
        if not isinstance(told, list):
            raise TelegramError("an answer that can't be read")
        return list(told)

    async def close(self) -> None:
        """Closes the connections."""
        await self._fetching.shutdown()
        await self._sending.shutdown()


def _request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        connect_timeout=5,
        read_timeout=15,
        write_timeout=10,
        pool_timeout=10,
        # What a machine's environment says about proxies and certificates is not ours to follow unasked.
        httpx_kwargs={"trust_env": False},
    )


def _quiet() -> None:
    for name, level in _TALKATIVE.items():
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, level))
