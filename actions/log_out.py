"""Ends the proof of identity in this chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import sign_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionLogOut(TurnAction):
    """Ends the proof of identity in this chat."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_log_out"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return sign_in.log_out(turn)
