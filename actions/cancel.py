"""Answers "I want to cancel"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import cancel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionCancel(TurnAction):
    """Answers "I want to cancel"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_cancel"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return cancel.handle(turn)
