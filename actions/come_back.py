"""Answers "I want to come back"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import come_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionComeBack(TurnAction):
    """Answers "I want to come back"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_come_back"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return come_back.handle(turn)
