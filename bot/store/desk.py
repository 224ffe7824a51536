"""Who looks at which conversation, and what staff leave there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from bot.domain.alerts import AlertHour, Way
from bot.domain.desk import CannedReply, Note, Presence
from bot.store.repository import Repository
from bot.store.tables.desk import alert_hours, canned_replies, desk_settings, notes, presences


class SqlDesk(Repository):
    """Implements `ports.DeskRepository`."""

    def presence(self, conversation_id: str, staff_id: str) -> Presence | None:
        this = (presences.c.conversation_id == conversation_id) & (presences.c.staff_id == staff_id)
        row = self._one(select(presences).where(this).with_for_update())
        return None if row is None else _presence(row)

    def put_presence(self, presence: Presence) -> None:
        values = {name: getattr(presence, name) for name in Presence.__slots__}
        kept = {name: value for name, value in values.items() if name not in {"conversation_id", "staff_id"}}
        key = [presences.c.conversation_id, presences.c.staff_id]
        adding = self._insert(presences).values(**values)
        self._connection.execute(adding.on_conflict_do_update(index_elements=key, set_=kept))

    def presences(self, conversation_id: str, since: datetime) -> Sequence[Presence]:
        here = (presences.c.conversation_id == conversation_id) & (presences.c.seen_at > since)
        return [
            _presence(row) for row in self._all(select(presences).where(here).order_by(presences.c.seen_at))
        ]

    def add_note(self, note: Note) -> None:
        values = {name: getattr(note, name) for name in Note.__slots__} | {"text": self._seal(note.text)}
        self._connection.execute(self._insert(notes).values(**values))

    def notes(self, conversation_id: str) -> Sequence[Note]:
        here = select(notes).where(notes.c.conversation_id == conversation_id)
        return [self._note(row) for row in self._all(here.order_by(notes.c.at, notes.c.id))]

    def note(self, note_id: str) -> Note | None:
        row = self._one(select(notes).where(notes.c.id == note_id))
        return None if row is None else self._note(row)

    def remove_note(self, note_id: str) -> None:
        self._change(delete(notes).where(notes.c.id == note_id))

    def canned(self) -> Sequence[CannedReply]:
        table = canned_replies
        rows = self._all(select(table).order_by(table.c.language, table.c.title, table.c.id))
        return [CannedReply(row.id, row.title, row.language, row.text) for row in rows]

    def put_canned(self, reply: CannedReply) -> None:
        values = {name: getattr(reply, name) for name in CannedReply.__slots__}
        self._put(canned_replies, values, canned_replies.c.id)

    def remove_canned(self, reply_id: str) -> None:
        self._change(delete(canned_replies).where(canned_replies.c.id == reply_id))

    def setting(self, name: str, *, lock: bool = False) -> str | None:
        kept = select(desk_settings.c.value).where(desk_settings.c.name == name)
        row = self._one(kept.with_for_update() if lock else kept)
        return None if row is None else self._open(row.value)

    def put_setting(self, name: str, value: str, at: datetime, by: str | None) -> None:
        values = {"name": name, "value": self._seal(value), "changed_at": at, "changed_by": by}
        self._put(desk_settings, values, desk_settings.c.name)

    def alert_hours(self) -> Sequence[AlertHour]:
        return [_hour_of(row) for row in self._all(select(alert_hours))]

    def alert_hour(self, way: Way, now: datetime) -> AlertHour:
        self._add(alert_hours, _hour(AlertHour(way, now)))
        row = self._connection.execute(
            select(alert_hours).where(alert_hours.c.way == way.value).with_for_update()
        ).one()
        return _hour_of(row)

    def put_alert_hour(self, hour: AlertHour) -> None:
        self._put(alert_hours, _hour(hour), alert_hours.c.way)

    def _note(self, row: Row[Any]) -> Note:
        return Note(row.id, row.conversation_id, row.staff_id, self._open(row.text), row.at)


def _hour(hour: AlertHour) -> dict[str, object]:
    return {name: getattr(hour, name) for name in AlertHour.__slots__} | {"way": hour.way.value}


def _hour_of(row: Row[Any]) -> AlertHour:
    return AlertHour(Way(row.way), row.began_at, row.sent, row.held)


def _presence(row: Row[Any]) -> Presence:
    return Presence(**{name: getattr(row, name) for name in Presence.__slots__})
