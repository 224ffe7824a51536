"""From an update of Telegram's to a message, if it is one for us (pure).

Only private chats are conversations. In groups others read along: there the bot is spoken to or it is not,
and of what was written nothing is kept.
"""

from __future__ import annotations

import re
from datetime import datetime

from telegram import CallbackQuery, Chat, Contact, Message, Update, User

from bot.domain.inbox import Event
from channels.contract import Inbound
from channels.telegram import commands, content, groups
from channels.telegram.commands import Me

#: The kinds of updates that can hold something for us; Telegram is asked for these only.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query")
#: The data of a button that was pressed before and stands there only to be seen.
USED = "used"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_GROUPS = (Chat.GROUP, Chat.SUPERGROUP)


def inbound(update: Update, me: Me | None) -> Inbound | None:
    """The message; None for everything that is not one for us.

    `me` may be None unless `needs_name` says otherwise. Raises whatever comes of an update that is not as it
    is documented: the caller expects it.
    """
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query)
    if update.edited_message is not None:
        return _edited(update.update_id, update.edited_message)
    message = update.message
    if message is None:
        return None
    if message.chat.type == Chat.PRIVATE:
        return _written(update.update_id, message, me)
    return _public(update.update_id, message, me) if message.chat.type in _GROUPS else None


def needs_name(update: Update) -> bool:
    """Whether the bot's own name decides what an update is."""
    message = update.message
    if message is None:
        return False
    return message.chat.type in _GROUPS or commands.names_a_bot(message.text or "")


def is_button_of_ours(query: CallbackQuery) -> bool:
    """Whether a press can be of a button that we made, in a private chat, by the one whose chat it is."""
    return _presser(query) is not None and query.data != USED and _is_token(query.data)


def whole(text: str) -> str:
    """The text with halves of characters replaced: JSON can carry half an emoji, UTF-8 can't."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _message(
    update_id: int, user: User, event: Event | None, text: str | None = None, said_at: datetime | None = None
) -> Inbound:
    """A message in a private chat, whose id is that of the person."""
    return Inbound(
        channel="telegram",
        address=str(user.id),
        message_id=str(update_id),
        text=text,
        event=event,
        said_at=said_at,
        locale=_locale(user),
    )


def _written(update_id: int, message: Message, me: Me | None) -> Inbound | None:
    user = _writer(message)
    if user is None or content.is_service(message):
        return None
    event, text = _said(message, user, me)
    return _message(update_id, user, event, text, message.date)


def _said(message: Message, user: User, me: Me | None) -> tuple[Event | None, str | None]:
    """The event, or None for a text in a customer's own words, and the text."""
    if message.text is not None:
        text = whole(message.text)
        # Another bot's words, or another person's, can be what is meant; they are nobody's command.
        command = commands.event_of(text, me) if _is_own(message) else None
        return command or (None, text)
    if message.contact is not None:
        return _shared(message, message.contact, user)
    if message.caption:
        return None, whole(message.caption)
    return Event.ATTACHMENT, content.kind_of(message)


def _shared(message: Message, contact: Contact, user: User) -> tuple[Event, str | None]:
    """Telegram vouches for a number if it was shared by the one whose number it is, in this very message."""
    if contact.user_id == user.id and _is_own(message) and contact.phone_number:
        return Event.CONTACT, whole(contact.phone_number)
    return Event.OTHER_CONTACT, None


def _edited(update_id: int, message: Message) -> Inbound | None:
    # A place that is shared live is edited every few seconds; nobody waits for an answer to that.
    if message.chat.type != Chat.PRIVATE or message.location is not None or content.is_service(message):
        return None
    user = _writer(message)
    return None if user is None else _message(update_id, user, Event.EDITED)


def _public(update_id: int, message: Message, me: Me | None) -> Inbound | None:
    user = message.from_user
    if user is None or user.is_bot or message.sender_chat is not None or me is None:
        return None
    if not _is_id(message.chat.id) or content.is_service(message) or not groups.spoken_to(message, me):
        return None
    return Inbound(
        channel="telegram",
        address=str(message.chat.id),
        message_id=str(update_id),
        event=Event.PUBLIC,
        said_at=message.date,
        locale=_locale(user),
    )


def _pressed(update_id: int, query: CallbackQuery) -> Inbound | None:
    user = _presser(query)
    if user is None or query.data == USED:
        return None
    if query.data is None or not _is_token(query.data):
        return _message(update_id, user, Event.STALE_BUTTON)
    return Inbound(
        channel="telegram",
        address=str(user.id),
        message_id=str(update_id),
        button=query.data,
        locale=_locale(user),
    )


def _presser(query: CallbackQuery) -> User | None:
    """Who pressed a button in their own private chat; None elsewhere."""
    message, user = query.message, query.from_user
    if message is None or message.chat.type != Chat.PRIVATE:
        return None
    return user if _is_whose(message.chat, user) else None


def _writer(message: Message) -> User | None:
    """Who wrote in their own private chat; None where that is not certain."""
    user = message.from_user
    if user is None or message.sender_chat is not None or message.business_connection_id is not None:
        return None
    return user if _is_whose(message.chat, user) else None


def _is_whose(chat: Chat, user: User) -> bool:
    return _is_id(user.id) and user.id > 0 and user.id == chat.id and not user.is_bot


def _is_own(message: Message) -> bool:
    """Whether a message was made by the one who sent it: not forwarded, not by way of another bot."""
    return message.forward_origin is None and message.via_bot is None


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value != 0


def _is_token(data: object) -> bool:
    return isinstance(data, str) and _TOKEN.fullmatch(data) is not None


def _locale(user: User) -> str | None:
    first = re.split("[-_]", user.language_code or "", maxsplit=1)[0].lower()
    return first if _LANGUAGE.fullmatch(first) else None
