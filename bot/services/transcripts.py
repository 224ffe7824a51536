"""Transcripts: what was said is written here first, and from here it goes on its way."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversations import FETCHED, Conversation, Message, ReplyKind
from bot.domain.deliveries import Delivery
from bot.ports import UnitOfWork
from bot.services.dependencies import Dependencies


def after(deps: Dependencies, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]:
    """The messages of a conversation whose number is above `seq`, in order."""
    with deps.store.begin() as work:
        return work.messages.after(conversation_id, seq, limit)


def page(
    deps: Dependencies, conversation_id: str, limit: int, before: int | None = None
) -> tuple[Sequence[Message], bool]:
    """The newest messages of a conversation, or the newest before a number, in order.

    Says too whether there are earlier ones.
    """
    with deps.store.begin() as work:
        found = work.messages.before(conversation_id, before, limit + 1)
    return found[-limit:], len(found) > limit


def say(work: UnitOfWork, conversation: Conversation, message: Message) -> Message:
    """Writes what the customer is told into the transcript, and sends it off where it is not fetched.

    Both in one transaction: what stands in a transcript is sent, and nothing else is.
    """
    stored = work.messages.add(message)
    if conversation.channel not in FETCHED:
        once = message.kind is ReplyKind.EXIT_QUESTION
        work.deliveries.add(
            Delivery(conversation.id, stored.seq, conversation.channel, run_at=message.at, once=once)
        )
    return stored
