"""Judges a stored conversation by the rules against dark patterns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.conversations import Message
from bot.domain.errors import NotFoundError
from bot.domain.manners.findings import Finding
from bot.domain.manners.talk import judge_talk
from bot.domain.manners.texts import Lexicon
from bot.services.dependencies import Dependencies

_PAGE = 200


def of_conversation(
    deps: Dependencies, conversation_id: str, lexicons: Collection[Lexicon]
) -> Sequence[Finding]:
    """What the bot did wrong in a conversation. Raises `NotFoundError` for one that is not there."""
    messages: list[Message] = []
    with deps.store.begin() as work:
        if work.conversations.get(conversation_id) is None:
            raise NotFoundError(f"there is no conversation {conversation_id}")
        while page := work.messages.after(conversation_id, messages[-1].seq if messages else 0, _PAGE):
            messages += page
    return judge_talk(messages, lexicons)
