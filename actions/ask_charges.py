"""Answers "will I be charged again?"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionAskCharges(TurnAction):
    """Answers "will I be charged again?"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_ask_charges"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return status.ask_charges(turn)
