"""Conversations with their sessions and leases, and issued buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, or_, select, update

from bot.domain.conversations import Awaiting, Button, Conversation, Press
from bot.domain.errors import ConflictError
from bot.domain.languages import LocaleFrom
from bot.store.repository import Repository
from bot.store.tables.chat import buttons, conversations, sessions, used_identity_tokens


class SqlConversations(Repository):
    """Implements `ports.ConversationRepository`."""

    def get(self, conversation_id: str) -> Conversation | None:
        row = self._one(select(conversations).where(conversations.c.id == conversation_id))
        return None if row is None else conversation_of(row)

    def lock(self, conversation_id: str) -> Conversation | None:
        row = self._lock_conversation(conversation_id)
        return None if row is None else conversation_of(row)

    def by_address(self, channel: str, address: str) -> Conversation | None:
        here = (conversations.c.channel == channel) & (conversations.c.address == address)
        row = self._one(select(conversations).where(here))
        return None if row is None else conversation_of(row)

    def put(self, conversation: Conversation) -> None:
        values = {
            "channel": conversation.channel,
            "address": conversation.address,
            "locale": conversation.locale,
            "locale_from": conversation.locale_from.value,
            "created_at": conversation.created_at,
            "last_message_at": conversation.last_message_at,
            "awaiting": None if conversation.awaiting is None else conversation.awaiting.value,
            "declaration_id": conversation.declaration_id,
            "clarified": conversation.clarified,
            "episode": conversation.episode,
            "purpose": conversation.purpose,
            "logged_out": conversation.logged_out,
        }
        # `next_seq` is left out of the update: a copy read a moment ago must not set it back. Nor may it
        # touch the lease.
        if self._change(update(conversations).where(conversations.c.id == conversation.id).values(**values)):
            return
        if not self._add(conversations, {"id": conversation.id, "next_seq": conversation.next_seq, **values}):
            raise ConflictError("another conversation has this address")

    def belongs_to(self, conversation_id: str, customer_ref: str) -> None:
        this = update(conversations).where(conversations.c.id == conversation_id)
        self._change(this.values(customer_ref=customer_ref))

    def customer_of(self, conversation_id: str) -> str | None:
        theirs = select(conversations.c.customer_ref).where(conversations.c.id == conversation_id)
        row = self._one(theirs)
        return None if row is None else row.customer_ref

    def of_customer(self, customer_ref: str, limit: int = 50) -> Sequence[Conversation]:
        theirs = select(conversations).where(conversations.c.customer_ref == customer_ref)
        newest_first = theirs.order_by(conversations.c.last_message_at.desc()).limit(limit)
        return [conversation_of(row) for row in self._all(newest_first)]

    def add_session(self, token_digest: str, conversation_id: str, expires_at: datetime) -> None:
        values = {"token_digest": token_digest, "conversation_id": conversation_id, "expires_at": expires_at}
        if not self._add(sessions, values):
            raise ConflictError("this token opens a session already")

    def session(self, token_digest: str, now: datetime) -> str | None:
        live = (sessions.c.token_digest == token_digest) & (sessions.c.expires_at > now)
        row = self._one(select(sessions.c.conversation_id).where(live))
        return None if row is None else str(row.conversation_id)

    def extend_session(self, token_digest: str, expires_at: datetime) -> None:
        self._change(
            update(sessions).where(sessions.c.token_digest == token_digest).values(expires_at=expires_at)
        )

    def end_session(self, token_digest: str) -> None:
        self._change(delete(sessions).where(sessions.c.token_digest == token_digest))

    def use_identity_token(self, token_id: str, expires_at: datetime, now: datetime) -> bool:
        self._change(delete(used_identity_tokens).where(used_identity_tokens.c.expires_at <= now))
        return self._add(used_identity_tokens, {"token_id": token_id, "expires_at": expires_at})

    def take_lease(self, conversation_id: str, owner: str, until: datetime, now: datetime) -> bool:
        free = or_(
            conversations.c.lease_until.is_(None),
            conversations.c.lease_until <= now,
            conversations.c.lease_owner == owner,
        )
        mine = update(conversations).where(conversations.c.id == conversation_id, free)
        return self._change(mine.values(lease_owner=owner, lease_until=until)) == 1

    def release_lease(self, conversation_id: str, owner: str) -> None:
        held = (conversations.c.id == conversation_id) & (conversations.c.lease_owner == owner)
        self._change(update(conversations).where(held).values(lease_owner=None, lease_until=None))

    def holds_lease(self, conversation_id: str, owner: str, now: datetime) -> bool:
        held = (conversations.c.lease_owner == owner) & (conversations.c.lease_until > now)
        mine = select(conversations.c.id).where(conversations.c.id == conversation_id, held)
        # Locked, so that what is found out still holds when the unit of work commits.
        return self._one(mine.with_for_update(key_share=True)) is not None


def conversation_of(row: Row[Any]) -> Conversation:
    """The conversation of a row."""
    return Conversation(
        id=row.id,
        channel=row.channel,
        address=row.address,
        locale=row.locale,
        locale_from=LocaleFrom(row.locale_from),
        created_at=row.created_at,
        last_message_at=row.last_message_at,
        awaiting=None if row.awaiting is None else Awaiting(row.awaiting),
        declaration_id=row.declaration_id,
        clarified=row.clarified,
        episode=row.episode,
        next_seq=row.next_seq,
        purpose=row.purpose,
        logged_out=row.logged_out,
    )


class SqlButtons(Repository):
    """Implements `ports.ButtonRepository`."""

    def add(self, button: Button) -> None:
        self._connection.execute(self._insert(buttons).values(**_button_values(button)))

    def get(self, token: str) -> Button | None:
        row = self._one(select(buttons).where(buttons.c.token == token))
        if row is None:
            return None
        return Button(row.token, row.conversation_id, Press(**row.press), row.title, row.pressed_by)

    def put(self, button: Button) -> None:
        self._put(buttons, _button_values(button), buttons.c.token)


def _button_values(button: Button) -> dict[str, object]:
    return {
        "token": button.token,
        "conversation_id": button.conversation_id,
        "press": asdict(button.press),
        "title": button.title,
        "pressed_by": button.pressed_by,
    }
