"""Finding conversations by facets, time and words: a page costs the same however much there is.

Nothing is counted to the end, and no page looks through more than a bounded number of rows: where that was
not enough, it says how far back it has looked, and the next one goes on there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, func, select, tuple_

from bot.domain.finding import Cursor, Facet, Filter, Page
from bot.store import search, words
from bot.store.found import SqlFound
from bot.store.repository import Repository
from bot.store.tables.chat import conversations, messages
from bot.store.tables.desk import conversation_facets, conversation_seen
from bot.store.types import Sealer

#: A facet of so few conversations is where a search begins; else the newest conversations are looked through.
RARE = 3000
#: So many conversations, or messages with the words, are looked through for one page.
LOOKED_AT, HITS = 20_000, 1000
_facets = conversation_facets.c


class SqlFinding(Repository):
    """Implements `ports.FindingRepository`."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        super().__init__(connection, sealer)
        self._shown = SqlFound(connection, sealer)

    def note(self, conversation_id: str, facet: Facet, value: str) -> None:
        self._add(
            conversation_facets, {"conversation_id": conversation_id, "name": facet.value, "value": value}
        )

    def replace(self, conversation_id: str, facet: Facet, value: str | None) -> None:
        mine = (_facets.conversation_id == conversation_id) & (_facets.name == facet.value)
        self._change(delete(conversation_facets).where(mine, _facets.value != (value or "")))
        if value:
            self.note(conversation_id, facet, value)

    def drop(self, conversation_id: str, facet: Facet, value: str) -> None:
        this = (_facets.conversation_id == conversation_id) & (_facets.name == facet.value)
        self._change(delete(conversation_facets).where(this, _facets.value == value))

    def facets(self, conversation_id: str) -> Mapping[Facet, tuple[str, ...]]:
        return self._shown.facets([conversation_id])[conversation_id]

    def values(self, facet: Facet, limit: int = 100) -> Sequence[str]:
        """One at a time, each by one look at the index: of each there may be a hundred thousand rows."""
        found: list[str] = []
        while len(found) < limit:
            later = (_facets.name == facet.value) & (_facets.value > (found[-1] if found else ""))
            row = self._one(select(func.min(_facets.value).label("value")).where(later))
            if row is None or row.value is None:
                break
            found.append(str(row.value))
        return found

    def seen(self, staff_id: str, conversation_id: str, seq: int) -> None:
        values = {"staff_id": staff_id, "conversation_id": conversation_id, "seq": seq}
        key = [conversation_seen.c.staff_id, conversation_seen.c.conversation_id]
        adding = self._insert(conversation_seen).values(**values)
        self._connection.execute(adding.on_conflict_do_update(index_elements=key, set_={"seq": seq}))

    def find(self, wanted: Filter, reader: str, cursor: Cursor | None, limit: int) -> Page:
        asked = words.terms(wanted.words)
        if asked:
            return self._by_words(wanted, asked, reader, cursor, limit)
        return self._by_time(wanted, reader, cursor, limit)

    def _by_time(self, wanted: Filter, reader: str, cursor: Cursor | None, limit: int) -> Page:
        narrow = self._narrow(wanted)
        newest = select(conversations).where(conversations.c.active_at.is_not(None))
        if cursor is not None and cursor.at is not None:
            here = tuple_(conversations.c.active_at, conversations.c.id)
            newest = newest.where(here < tuple_(cursor.at, cursor.conversation_id))
        if wanted.since is not None:
            newest = newest.where(conversations.c.active_at >= wanted.since)
        if wanted.until is not None:
            newest = newest.where(conversations.c.active_at < wanted.until)
        if narrow is not None:
            newest = newest.where(conversations.c.id.in_(narrow))
        order = (conversations.c.active_at.desc(), conversations.c.id.desc())
        conditions = self._conditions(wanted, reader)
        if narrow is not None or not conditions:
            rows = self._all(newest.where(*conditions).order_by(*order).limit(limit + 1))
            more = len(rows) > limit
            return self._shown.page(rows[:limit], reader, _after(rows[limit - 1]) if more else None)
        return self._looking(newest.order_by(*order), conditions, reader, limit)

    def _looking(
        self, newest: Select[Any], conditions: Sequence[ColumnElement[bool]], reader: str, limit: int
    ) -> Page:
        """The newest conversations are looked through, so many and no more."""
        window = newest.with_only_columns(conversations.c.id, conversations.c.active_at).limit(LOOKED_AT)
        looked = window.cte("looked")
        order = (looked.c.active_at.desc(), looked.c.id.desc())
        joined = select(conversations).join(looked, looked.c.id == conversations.c.id)
        rows = self._all(joined.where(*conditions).order_by(*order).limit(limit + 1))
        if len(rows) > limit:
            return self._shown.page(rows[:limit], reader, _after(rows[limit - 1]))
        last = self._one(
            newest.with_only_columns(conversations.c.id, conversations.c.active_at)
            .offset(LOOKED_AT - 1)
            .limit(1)
        )
        if last is None:
            return self._shown.page(rows, reader, None)
        return self._shown.page(rows, reader, _after(last), last.active_at)

    def _by_words(
        self, wanted: Filter, asked: list[words.Term], reader: str, cursor: Cursor | None, limit: int
    ) -> Page:
        before = cursor.position if cursor is not None else None
        hits = search.newest(self._connection, asked, before, HITS)
        order = list(dict.fromkeys(hit.conversation_id for hit in hits))
        conditions = [*self._conditions(wanted, reader), *_within(wanted)]
        kept: list[Row[Any]] = []
        for start in range(0, len(order), limit * 4):
            some = order[start : start + limit * 4]
            rows = self._all(select(conversations).where(conversations.c.id.in_(some), *conditions))
            known = {row.id: row for row in rows}
            kept += [known[name] for name in some if name in known]
            if len(kept) > limit:
                break
        newest = {hit.conversation_id: hit for hit in reversed(hits)}
        shown = [newest[row.id] for row in kept[:limit]]
        if len(kept) > limit:
            return self._shown.page(kept[:limit], reader, Cursor(position=shown[-1].position), hits=shown)
        if len(hits) < HITS:
            return self._shown.page(kept, reader, None, hits=shown)
        back = self._one(
            select(messages.c.at).where(
                messages.c.conversation_id == hits[-1].conversation_id, messages.c.seq == hits[-1].seq
            )
        )
        looked_to = back.at if back is not None else None
        return self._shown.page(kept, reader, Cursor(position=hits[-1].position), looked_to, hits=shown)

    def _narrow(self, wanted: Filter) -> list[str] | None:
        """The conversations of the rarest facet, where it is rare; else None."""
        if wanted.customer_ref is not None:
            theirs = select(conversations.c.id).where(conversations.c.customer_ref == wanted.customer_ref)
            return [row.id for row in self._all(theirs.limit(RARE))]
        best: list[str] | None = None
        for facet, value in wanted.facets.items():
            this = (_facets.name == facet.value) & (_facets.value == value)
            found = [
                row.conversation_id
                for row in self._all(select(_facets.conversation_id).where(this).limit(RARE + 1))
            ]
            if len(found) <= RARE and (best is None or len(found) < len(best)):
                best = found
        return best

    def _conditions(self, wanted: Filter, reader: str) -> list[ColumnElement[bool]]:
        made: list[ColumnElement[bool]] = [
            exists().where(
                _facets.name == facet.value,
                _facets.value == value,
                _facets.conversation_id == conversations.c.id,
            )
            for facet, value in wanted.facets.items()
        ]
        if wanted.unread_by is not None:
            seen = conversation_seen.c
            read = exists().where(
                seen.staff_id == wanted.unread_by,
                seen.conversation_id == conversations.c.id,
                seen.seq >= conversations.c.next_seq - 1,
            )
            made.append(~read)
        for column, value in (
            (conversations.c.channel, wanted.channel),
            (conversations.c.locale, wanted.language),
        ):
            if value:
                made.append(column == value)
        if wanted.customer_ref is not None:
            made.append(conversations.c.customer_ref == wanted.customer_ref)
        return made


def _within(wanted: Filter) -> list[ColumnElement[bool]]:
    made: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        made.append(conversations.c.active_at >= wanted.since)
    if wanted.until is not None:
        made.append(conversations.c.active_at < wanted.until)
    return made


def _after(row: Row[Any]) -> Cursor:
    return Cursor(row.active_at, row.id)
