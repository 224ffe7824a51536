from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.give_reason import ActionGiveReason
from bot.domain.exit_interview import Reason
from tests.unit.services.script import CANCEL, PRO
from tests.unit.services.world import World


async def test_the_reasons_rasa_understood_are_stored_with_the_words() -> None:
    """They come with the latest message, beside its intent."""
    world = World()
    world.customer("ada", PRO)
    chat = world.chat("ada")
    chat.say("cancel", CANCEL)
    inbox_id = chat.accept("too dear, and nobody answers")
    chat.prepare(inbox_id)
    message = {
        "intent": {"name": "give_reason", "confidence": 0.9},
        "metadata": {"inbox_id": inbox_id},
        "reasons": ["customer_service", "too_expensive"],
    }
    tracker = Tracker(f"{chat.id}.1.0", {}, message, [], False, None, {}, "action_listen")
    assert await ActionGiveReason(world.deps).run(CollectingDispatcher(), tracker, {}) == []
    given = [answer.reasons for answer in world.answers()]
    assert given == [(Reason.TOO_EXPENSIVE, Reason.CUSTOMER_SERVICE)]
