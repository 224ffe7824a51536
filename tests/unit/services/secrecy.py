"""What must not be said to somebody who may not decide for an account (P3)."""

from __future__ import annotations

import re

from bot.domain.conversations import Author, RenderedReply
from bot.services import status
from tests.unit.services.chat import Chat
from tests.unit.services.script import (
    CANCEL,
    CHARGES,
    CHOOSE,
    DELETE_DATA,
    END_DATE,
    EXPORT_DATA,
    NO,
    STATUS,
    UNCLEAR,
    UNDO,
    YES,
)

#: Plans, prices, receipts and addresses.
_FACTS = re.compile(r"\b(?:Basic|Pro|Team)\b|€|\bR-\d|/receipts/|@(?!example\.com\.$)")
#: Everything that would show something to who may see it.
EVERYTHING = (
    CHARGES, END_DATE, CANCEL, STATUS, status.resend_receipt, UNDO, YES, NO, CHOOSE, UNCLEAR,
    DELETE_DATA, EXPORT_DATA, CANCEL,
)  # fmt: skip


def facts(*said: str) -> list[str]:
    """What of an account stands in what was said."""
    return [text for text in said if _FACTS.search(text)]


def facts_in(chat: Chat) -> list[str]:
    """What the bot has said of an account in a chat, its buttons and receipts included."""
    found = []
    for message in chat.transcript:
        if message.author is Author.BOT:
            found += facts(message.text, *(title for _, title, _ in message.buttons))
            found += [message.receipt.number] if message.receipt is not None else []
    return found


def facts_of(replies: list[RenderedReply]) -> list[str]:
    """The same of replies that are in no transcript."""
    return [fact for reply in replies for fact in facts(reply.text, *(item[1] for item in reply.buttons))]


def try_everything(chat: Chat) -> None:
    """Says everything that would show something to who may see it, in words that name a plan."""
    for handler in EVERYTHING:
        chat.say("my Pro plan", handler)
