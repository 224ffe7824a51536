"""The chain of what staff did: only ever added to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from bot.domain.audit import BEGINNING, Action, Entry
from bot.store.repository import Repository
from bot.store.tables.staff import audit, audit_head

_ONLY = 1


class SqlAudit(Repository):
    """Implements `ports.AuditRepository`."""

    def head(self) -> tuple[int, str]:
        first = {"id": _ONLY, "position": 0, "digest": BEGINNING}
        self._add(audit_head, first)
        row = self._connection.execute(
            select(audit_head).where(audit_head.c.id == _ONLY).with_for_update()
        ).one()
        return row.position, row.digest

    def append(self, entry: Entry) -> None:
        values = {
            "at": entry.at,
            "who": entry.who,
            "action": entry.action.value,
            "subject": entry.subject,
            "why": self._seal(entry.why),
            "what": self._seal(json.dumps(dict(entry.what), ensure_ascii=False)),
            "previous": entry.previous,
            "digest": entry.digest,
        }
        added = self._insert(audit).values(**values).returning(audit.c.position)
        position = self._connection.execute(added).one().position
        self._put(audit_head, {"id": _ONLY, "position": position, "digest": entry.digest}, audit_head.c.id)

    def after(self, position: int, limit: int) -> Sequence[Entry]:
        later = select(audit).where(audit.c.position > position).order_by(audit.c.position).limit(limit)
        return [self._entry(row) for row in self._all(later)]

    def before(
        self, position: int | None, limit: int, *, who: str = "", subject: str = "", action: str = ""
    ) -> Sequence[Entry]:
        earlier = select(audit).order_by(audit.c.position.desc()).limit(limit)
        if position is not None:
            earlier = earlier.where(audit.c.position < position)
        for column, value in ((audit.c.who, who), (audit.c.subject, subject), (audit.c.action, action)):
            if value:
                earlier = earlier.where(column == value)
        return [self._entry(row) for row in self._all(earlier)]

    def _entry(self, row: Row[Any]) -> Entry:
        return Entry(
            at=row.at,
            who=row.who,
            action=Action(row.action),
            subject=row.subject,
            why=self._open(row.why),
            what=json.loads(self._open(row.what)),
            previous=row.previous,
            digest=row.digest,
            position=row.position,
        )
