"""Answers pictures, voice and files: only text can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import other_messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionAttachment(TurnAction):
    """Answers pictures, voice and files: only text can be read."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_attachment"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return other_messages.attachment(turn)
