"""Answers "I withdraw" and "I want my money back"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import withdraw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionWithdraw(TurnAction):
    """Answers "I withdraw" and "I want my money back"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_withdraw"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return withdraw.handle(turn)
