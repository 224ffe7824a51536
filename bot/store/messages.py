"""Transcripts, and the word to everybody who listens that there is something new."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, literal_column, select, tuple_, union_all, update

from bot.domain.conversations import Author, Message, ReceiptSummary, ReplyKind, Spot, Understanding
from bot.domain.errors import NotFoundError
from bot.store import search
from bot.store.changes import CHANNEL
from bot.store.repository import Repository
from bot.store.tables.chat import conversations, messages


def _noted(understanding: Understanding) -> dict[str, Any]:
    """What a transcript keeps of it: reasons for leaving are kept with the answer to the exit question."""
    return {name: value for name, value in asdict(understanding).items() if name != "reasons"}


class SqlMessages(Repository):
    """Implements `ports.MessageRepository`."""

    def add(self, message: Message) -> Message:
        counted = (
            update(conversations)
            .where(conversations.c.id == message.conversation_id)
            .values(next_seq=conversations.c.next_seq + 1, active_at=message.at)
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
            "message_id": stored.message_id,
            "buttons": [list(button) for button in stored.buttons],
            "receipt": self._seal_maybe(receipt),
            **_noted(stored.understanding),
        }
        adding = self._insert(messages).values(**values)
        if self._connection.dialect.name == "postgresql":
            # In the same statement, and told at commit: to every process that listens, or to none.
            adding = adding.returning(func.pg_notify(CHANNEL, stored.conversation_id))  # type: ignore[assignment]
        self._connection.execute(adding)
        search.add(self._connection, stored.conversation_id, stored.seq, stored.text)
        return stored

    def after(self, conversation_id: str, seq: int, limit: int = 200) -> Sequence[Message]:
        later = (messages.c.conversation_id == conversation_id) & (messages.c.seq > seq)
        rows = self._all(select(messages).where(later).order_by(messages.c.seq).limit(limit))
        return [self.message_of(row) for row in rows]

    def before(self, conversation_id: str, seq: int | None, limit: int) -> Sequence[Message]:
        earlier = messages.c.conversation_id == conversation_id
        if seq is not None:
            earlier &= messages.c.seq < seq
        # From the end of the primary key: it costs what it returns, however long the history is.
        rows = self._all(select(messages).where(earlier).order_by(messages.c.seq.desc()).limit(limit))
        return [self.message_of(row) for row in reversed(rows)]

    def merged(self, conversation_ids: Collection[str], before: Spot | None, limit: int) -> Sequence[Message]:
        if not conversation_ids:
            return []
        # Of each no more than are asked for, from the end of an index that holds all that is needed for it.
        parts = [
            select(_keys(place, name, before, limit).subquery(f"said_{place}"))
            for place, name in enumerate(sorted(set(conversation_ids)))
        ]
        said = union_all(*parts).subquery("said")
        order = (said.c.at.desc(), said.c.place.desc(), said.c.seq.desc())
        last = select(said).order_by(*order).limit(limit).subquery("said_last")
        this = (messages.c.conversation_id == last.c.conversation_id) & (messages.c.seq == last.c.seq)
        newest_first = (last.c.at.desc(), last.c.place.desc(), last.c.seq.desc())
        rows = self._all(select(messages).join(last, this).order_by(*newest_first))
        return [self.message_of(row) for row in reversed(rows)]

    def for_inbox(self, inbox_id: str) -> Sequence[Message]:
        answers = (messages.c.inbox_id == inbox_id) & (messages.c.author == Author.BOT.value)
        return [
            self.message_of(row)
            for row in self._all(select(messages).where(answers).order_by(messages.c.seq))
        ]

    def set_understanding(self, inbox_id: str, understanding: Understanding) -> None:
        theirs = (messages.c.inbox_id == inbox_id) & (messages.c.author == Author.CUSTOMER.value)
        self._change(update(messages).where(theirs).values(**_noted(understanding)))

    def customer_message(self, inbox_id: str) -> Message | None:
        theirs = (messages.c.inbox_id == inbox_id) & (messages.c.author == Author.CUSTOMER.value)
        row = self._one(select(messages).where(theirs).order_by(messages.c.seq).limit(1))
        return None if row is None else self.message_of(row)

    def newest(self, limit: int, since: datetime | None = None) -> Sequence[Message]:
        statement = select(messages).order_by(messages.c.at.desc(), messages.c.seq.desc()).limit(limit)
        if since is not None:
            statement = statement.where(messages.c.at >= since)
        return [self.message_of(row) for row in self._all(statement)]

    def message_of(self, row: Row[Any]) -> Message:
        """The message of a row."""
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
            message_id=row.message_id,
        )


def _keys(place: int, conversation_id: str, before: Spot | None, limit: int) -> Select[Any]:
    """The keys of the last messages of one conversation before a spot, newest first.

    `place` orders what was said at the same moment: databases differ in how they order texts.
    """
    at, seq = messages.c.at, messages.c.seq
    mine = messages.c.conversation_id == conversation_id
    if before is not None and conversation_id == before.conversation_id:
        mine &= tuple_(at, seq) < tuple_(before.at, before.seq)
    elif before is not None:
        mine &= at <= before.at if conversation_id < before.conversation_id else at < before.at
    keys = select(messages.c.conversation_id, at, seq, literal_column(str(place)).label("place"))
    return keys.where(mine).order_by(at.desc(), seq.desc()).limit(limit)


def _dump_receipt(receipt: ReceiptSummary) -> str:
    times = {"received_at": receipt.received_at.isoformat(), "effective_at": receipt.effective_at.isoformat()}
    return json.dumps({**asdict(receipt), **times})


def _load_receipt(text: str) -> ReceiptSummary:
    values = json.loads(text)
    times = {name: datetime.fromisoformat(values[name]) for name in ("received_at", "effective_at")}
    return ReceiptSummary(**{**values, **times})
