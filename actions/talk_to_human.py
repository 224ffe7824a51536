"""Gets a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import cases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionTalkToHuman(TurnAction):
    """Gets a person."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_talk_to_human"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return cases.talk_to_human(turn, subject=intent or "talk_to_human")
