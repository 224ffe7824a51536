"""What all actions share: they find the message in our store, call one service, and act once."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from rasa_sdk import Action, Tracker

from bot.domain.conversations import Understanding
from bot.services.acting import act

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rasa_sdk.executor import CollectingDispatcher

    from bot.domain.conversations import Reply
    from bot.services.dependencies import Dependencies
    from bot.services.turn import Turn


class TurnAction(Action, ABC):  # type: ignore[misc]  # rasa-sdk is untyped
    """An action of ours. Who is there, what they wrote and what it may change comes from the store only (P3).

    Rasa's request gives two things: the inbox id our gateway sent along, and the intent it predicted.
    Services are synchronous, so they run in a worker thread.
    """

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    @abstractmethod
    def handle(self, turn: Turn, intent: str) -> Sequence[Reply]:
        """Calls the service; `intent` is the one Rasa predicted."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Runs the service once for this message, and repeats its outcome for a repeated request."""
        message = tracker.latest_message or {}
        intent = message.get("intent") or {}
        name = str(intent.get("name") or "")
        understanding = Understanding(
            intent=name,
            confidence=intent.get("confidence"),
            reasons=tuple(str(reason) for reason in message.get("reasons") or ()),
        )
        conversation_id, _, _ = str(tracker.sender_id).partition(".")
        inbox_id = str((message.get("metadata") or {}).get("inbox_id", ""))
        replies = await asyncio.to_thread(
            act, self._deps, conversation_id, inbox_id, lambda turn: self.handle(turn, name), understanding
        )
        for reply in replies:
            dispatcher.utter_message(text=reply.text)
        return []
