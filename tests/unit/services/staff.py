"""Chats that staff have taken over."""

from __future__ import annotations

from bot.domain.conversations import Author
from bot.services import cases
from tests.unit.services.world import Chat, World


def in_charge(world: World, customer: str | None = "ada") -> Chat:
    """A chat that staff have taken over."""
    chat = world.chat(customer)
    chat.say("a person please", cases.talk_to_human)
    cases.reply(world.deps, case_of(chat), "Hello, this is Kim.")
    return chat


def case_of(chat: Chat) -> str:
    """The id of the open case."""
    assert chat.case is not None
    return chat.case.id


def said_by_bot(chat: Chat) -> list[str]:
    """Everything the bot said."""
    return [message.text for message in chat.transcript if message.author is Author.BOT]
