"""A Rasa that runs the real actions, and that tests can break."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk.executor import ActionExecutor

from actions import registry
from bot.domain.conversations import Understanding
from bot.domain.text import MAX_TEXT
from bot.services.dependencies import Dependencies
from bot.services.turns import Prepared
from bot.understanding.payload import looks_like_payload
from gateway.rasa import Mode, RasaAnswer, RasaError, RasaRefusedError, RasaUnavailableError

#: Rules of the bot that matter here; Rasa's own texts stand for the rest.
_ACTIONS = {
    "cancel": "action_cancel",
    "undo_cancel": "action_undo_cancel",
    "nlu_fallback": "action_clarify",
    "talk_to_human": "action_talk_to_human",
    "decline": "action_decline",
    "give_reason": "action_give_reason",
    "give_email": "action_give_email",
    "give_code": "action_give_code",
    "deny": "action_deny",
}
_UNDERSTOOD = {
    "cancel": "cancel",
    "[email]": "give_email",
    "[code]": "give_code",
    "undo": "undo_cancel",
    "human": "talk_to_human",
}


def understand(prepared: Prepared) -> str:
    """What Rasa would understand, as far as these tests talk to it."""
    if prepared.intent is not None:
        return prepared.intent
    text = (prepared.text or "").casefold()
    return next((intent for piece, intent in _UNDERSTOOD.items() if piece in text), "greet")


@dataclass
class FakeRasa:
    """Runs the real actions, and fails where a test says so; `faults` are met first, one a turn."""

    deps: Dependencies
    up: bool = True
    faults: list[Exception] = field(default_factory=list)  # before the action
    lost: list[Exception] = field(default_factory=list)  # after it: the reply gets lost
    empty: int = 0  # so many answers of Rasa's own without a text
    gate: asyncio.Event | None = None  # a turn waits for it, where there is one
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # sender, text or intent
    waiting: int = 0  # at the gate

    async def ask(self, inbox_id: str, prepared: Prepared, mode: Mode = "turn") -> RasaAnswer:
        """One turn."""
        if not self.up:
            raise RasaUnavailableError("down")
        self.asked.append((prepared.sender, prepared.text or prepared.intent))
        if prepared.text is not None and (looks_like_payload(prepared.text) or len(prepared.text) > MAX_TEXT):
            raise RasaRefusedError("payload")
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
        if self.faults:
            raise self.faults.pop(0)
        understanding = Understanding(understand(prepared), 0.97, "a rule", 3.0, 9.0)
        if mode == "parse":
            return RasaAnswer((), understanding)
        texts = await self._texts(inbox_id, prepared.sender, understanding.intent or "")
        if self.lost:
            raise self.lost.pop(0)
        return RasaAnswer(texts, understanding)

    async def healthy(self) -> bool:
        """Whether it is up."""
        return self.up

    async def close(self) -> None:
        """Nothing to give back."""

    async def _texts(self, inbox_id: str, sender: str, intent: str) -> tuple[str, ...]:
        if intent not in _ACTIONS:
            if self.empty:
                self.empty -= 1
                return ()
            return ("hello there",)
        executor = ActionExecutor()
        for action in registry.build(self.deps):
            executor.register_action(action)
        result = await executor.run(action_call(_ACTIONS[intent], sender, inbox_id, intent))
        assert result is not None
        return tuple(reply["text"] for reply in result.responses)


def action_call(action: str, sender: str, inbox_id: str, intent: str) -> dict[str, Any]:
    """What Rasa sends to have an action run."""
    message = {"intent": {"name": intent, "confidence": 0.97}, "metadata": {"inbox_id": inbox_id}, "text": ""}
    return {
        "next_action": action,
        "sender_id": sender,
        "domain": {},
        "version": "3.6.21",
        "tracker": {
            "sender_id": sender,
            "slots": {},
            "latest_message": message,
            "events": [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": None,
        },
    }


class RasaBugError(RasaError):
    """A fault at one message."""
