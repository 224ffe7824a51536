"""Somebody is in distress: nobody asks them for anything the company wants to know."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.conversations import Author
from bot.services.turn import Turn

SUBJECT = "distress"
#: For so long, and within so many messages, it counts also after a person has closed the case.
_LATELY = timedelta(hours=24)
_LOOK_BACK = 100


def lately(turn: Turn) -> bool:
    """Whether distress was spoken of: a case about it is open, or it was said within the last day."""
    if turn.case is not None and turn.case.subject == SUBJECT:
        return True
    after = max(turn.conversation.next_seq - 1 - _LOOK_BACK, 0)
    return any(
        message.author is Author.CUSTOMER
        and message.understanding.intent == SUBJECT
        and message.at > turn.now - _LATELY
        for message in turn.work.messages.after(turn.conversation.id, after, _LOOK_BACK)
    )
