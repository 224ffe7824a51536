"""Takes a "skip" or "rather not say"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import small_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionDecline(TurnAction):
    """Takes a "skip" or "rather not say"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_decline"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return small_answers.decline(turn)
