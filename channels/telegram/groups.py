"""Groups: whether the bot is spoken to. What is said there is not looked at for anything else (pure)."""

from __future__ import annotations

from telegram import Message, MessageEntity

from channels.telegram import commands
from channels.telegram.commands import Me


def spoken_to(message: Message, me: Me) -> bool:
    """Whether a message in a group is a command for the bot, names it, or answers something it said."""
    answered = message.reply_to_message
    if answered is not None and answered.from_user is not None and answered.from_user.id == me.id:
        return True
    text = message.text or message.caption or ""
    if commands.speaks_to(text, me):
        return True
    return any(_names(entity, text, me) for entity in (*message.entities, *message.caption_entities))


def _names(entity: MessageEntity, text: str, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return entity.type == MessageEntity.MENTION and me.is_called(_part(text, entity).removeprefix("@"))


def _part(text: str, entity: MessageEntity) -> str:
    """The entity's characters; Telegram counts in UTF-16."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")
