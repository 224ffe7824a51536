"""What a list shows of the conversations that were found: a few questions a page, not a few for each row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, union_all

from bot.domain.conversations import Message
from bot.domain.finding import Cursor, Facet, Found, Page
from bot.store.conversations import conversation_of
from bot.store.messages import SqlMessages
from bot.store.repository import Repository, among
from bot.store.search import Hit
from bot.store.tables.chat import messages
from bot.store.tables.desk import conversation_facets, conversation_seen
from bot.store.tables.ledger import customers, members


class SqlFound(Repository):
    """Reads what belongs to a page."""

    def page(
        self,
        rows: Sequence[Row[Any]],
        reader: str,
        cursor: Cursor | None,
        back: datetime | None = None,
        hits: Sequence[Hit] = (),
    ) -> Page:
        """The page of these conversations; of each the message that was hit, or else the last one."""
        ids = [row.id for row in rows]
        facets, seen = self.facets(ids), self._seen(reader, ids)
        names = self._names({row.customer_ref for row in rows if row.customer_ref})
        which = [(hit.conversation_id, hit.seq) for hit in hits] or [
            (row.id, row.next_seq - 1) for row in rows
        ]
        said = self._messages(which)
        found = [
            Found(
                conversation_of(row),
                row.active_at,
                said.get(row.id),
                facets[row.id],
                unread=seen.get(row.id, 0) < row.next_seq - 1,
                names=tuple(names[row.customer_ref]),
            )
            for row in rows
        ]
        return Page(found, cursor, back)

    def facets(self, ids: Sequence[str]) -> Mapping[str, Mapping[Facet, tuple[str, ...]]]:
        """By conversation; of one without any: none."""
        found: dict[str, dict[Facet, tuple[str, ...]]] = defaultdict(dict)
        theirs = conversation_facets.c.conversation_id.in_(ids)
        for row in self._all(select(conversation_facets).where(theirs).order_by(conversation_facets.c.value)):
            mine, facet = found[row.conversation_id], Facet(row.name)
            mine[facet] = (*mine.get(facet, ()), row.value)
        return found

    def _seen(self, reader: str, ids: Sequence[str]) -> Mapping[str, int]:
        theirs = (conversation_seen.c.staff_id == reader) & conversation_seen.c.conversation_id.in_(ids)
        return {row.conversation_id: row.seq for row in self._all(select(conversation_seen).where(theirs))}

    def _names(self, refs: set[str]) -> Mapping[str, list[str]]:
        """Of customers and their members: a list shows nobody's, not even where they say it themselves."""
        found: dict[str, list[str]] = defaultdict(list)
        if refs:
            ours = select(customers.c.ref, customers.c.name).where(customers.c.ref.in_(refs))
            theirs = select(members.c.customer_ref, members.c.name).where(members.c.customer_ref.in_(refs))
            for row in self._all(union_all(ours, theirs)):
                found[row.ref].append(row.name)
        return found

    def _messages(self, which: Sequence[tuple[str, int]]) -> Mapping[str, Message]:
        if not which:
            return {}
        these = among((messages.c.conversation_id, messages.c.seq), which)
        reading = SqlMessages(self._connection, self._sealer)
        return {
            row.conversation_id: reading.message_of(row) for row in self._all(select(messages).where(these))
        }
