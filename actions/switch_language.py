"""Speaks another language from now on, or says which ones there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actions.turn_action import TurnAction
from bot.services import switch_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.conversations import Reply
    from bot.services.turn import Turn


class ActionSwitchLanguage(TurnAction):
    """Speaks another language from now on, or says which ones there are."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_switch_language"

    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service."""
        return switch_language.handle(turn)
