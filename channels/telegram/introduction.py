"""What is told to Telegram at each start: where updates go, the bot's commands, and what it is for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram import BotCommand
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from channels.telegram import commands, faults
from channels.telegram.api import BotApi
from channels.telegram.config import TelegramConfig
from channels.telegram.pace import Backoff, Pace
from channels.telegram.parse import ALLOWED_UPDATES
from channels.telegram.polling import TOKEN_HINT

log = structlog.get_logger(__name__)

Words = Callable[[str, str | None], str]
_TRIES = 3


class Introduction:
    """Best effort, and the same each time: nothing of it is needed to answer a customer, but the webhook."""

    def __init__(self, api: BotApi, config: TelegramConfig, words: Words, pace: Pace) -> None:
        self._api = api
        self._config = config
        self._words = words
        self._pace = pace

    async def log_in(self) -> None:
        """Waits until Telegram says who the bot is."""
        await self._insist(self._api.me, "telegram_away")

    async def register_webhook(self) -> None:
        """Tells Telegram where updates go, until it has understood. What waits there is kept."""
        address = self._config.webhook_url
        if address is None:
            return

        async def register() -> object:
            return await self._api.bot.set_webhook(
                address,
                secret_token=self._config.webhook_secret,
                allowed_updates=ALLOWED_UPDATES,
                # One at a time keeps the order of what a customer writes.
                max_connections=1,
                drop_pending_updates=False,
            )

        await self._insist(register, "telegram_webhook_not_set")
        log.info("telegram_webhook_set")

    async def introduce(self) -> None:
        """Commands and descriptions, in every language; what Telegram refuses is noted once."""
        refused = [name for name, step in self._steps() if not await self._in_every_language(step)]
        if refused:
            log.warning(
                "telegram_not_introduced",
                methods=refused,
                hint="The bot works all the same; its commands and description may be missing in Telegram.",
            )

    def _steps(self) -> tuple[tuple[str, Callable[[str | None], Awaitable[object]]], ...]:
        bot, words = self._api.bot, self._words
        return (
            (
                "setMyCommands",
                lambda language: bot.set_my_commands(
                    [BotCommand(name, words(text, language)) for name, text in commands.LISTED],
                    language_code=language,
                ),
            ),
            (
                "setMyDescription",
                lambda language: bot.set_my_description(
                    words("telegram_description", language), language_code=language
                ),
            ),
            (
                "setMyShortDescription",
                lambda language: bot.set_my_short_description(
                    words("telegram_short_description", language), language_code=language
                ),
            ),
        )

    async def _in_every_language(self, step: Callable[[str | None], Awaitable[object]]) -> bool:
        """False at the first refusal: what is refused in one language is refused in all."""
        for language in (None, *self._config.languages):
            if not await self._try(step, language):
                return False
        return True

    async def _try(self, step: Callable[[str | None], Awaitable[object]], language: str | None) -> bool:
        backoff = Backoff(self._pace)
        for _ in range(_TRIES):
            try:
                await step(language)
            except RetryAfter as fault:
                await asyncio.sleep(faults.seconds(fault))
            except BadRequest:
                return False
            except NetworkError:
                await asyncio.sleep(backoff.next())
            except Exception:  # noqa: BLE001 - refused, or an answer nobody can read
                return False
            else:
                return True
        return False

    async def _insist(self, call: Callable[[], Awaitable[object]], event: str) -> None:
        """Calls until it works. Says at the first failure, and whenever the kind changes, what is wrong."""
        backoff, said = Backoff(self._pace), ""
        while True:
            try:
                await call()
            except Exception as fault:  # noqa: BLE001 - away, or wrong in a way a person has to put right
                kind = type(fault).__name__
                if kind != said:
                    _complain(fault, event)
                said = kind
                await asyncio.sleep(self._wait(fault, backoff))
            else:
                return

    def _wait(self, fault: Exception, backoff: Backoff) -> float:
        if isinstance(fault, RetryAfter):
            return faults.seconds(fault)
        return self._pace.refused if isinstance(fault, InvalidToken | BadRequest) else backoff.next()


def _complain(fault: Exception, event: str) -> None:
    if isinstance(fault, InvalidToken):
        log.error("telegram_token_refused", hint=TOKEN_HINT)
    elif isinstance(fault, BadRequest):
        log.error(
            event,
            hint="Telegram takes a webhook at a public https address on port 443, 80, 88 or 8443 only. Set "
            "FAIRWELL_PUBLIC_URL, or FAIRWELL_TELEGRAM_MODE to polling.",
        )
    else:
        log.warning(event, fault=type(fault).__name__)
