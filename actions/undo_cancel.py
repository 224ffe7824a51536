"""Answers "undo"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import undo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionUndoCancel(TurnAction):
    """Answers "undo"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_undo_cancel"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return undo.handle(turn)
