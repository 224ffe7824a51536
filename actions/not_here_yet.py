"""Says honestly what cannot be done here yet, and gets a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import not_here_yet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionNotHereYet(TurnAction):
    """Says honestly what cannot be done here yet, and gets a person."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_not_here_yet"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return not_here_yet.handle(turn, subject=intent)
