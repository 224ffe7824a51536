"""Takes one update in, whichever way it came: durable first, then the button it came from is marked."""

from __future__ import annotations

from typing import Any

import structlog
from telegram import CallbackQuery, Message, Update

from channels.contract import Inbound, Receive
from channels.telegram import parse, render
from channels.telegram.api import BotApi
from channels.telegram.background import Background

log = structlog.get_logger(__name__)

# The fields that say something by themselves, and those without which they could be misunderstood.
_SAID = ("text", "caption", "contact")
_ESSENTIAL = (
    *(
        "message_id",
        "date",
        "chat",
        "from",
        "sender_chat",
        "forward_origin",
        "via_bot",
        "business_connection_id",
    ),
    *_SAID,
)


class Intake:
    """Hands messages on; what is no message for us is passed over."""

    def __init__(self, api: BotApi, receive: Receive, background: Background) -> None:
        self._api = api
        self._receive = receive
        self._background = background

    async def take(self, raw: object) -> None:
        """Returns once the update may be confirmed. What it raises means that it has to come again.

        An update nobody can read would come again for ever: it is noted and passed over.
        """
        try:
            update = _update(raw)
            asks = parse.needs_name(update)
        except Exception as fault:  # noqa: BLE001 - whatever the library makes of it
            _skipped(raw, fault)
            return
        me = await self._api.me() if asks else None
        try:
            message = parse.inbound(update, me)
        except Exception as fault:  # noqa: BLE001 - fields can hold anything
            _skipped(raw, fault)
            return
        await self._hand_on(update, message)

    async def _hand_on(self, update: Update, message: Inbound | None) -> None:
        if message is not None:
            await self._receive(message)
        if update.callback_query is not None:
            self._background.run(self._acknowledge(update.callback_query))

    async def _acknowledge(self, query: CallbackQuery) -> None:
        """Stops the button's spinner and marks what was chosen; nothing hangs on it."""
        try:
            await self._api.bot.answer_callback_query(query.id)
        except Exception as fault:  # noqa: BLE001 - too old, known already, or no answer
            log.debug("telegram_press_not_answered", fault=type(fault).__name__)
        message = query.message
        if not parse.is_button_of_ours(query) or not isinstance(message, Message) or query.data is None:
            return
        keyboard = message.reply_markup and render.marked(message.reply_markup, query.data)
        if keyboard is None:
            return
        try:
            await self._api.bot.edit_message_reply_markup(
                chat_id=message.chat.id, message_id=message.message_id, reply_markup=keyboard
            )
        except Exception as fault:  # noqa: BLE001 - marked already, deleted, or no answer
            log.debug("telegram_press_not_marked", fault=type(fault).__name__)


def number_of(raw: object) -> int | None:
    """An update's own number, by which it is confirmed and known again."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int else None


def _update(raw: object) -> Update:
    """The update; where parts of it are of a kind this library does not know, without those parts.

    So a wish is heard although it answers a message with something in it that came up only yesterday.
    """
    if not isinstance(raw, dict) or number_of(raw) is None:
        raise TypeError("no update")
    try:
        return Update.de_json(raw, None)
    except Exception:
        essence = _essence(raw)
        if essence is None:
            raise
        return Update.de_json({"update_id": raw["update_id"], **essence}, None)


def _essence(raw: dict[str, Any]) -> dict[str, object] | None:
    message, query = raw.get("message"), raw.get("callback_query")
    if isinstance(message, dict) and any(name in message for name in _SAID):
        return {"message": {name: message[name] for name in _ESSENTIAL if name in message}}
    if isinstance(query, dict) and isinstance(query.get("message"), dict):
        pressed = query["message"]
        held = {"chat": pressed.get("chat"), "message_id": pressed.get("message_id", 0), "date": 0}
        known = {name: query[name] for name in ("id", "from", "data") if name in query}
        return {"callback_query": {**known, "chat_instance": "", "message": held}}
    return None


def _skipped(raw: object, fault: Exception) -> None:
    """Notes what was passed over: its kind and its number, never what is in it."""
    known = raw if isinstance(raw, dict) else {}
    log.warning(
        "telegram_update_skipped",
        update=number_of(raw),
        kind=next((str(kind) for kind in Update.ALL_TYPES if kind in known), "unknown"),
        fault=type(fault).__name__,
    )
