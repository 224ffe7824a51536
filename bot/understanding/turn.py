"""One turn inside Rasa: understand, let the rules choose, run the one action, save once, if it worked.

Rasa's own loop swallows an action's failure and records the action as done; here a failure is raised and
nothing is saved, so that the turn can be repeated. docs/adr/0003-rasa-plug-in.md has the reasons.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.understanding.parse import RANKING
from bot.understanding.request import TurnRequest
from bot.understanding.rulebook import RuleBook

# The gateway answers "pending" long before; this only ends what would never come back.
ACTION_SECONDS = 30.0


class ActionFailedError(RuntimeError):
    """The turn's action did not happen, or gave no answer; nothing was saved."""

    def __init__(self, action: str) -> None:
        super().__init__(f"action {action} failed")
        self.action = action


class FairwellOutput(OutputChannel):  # type: ignore[misc]  # Rasa ships no types
    """Only a name for Rasa's responses: what was said is read from the events, whole and in order."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in responses' conditions."""
        return "fairwell"


@dataclass(frozen=True)
class _Ran:
    action: str
    policy: str | None
    events: list[Any]


def _parsed_intent(name: str) -> dict[str, Any]:
    intent = {"name": name, "confidence": 1.0}
    return {"text": "", "intent": intent, "intent_ranking": [intent], "entities": []}


def _reply(event: BotUttered) -> dict[str, Any]:
    data = event.data or {}
    return {
        "text": event.text,
        "custom": data.get("custom") or None,
        "response": (event.metadata or {}).get("utter_action"),
    }


async def _run_action(processor: MessageProcessor, tracker: DialogueStateTracker) -> _Ran:
    action, prediction = processor.predict_next_with_tracker_if_should(tracker)
    name = str(action.name())
    if name == ACTION_LISTEN_NAME:
        raise ActionFailedError(name)
    try:
        async with asyncio.timeout(ACTION_SECONDS):
            events = await action.run(FairwellOutput(), processor.nlg, tracker, processor.domain)
    except Exception as error:
        # Whatever went wrong, a refused connection or a reply that is not JSON, the action cannot be relied
        # on.
        raise ActionFailedError(name) from error
    if not any(isinstance(event, BotUttered) for event in events):
        raise ActionFailedError(name)
    processor._log_action_on_tracker(tracker, action, events, prediction)  # Rasa has no public way
    # Every rule is exactly one action, so what comes next is always to listen: no second prediction.
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME), processor.domain)
    return _Ran(name, _policy(prediction), list(events))


def _policy(prediction: PolicyPrediction) -> str | None:
    name = str(prediction.policy_name or "")
    return name.rpartition("_")[2] or None


def _begin(tracker: DialogueStateTracker, processor: MessageProcessor) -> None:
    """Make each turn a session of Rasa's: what a turn needs of the past comes with the request.

    Rasa reads, rebuilds and counts the events of the last session only, so a turn's cost does not grow.
    """
    for event in (
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        ActionExecuted(ACTION_LISTEN_NAME),
    ):
        tracker.update(event, processor.domain)


def _set_slots(tracker: DialogueStateTracker, request: TurnRequest, processor: MessageProcessor) -> None:
    for name, value in (("language", request.language), ("awaiting", request.awaiting)):
        if tracker.get_slot(name) != value:
            tracker.update(SlotSet(name, value), processor.domain)


async def _parse(processor: MessageProcessor, request: TurnRequest) -> tuple[dict[str, Any], float]:
    if request.intent is not None:
        return _parsed_intent(request.intent), 0.0
    began = time.perf_counter()
    parsed: dict[str, Any] = await processor.parse_message(
        UserMessage(request.text, sender_id=request.sender)
    )
    return parsed, (time.perf_counter() - began) * 1000


def _answer(parsed: dict[str, Any], request: TurnRequest, nlu_ms: float) -> dict[str, Any]:
    ranking = parsed.get("intent_ranking", [])[:RANKING]
    return {
        "intent": {"name": parsed["intent"]["name"], "confidence": float(parsed["intent"]["confidence"])},
        "ranking": [{"name": entry["name"], "confidence": float(entry["confidence"])} for entry in ranking],
        "reasons": parsed.get("reasons", []),
        "language": request.language,
        "nlu_ms": round(nlu_ms, 2),
        "actions": [],
        "rule": None,
        "policy": None,
        "replies": [],
    }


async def take_turn(agent: Agent, rules: RuleBook, request: TurnRequest) -> dict[str, Any]:
    """Run one turn and return the channel's answer. Raises ActionFailedError, with nothing saved."""
    began = time.perf_counter()
    processor: MessageProcessor = agent.processor
    parsed, nlu_ms = await _parse(processor, request)
    answer = _answer(parsed, request, nlu_ms)
    if not request.parse_only:
        async with agent.lock_store.lock(request.sender):
            ran = await _converse(processor, parsed, request)
        answer["actions"] = [ran.action]
        answer["rule"] = rules.find(answer["intent"]["name"], request.awaiting, ran.action)
        answer["policy"] = ran.policy
        answer["replies"] = [_reply(event) for event in ran.events if isinstance(event, BotUttered)]
    answer["total_ms"] = round((time.perf_counter() - began) * 1000, 2)
    return answer


async def _converse(processor: MessageProcessor, parsed: dict[str, Any], request: TurnRequest) -> _Ran:
    tracker = await processor.get_tracker(request.sender)
    _begin(tracker, processor)
    message = UserMessage(
        request.text or "",
        FairwellOutput(),
        request.sender,
        parse_data=parsed,
        input_channel=FairwellOutput.name(),
        metadata={"inbox_id": request.inbox_id},
    )
    await processor._handle_message_with_tracker(message, tracker)  # Rasa has no public way
    _set_slots(tracker, request, processor)
    ran = await _run_action(processor, tracker)
    await processor.save_tracker(tracker)
    return ran
