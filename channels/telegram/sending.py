"""Sends replies, and says of each what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from telegram import LinkPreviewOptions
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.domain.conversations import RenderedReply
from channels.contract import NotSentError, RefusedError
from channels.telegram import faults, render
from channels.telegram.api import BotApi
from channels.telegram.background import Background
from channels.telegram.pace import Pace

log = structlog.get_logger(__name__)

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
#: Chats whose last sign of work is remembered; beyond that it is forgotten, and shown once more.
_REMEMBERED = 1000


class Sender:
    """One bot's way to its customers."""

    def __init__(
        self, api: BotApi, words: Callable[[str, str | None], str], background: Background, pace: Pace
    ) -> None:
        self._api = api
        self._words = words
        self._background = background
        self._pace = pace
        self._shown: dict[str, float] = {}

    async def send(self, address: str, reply: RenderedReply) -> None:
        """Sends one message. See the channel's contract for what it raises."""
        chat = _chat(address)
        if chat < 0 and render.is_personal(reply):
            raise RefusedError("personal")
        username = await self._username() if render.needs_username(reply) else ""
        title = self._words("telegram_receipt_link", reply.locale) if reply.receipt is not None else ""
        try:
            await self._deliver(chat, render.outgoing(reply, link_title=title, username=username))
        except BadRequest as fault:
            if not faults.is_about_form(fault):
                raise _outcome(fault) from None
        except TelegramError as fault:
            raise _outcome(fault) from None
        else:
            return
        log.warning("telegram_message_sent_plain", hint="Telegram did not take its form.")
        try:
            await self._deliver(chat, render.outgoing(reply, link_title=title, username=username, plain=True))
        except TelegramError as fault:
            raise _outcome(fault) from None

    def working(self, address: str) -> None:
        """Shows that something is being written, unless it was shown a moment ago."""
        now = asyncio.get_running_loop().time()
        if now - self._shown.get(address, -self._pace.typing) < self._pace.typing:
            return
        if len(self._shown) >= _REMEMBERED:
            self._shown.clear()
        self._shown[address] = now
        self._background.run(self._type(address))

    async def _type(self, address: str) -> None:
        try:
            await self._api.bot.send_chat_action(_chat(address), ChatAction.TYPING)
        except Exception as fault:  # noqa: BLE001 - nothing hangs on it
            log.debug("telegram_work_not_shown", fault=type(fault).__name__)

    async def _deliver(self, chat: int, message: render.Outgoing) -> None:
        try:
            await self._api.bot.send_message(
                chat,
                message.text,
                parse_mode=ParseMode.HTML if message.html else None,
                reply_markup=message.markup,
                link_preview_options=_NO_PREVIEW,
            )
        except TelegramError:
            raise
        except Exception as fault:  # noqa: BLE001 - it was taken; only what was answered to it can't be read
            log.debug("telegram_answer_not_read", fault=type(fault).__name__)

    async def _username(self) -> str:
        try:
            return (await self._api.me()).username
        except TelegramError:
            raise NotSentError("the bot's own name is not known") from None


def _chat(address: str) -> int:
    try:
        return int(address)
    except ValueError:
        raise RefusedError("no such chat") from None


def _outcome(fault: TelegramError) -> Exception:
    if isinstance(fault, InvalidToken):
        log.error("telegram_token_refused", hint="Telegram does not know this bot's token any more.")
    return faults.outcome(fault)
