"""The inbox: accepted messages, what was masked in them, and what their actions came to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update

from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.inbox import Event, InboxEntry, InboxState
from bot.domain.text import Masked
from bot.store.repository import Repository, known
from bot.store.tables.chat import conversations, inbox, placeholders


class SqlInbox(Repository):
    """Implements `ports.InboxRepository`."""

    def add(self, entry: InboxEntry) -> bool:
        values = {
            "id": entry.id,
            "conversation_id": entry.conversation_id,
            "message_id": entry.message_id,
            "fingerprint": entry.fingerprint,
            "arrived_at": entry.arrived_at,
            "said_at": entry.said_at,
            "text": self._seal_maybe(entry.text),
            "button": entry.button,
            "event": None if entry.event is None else entry.event.value,
            "state": entry.state.value,
            "attempts": entry.attempts,
            "not_before": entry.not_before,
            "request": self._seal_maybe(entry.request),
        }
        return self._add(inbox, values)

    def get(self, inbox_id: str) -> InboxEntry | None:
        row = self._one(select(inbox).where(inbox.c.id == inbox_id))
        return None if row is None else self._entry(row)

    def lock(self, inbox_id: str) -> InboxEntry | None:
        of_entry = select(inbox.c.conversation_id).where(inbox.c.id == inbox_id).scalar_subquery()
        self._lock_conversation(of_entry)
        # Read by a statement of its own, which sees what was committed while the first one waited.
        return self.get(inbox_id)

    def find(self, conversation_id: str, message_id: str) -> InboxEntry | None:
        same = (inbox.c.conversation_id == conversation_id) & (inbox.c.message_id == message_id)
        row = self._one(select(inbox).where(same))
        return None if row is None else self._entry(row)

    def put(self, entry: InboxEntry) -> None:
        values: dict[str, object] = {
            "state": entry.state.value,
            "attempts": entry.attempts,
            "not_before": entry.not_before,
            "request": self._seal_maybe(entry.request),
        }
        answered = entry.state is InboxState.ANSWERED
        if answered:
            values.update(text=None, button=None, request=None)
        if not self._change(update(inbox).where(inbox.c.id == entry.id).values(**values)):
            raise NotFoundError("no such inbox entry")
        if answered:
            self._change(delete(placeholders).where(placeholders.c.inbox_id == entry.id))

    def next_accepted(self, conversation_id: str) -> InboxEntry | None:
        waiting = (inbox.c.conversation_id == conversation_id) & (inbox.c.state == known(InboxState.ACCEPTED))
        row = self._one(select(inbox).where(waiting).order_by(inbox.c.position).limit(1))
        return None if row is None else self._entry(row)

    def held(self, conversation_id: str) -> Sequence[InboxEntry]:
        waiting = (inbox.c.conversation_id == conversation_id) & (inbox.c.state == known(InboxState.HELD))
        return [
            self._entry(row) for row in self._all(select(inbox).where(waiting).order_by(inbox.c.position))
        ]

    def waiting_conversations(self, now: datetime, limit: int = 100) -> Sequence[str]:
        accepted = inbox.c.state == known(InboxState.ACCEPTED)
        oldest = (
            select(func.min(inbox.c.position).label("position"))
            .where(accepted)
            .group_by(inbox.c.conversation_id)
            .subquery("oldest")
        )
        statement = (
            select(inbox.c.conversation_id)
            .join(oldest, oldest.c.position == inbox.c.position)
            .join(conversations, conversations.c.id == inbox.c.conversation_id)
            .where(
                or_(inbox.c.not_before.is_(None), inbox.c.not_before <= now),
                or_(conversations.c.lease_until.is_(None), conversations.c.lease_until <= now),
            )
            .order_by(inbox.c.position)
            .limit(limit)
        )
        return [row.conversation_id for row in self._all(statement)]

    def count_since(self, conversation_id: str, since: datetime) -> int:
        recent = (inbox.c.conversation_id == conversation_id) & (inbox.c.arrived_at >= since)
        return int(
            self._connection.execute(select(func.count()).select_from(inbox).where(recent)).scalar_one()
        )

    def last_not_before(self, conversation_id: str, since: datetime) -> datetime | None:
        recent = (inbox.c.conversation_id == conversation_id) & (inbox.c.arrived_at >= since)
        row = self._one(select(func.max(inbox.c.not_before).label("last")).where(recent))
        return None if row is None else row.last

    def put_secrets(self, inbox_id: str, masked: Masked) -> None:
        values = {"inbox_id": inbox_id, "masked": self._seal(json.dumps(asdict(masked)))}
        self._put(placeholders, values, placeholders.c.inbox_id)

    def secrets(self, inbox_id: str) -> Masked | None:
        row = self._one(select(placeholders.c.masked).where(placeholders.c.inbox_id == inbox_id))
        if row is None:
            return None
        values = json.loads(self._open(row.masked))
        return Masked(values["text"], tuple(values["emails"]), tuple(values["codes"]), values["cards"])

    def result(self, inbox_id: str) -> str | None:
        row = self._one(select(inbox.c.result).where(inbox.c.id == inbox_id))
        return None if row is None else self._open_maybe(row.result)

    def put_result(self, inbox_id: str, outcome: str) -> None:
        first = (inbox.c.id == inbox_id) & inbox.c.result.is_(None)
        if not self._change(update(inbox).where(first).values(result=self._seal(outcome))):
            raise ConflictError("no such inbox entry, or its action has run")

    def complete_result(self, inbox_id: str, outcome: str) -> None:
        begun = (inbox.c.id == inbox_id) & inbox.c.result.is_not(None)
        if not self._change(update(inbox).where(begun).values(result=self._seal(outcome))):
            raise ConflictError("no such inbox entry, or its action has not begun")

    def _entry(self, row: Row[Any]) -> InboxEntry:
        return InboxEntry(
            id=row.id,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            fingerprint=row.fingerprint,
            arrived_at=row.arrived_at,
            said_at=row.said_at,
            text=self._open_maybe(row.text),
            button=row.button,
            event=None if row.event is None else Event(row.event),
            state=InboxState(row.state),
            attempts=row.attempts,
            not_before=row.not_before,
            request=self._open_maybe(row.request),
        )
