"""Answers "can I pause instead?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import pause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionPause(TurnAction):
    """Answers "can I pause instead?"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_pause"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return pause.handle(turn)
