"""Forgetting what was kept for a time only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Column, Table, delete, select

from bot.domain.webhooks import KEPT_FOR
from bot.store.repository import Repository
from bot.store.tables.chat import (
    code_challenges,
    code_requests,
    links,
    proofs,
    sessions,
    used_identity_tokens,
)
from bot.store.tables.delivering import vault
from bot.store.tables.staff import staff_tokens
from bot.store.tables.visits import visits
from bot.store.tables.webhooks import webhook_deliveries, webhook_events

_AT_ONCE = timedelta(0)
#: What was asked for counts for a day, and what is said of a code that ended is said for a day.
_CODES = timedelta(days=2)
#: Each kind: the column that tells its time, and how long after that it is kept.
_ENDS: tuple[tuple[Table, str, timedelta], ...] = (
    (sessions, "expires_at", _AT_ONCE),
    (proofs, "expires_at", _AT_ONCE),
    (links, "expires_at", _AT_ONCE),
    (used_identity_tokens, "expires_at", _AT_ONCE),
    (vault, "expires_at", _AT_ONCE),
    (visits, "until", _AT_ONCE),
    (staff_tokens, "expires_at", _AT_ONCE),
    (code_challenges, "expires_at", _CODES),
    (code_requests, "at", _CODES),
)


class SqlRetention(Repository):
    """Implements `ports.Retention`."""

    def forget(self, now: datetime, limit: int) -> Mapping[str, int]:
        gone = {
            table.name: self._over(table, table.c[column], now - kept, limit) for table, column, kept in _ENDS
        }
        gone[webhook_events.name] = self._events(now - KEPT_FOR, limit)
        return {name: count for name, count in gone.items() if count}

    def _over(self, table: Table, column: Column[datetime], before: datetime, limit: int) -> int:
        key = next(iter(table.primary_key))
        # Rows that somebody is at are left for the next time, so that no two wait for each other.
        over = select(key).where(column <= before).limit(limit).with_for_update(skip_locked=True)
        return self._change(delete(table).where(key.in_(over)))

    def _events(self, before: datetime, limit: int) -> int:
        old = select(webhook_events.c.id).where(webhook_events.c.occurred_at <= before).limit(limit)
        found = [row.id for row in self._all(old.with_for_update(skip_locked=True))]
        if not found:
            return 0
        self._change(delete(webhook_deliveries).where(webhook_deliveries.c.event_id.in_(found)))
        return self._change(delete(webhook_events).where(webhook_events.c.id.in_(found)))
