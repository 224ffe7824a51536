"""Conversations with their sessions and leases, transcripts, and issued buttons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, or_, select, update

from bot.domain.conversations import (
    Author,
    Awaiting,
    Button,
    Conversation,
    Message,
    Press,
    ReceiptSummary,
    ReplyKind,
    Understanding,
)
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.languages import LocaleFrom
from bot.store.repository import Repository
from bot.store.tables.chat import buttons, conversations, messages, sessions, used_identity_tokens


class SqlConversations(Repository):
    """Implements `ports.ConversationRepository`."""

    def get(self, conversation_id: str) -> Conversation | None:
        row = self._one(select(conversations).where(conversations.c.id == conversation_id))
        return None if row is None else _conversation(row)

    def lock(self, conversation_id: str) -> Conversation | None:
        row = self._lock_conversation(conversation_id)
        return None if row is None else _conversation(row)

    def by_address(self, channel: str, address: str) -> Conversation | None:
        here = (conversations.c.channel == channel) & (conversations.c.address == address)
        row = self._one(select(conversations).where(here))
        return None if row is None else _conversation(row)

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

    def of_customer(self, customer_ref: str, limit: int = 50) -> Sequence[Conversation]:
        theirs = select(conversations).where(conversations.c.customer_ref == customer_ref)
        newest_first = theirs.order_by(conversations.c.last_message_at.desc()).limit(limit)
        return [_conversation(row) for row in self._all(newest_first)]

    def add_session(self, token_digest: str, conversation_id: str, expires_at: datetime) -> None:
        values = {"token_digest": token_digest, "conversation_id": conversation_id, "expires_at": expires_at}
        self._connection.execute(self._insert(sessions).values(**values))

    def session(self, token_digest: str, now: datetime) -> str | None:
        live = (sessions.c.token_digest == token_digest) & (sessions.c.expires_at > now)
        row = self._one(select(sessions.c.conversation_id).where(live))
        return None if row is None else str(row.conversation_id)

    def extend_session(self, token_digest: str, expires_at: datetime) -> None:
        self._change(
            update(sessions).where(sessions.c.token_digest == token_digest).values(expires_at=expires_at)
        )

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


def _conversation(row: Row[Any]) -> Conversation:
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


def _noted(understanding: Understanding) -> dict[str, Any]:
    """What a transcript keeps of it: reasons for leaving are kept with the answer to the exit question."""
    return {name: value for name, value in asdict(understanding).items() if name != "reasons"}


class SqlMessages(Repository):
    """Implements `ports.MessageRepository`."""

    def add(self, message: Message) -> Message:
        counted = (
            update(conversations)
            .where(conversations.c.id == message.conversation_id)
            .values(next_seq=conversations.c.next_seq + 1)
            .returning((conversations.c.next_seq - 1).label("seq"))
        )
        row = self._one(counted)
        if row is None:
            raise NotFoundError("no such conversation")
        stored = replace(message, seq=row.seq)
        receipt = None if stored.receipt is None else _dump_receipt(stored.receipt)
        values = {
            "conversation_id": stored.conversation_id,
            "seq": stored.seq,
            "author": stored.author.value,
            "kind": stored.kind.value,
            "text": stored.text,
            "at": stored.at,
            "inbox_id": stored.inbox_id,
            "buttons": [list(button) for button in stored.buttons],
            "receipt": self._seal_maybe(receipt),
            **_noted(stored.understanding),
        }
        self._connection.execute(self._insert(messages).values(**values))
        return stored

    def after(self, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]:
        later = (messages.c.conversation_id == conversation_id) & (messages.c.seq > seq)
        rows = self._all(select(messages).where(later).order_by(messages.c.seq).limit(limit))
        return [self._message(row) for row in rows]

    def for_inbox(self, inbox_id: str) -> Sequence[Message]:
        answers = (messages.c.inbox_id == inbox_id) & (messages.c.author == Author.BOT.value)
        return [
            self._message(row) for row in self._all(select(messages).where(answers).order_by(messages.c.seq))
        ]

    def set_understanding(self, inbox_id: str, understanding: Understanding) -> None:
        theirs = (messages.c.inbox_id == inbox_id) & (messages.c.author == Author.CUSTOMER.value)
        self._change(update(messages).where(theirs).values(**_noted(understanding)))

    def customer_message(self, inbox_id: str) -> Message | None:
        theirs = (messages.c.inbox_id == inbox_id) & (messages.c.author == Author.CUSTOMER.value)
        row = self._one(select(messages).where(theirs).order_by(messages.c.seq).limit(1))
        return None if row is None else self._message(row)

    def newest(self, limit: int, since: datetime | None = None) -> Sequence[Message]:
        statement = select(messages).order_by(messages.c.at.desc(), messages.c.seq.desc()).limit(limit)
        if since is not None:
            statement = statement.where(messages.c.at >= since)
        return [self._message(row) for row in self._all(statement)]

    def _message(self, row: Row[Any]) -> Message:
        receipt = self._open_maybe(row.receipt)
        return Message(
            conversation_id=row.conversation_id,
            seq=row.seq,
            author=Author(row.author),
            kind=ReplyKind(row.kind),
            text=row.text,
            at=row.at,
            inbox_id=row.inbox_id,
            buttons=tuple((name, title, token) for name, title, token in row.buttons),
            receipt=None if receipt is None else _load_receipt(receipt),
            understanding=Understanding(row.intent, row.confidence, row.rule, row.nlu_ms, row.total_ms),
        )


def _dump_receipt(receipt: ReceiptSummary) -> str:
    times = {"received_at": receipt.received_at.isoformat(), "effective_at": receipt.effective_at.isoformat()}
    return json.dumps({**asdict(receipt), **times})


def _load_receipt(text: str) -> ReceiptSummary:
    values = json.loads(text)
    times = {name: datetime.fromisoformat(values[name]) for name in ("received_at", "effective_at")}
    return ReceiptSummary(**{**values, **times})


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
