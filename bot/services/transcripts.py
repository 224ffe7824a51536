"""Reading transcripts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversations import Message
from bot.services.dependencies import Dependencies


def after(deps: Dependencies, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]:
    """The messages of a conversation whose number is above `seq`, in order."""
    with deps.store.begin() as work:
        return work.messages.after(conversation_id, seq, limit)
