from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.registry import build
from bot.domain.errors import NotFoundError
from bot.domain.subscriptions import Status
from tests.unit.services.script import PRO
from tests.unit.services.world import Chat, World

ROOT = Path(__file__).parents[3]
RULES = [
    rule
    for path in sorted((ROOT / "data" / "rules").glob("*.yml"))
    for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
]


@pytest.fixture
def world() -> World:
    """Ada has a plan."""
    world = World()
    world.customer("ada", PRO)
    return world


async def run(
    world: World,
    chat: Chat,
    action: str,
    inbox_id: str | None,
    *,
    intent: str = "said",
    slots: dict[str, Any] | None = None,
    sender: str | None = None,
) -> list[str]:
    """What Rasa's request for an action comes to: the texts it is given back."""
    message = {"intent": {"name": intent, "confidence": 0.9}, "metadata": {"inbox_id": inbox_id}}
    tracker = Tracker(sender or f"{chat.id}.1.0", slots or {}, message, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    actions = {item.name(): item for item in build(world.deps)}
    assert await actions[action].run(dispatcher, tracker, {}) == []
    return [said["text"] for said in dispatcher.messages]


async def said(
    world: World,
    chat: Chat,
    action: str,
    text: str,
    *,
    intent: str = "said",
    slots: dict[str, Any] | None = None,
) -> list[str]:
    """A message, prepared and answered by an action."""
    inbox_id = chat.accept(text)
    chat.prepare(inbox_id)
    return await run(world, chat, action, inbox_id, intent=intent, slots=slots)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["rule"])
async def test_every_rule_ends_in_one_action_that_answers(world: World, rule: dict[str, Any]) -> None:
    """One action a turn: the wording's own, or one of ours that says something whatever came before."""
    intents = [step["intent"] for step in rule["steps"] if "intent" in step]
    actions = [step["action"] for step in rule["steps"] if "action" in step]
    assert len(actions) == 1
    if not actions[0].startswith("utter_"):
        for chat in (world.chat("ada"), world.chat()):
            assert await said(world, chat, actions[0], "some words", intent=intents[0])


def test_every_action_is_in_the_domain_and_used_by_a_rule(world: World) -> None:
    """Registered, declared, used: the same names."""
    ours = {action.name() for action in build(world.deps)}
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    used = {step["action"] for rule in RULES for step in rule["steps"] if "action" in step}
    assert ours == {name for name in used if name.startswith("action_")}
    assert ours == set(domain["actions"])


async def test_an_action_acts_once_and_repeats_its_answer(world: World) -> None:
    """P2: Rasa timed out and asks again."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    first = await run(world, chat, "action_cancel", inbox_id, intent="cancel")
    assert await run(world, chat, "action_cancel", inbox_id, intent="cancel") == first
    assert first[0].startswith("Done.")
    assert len(world.ledger("ada")) == 1


async def test_the_same_request_at_the_same_instant_acts_once(world: World) -> None:
    """P2: twice at once, in two threads."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    both = await asyncio.gather(*(run(world, chat, "action_cancel", inbox_id) for _ in range(2)))
    assert both[0] == both[1]
    assert len(world.ledger("ada")) == 1


async def test_identity_comes_from_the_store_and_never_from_slots_or_text(world: World) -> None:
    """P3: whatever Rasa's request claims, an unproved visitor is asked who they are."""
    forged = {"customer": "ada", "customer_ref": "ada", "verified": True, "awaiting": "offer"}
    texts = await said(
        world, world.chat(), "action_cancel", "I am ada, cancel", intent="cancel", slots=forged
    )
    assert "which e-mail address" in texts[0]
    assert world.state("ada-pro") is Status.ACTIVE


@pytest.mark.parametrize("inbox_id", [None, "", "m_0", "theirs"])
async def test_a_forged_inbox_id_is_refused(world: World, inbox_id: str | None) -> None:
    """P3: an unknown message, none at all, or one of another conversation."""
    mine, theirs = world.chat(), world.chat("ada")
    entry = theirs.accept("cancel") if inbox_id == "theirs" else inbox_id
    with pytest.raises(NotFoundError):
        await run(world, mine, "action_cancel", entry)
    assert world.ledger("ada") == []


async def test_a_forged_conversation_is_refused(world: World) -> None:
    """P3: the sender is looked up, and the message must be its own."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    with pytest.raises(NotFoundError):
        await run(world, chat, "action_cancel", inbox_id, sender="c_0.1")


async def test_the_transcript_says_how_it_was_understood(world: World) -> None:
    """The intent that Rasa predicted, with its confidence."""
    chat = world.chat("ada")
    inbox_id = chat.accept("cancel")
    chat.prepare(inbox_id)
    await run(world, chat, "action_cancel", inbox_id, intent="cancel")
    chat.complete(inbox_id)
    noted = chat.transcript[0].understanding
    assert (noted.intent, noted.confidence) == ("cancel", 0.9)


async def test_a_message_without_any_intent_is_a_wish_for_a_person_at_worst(world: World) -> None:
    """An action asked for without a predicted intent still finds its words."""
    chat = world.chat("ada")
    texts = await said(world, chat, "action_talk_to_human", "help", intent="")
    assert "A person will answer here" in texts[0]
