"""What comes through a chat and is no text: pictures and voice, changed and deleted messages, groups."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversations import Reply, ReplyKind
from bot.domain.inbox import Event
from bot.services import buttons, operations
from bot.services.turn import Turn


def attachment(_: Turn) -> Sequence[Reply]:
    """Only text can be read: says so, with the two things most come for. What was asked stays open."""
    shown = (buttons.cancel_now(), buttons.person())
    return [Reply("attachment_not_read", {}, ReplyKind.CHOICE, shown)]


def changed_message(turn: Turn) -> Sequence[Reply]:
    """What was said counts as it was said first, so nothing is done, and nothing taken back, by a change."""
    if turn.entry.event is not Event.DELETED:
        return [Reply("message_edited")]
    undo = tuple(buttons.undo(turn, item, named=True) for item in operations.undoable(turn)[:3])
    return [Reply("message_deleted", buttons=undo)]


def public_message(_: Turn) -> Sequence[Reply]:
    """Where others read along nothing is looked up and nothing said but where to go."""
    return [Reply("public_message", buttons=(buttons.open_private(),))]
