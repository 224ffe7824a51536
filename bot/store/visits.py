"""When sessions were opened without saying who one is, by a digest of where from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, literal_column, select

from bot.store.repository import Repository
from bot.store.tables.visits import visits

#: So many visitors of long ago are forgotten by one that comes now: more than come in, and soon done.
_AT_ONCE = 100


class SqlVisits(Repository):
    """Implements `ports.VisitRepository`."""

    def lock(self, visitor: str, now: datetime) -> Sequence[datetime]:
        # An upsert that changes nothing: it locks the row, also one that was not there a moment ago.
        mine = self._insert(visits).values(visitor=visitor, opened=[], until=now)
        locked = mine.on_conflict_do_update(
            index_elements=[visits.c.visitor], set_={"visitor": literal_column("excluded.visitor")}
        )
        row = self._connection.execute(locked.returning(visits.c.opened)).one()
        return [datetime.fromisoformat(at) for at in row.opened]

    def note(self, visitor: str, opened: Sequence[datetime], until: datetime, now: datetime) -> None:
        values = {"visitor": visitor, "opened": [at.isoformat() for at in opened], "until": until}
        self._put(visits, values, visits.c.visitor)
        # Rows that somebody is at are left alone, so that no two wait for each other.
        over = select(visits.c.visitor).where(visits.c.until <= now).limit(_AT_ONCE)
        self._change(delete(visits).where(visits.c.visitor.in_(over.with_for_update(skip_locked=True))))
