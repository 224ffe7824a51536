"""Asks what was meant; the second time, a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import small_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionClarify(TurnAction):
    """Asks what was meant; the second time, a person."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_clarify"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return small_answers.clarify(turn)
