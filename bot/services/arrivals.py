"""Where a platform's messages arrive: the conversation of an address, and what is said to who is too fast."""

from __future__ import annotations

from bot.domain.conversations import Author, Conversation, Message, Reply, ReplyKind
from bot.domain.errors import ConflictError, NotFoundError
from bot.services.dependencies import Dependencies
from bot.services.transcripts import say
from bot.services.turn import render


def conversation_at(deps: Dependencies, channel: str, address: str, locale: str | None) -> str:
    """The id of the conversation with an address, begun now if there is none, in the language given.

    Raises `ConflictError` when two begin it at once and the other one cannot be seen yet: ask again.
    """
    with deps.store.begin() as work:
        found = work.conversations.by_address(channel, address)
        if found is not None:
            return found.id
        now = deps.clock.now()
        begun = Conversation(
            id=deps.ids.new("c"),
            channel=channel,
            address=address,
            locale=deps.wording.locale(locale),
            created_at=now,
            last_message_at=now,
        )
        try:
            work.conversations.put(begun)
        except ConflictError:
            found = work.conversations.by_address(channel, address)
            if found is None:
                raise
            return found.id
        work.commit()
    return begun.id


def place_of(deps: Dependencies, conversation_id: str) -> tuple[str, str] | None:
    """The channel and the address of a conversation; None where there is no such conversation."""
    with deps.store.begin() as work:
        found = work.conversations.get(conversation_id)
    return None if found is None else (found.channel, found.address)


def turn_away(deps: Dependencies, conversation_id: str) -> None:
    """Says, once a minute, that messages came too fast to be taken in: never silence."""
    with deps.store.begin() as work:
        conversation = work.conversations.lock(conversation_id)
        if conversation is None:
            raise NotFoundError("no such conversation")
        now = deps.clock.now()
        key = f"too_fast:{conversation_id}:{now:%Y%m%d%H%M}"
        if work.messages.for_inbox(key):
            return
        said = render(deps, work, conversation, Reply("too_fast", kind=ReplyKind.NOTICE))
        notice = Message(conversation_id, 0, Author.BOT, said.kind, said.text, now, inbox_id=key)
        say(work, conversation, notice)
        work.commit()
