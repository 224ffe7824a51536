"""Full-text search: FTS5 on SQLite, tsvector on PostgreSQL; one interface for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, TextClause, text

from bot.store.words import Term, entered, for_postgres, for_sqlite

_ADD_POSTGRES = text(
    "WITH added AS (INSERT INTO message_positions (conversation_id, seq) VALUES (:conversation_id, :seq)"
    " RETURNING position) INSERT INTO message_search (position, words)"
    " SELECT position, to_tsvector('simple', :words) FROM added"
)
_ADD_SQLITE = (
    text("INSERT INTO message_positions (conversation_id, seq) VALUES (:conversation_id, :seq)"),
    text("INSERT INTO message_search (rowid, words) VALUES (last_insert_rowid(), :words)"),
)
_FIND_SQLITE = text(
    "SELECT p.position, p.conversation_id, p.seq FROM"
    " (SELECT rowid AS position FROM message_search WHERE message_search MATCH :asked AND rowid < :before"
    " ORDER BY rowid DESC LIMIT :most) s JOIN message_positions p ON p.position = s.position"
    " ORDER BY p.position DESC"
)
_FIND_POSTGRES = text(
    "SELECT p.position, p.conversation_id, p.seq FROM"
    " (SELECT position FROM message_search WHERE words @@ to_tsquery('simple', :asked) AND position < :before"
    " ORDER BY position DESC LIMIT :most) s JOIN message_positions p ON p.position = s.position"
    " ORDER BY p.position DESC"
)
# PostgreSQL takes words that stand in a row for far rarer than they are and fetches them all; the newest
# messages are walked through first, for where a phrase is common they hold enough of it.
_WALK_POSTGRES = text(
    "SELECT p.position, p.conversation_id, p.seq FROM"
    " (SELECT position FROM (SELECT position, words FROM message_search WHERE position < :before"
    " ORDER BY position DESC LIMIT :walked) n WHERE words @@ to_tsquery('simple', :asked)"
    " ORDER BY position DESC LIMIT :most) s JOIN message_positions p ON p.position = s.position"
    " ORDER BY p.position DESC"
)
#: So many messages are walked through: about 20 ms.
_WALKED = 60_000
_ANY = 2**62


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that was found."""

    position: int
    conversation_id: str
    seq: int


def add(connection: Connection, conversation_id: str, seq: int, said: str) -> None:
    """Enters a message, in the transaction in which it is written."""
    values = {"conversation_id": conversation_id, "seq": seq, "words": entered(said)}
    if connection.dialect.name == "postgresql":
        connection.execute(_ADD_POSTGRES, values)
        return
    for statement in _ADD_SQLITE:
        connection.execute(statement, {name: values[name] for name in statement.compile().params})


def newest(connection: Connection, asked: list[Term], before: int | None, most: int) -> list[Hit]:
    """The newest messages that hold all that is asked for, before a position."""
    postgres = connection.dialect.name == "postgresql"
    values: dict[str, object] = {
        "asked": for_postgres(asked) if postgres else for_sqlite(asked),
        "before": _ANY if before is None else before,
        "most": most,
    }
    if postgres and any(len(term.words) > 1 for term in asked):
        found = _hits(connection, _WALK_POSTGRES, {**values, "walked": _WALKED})
        if len(found) == most:
            return found
    return _hits(connection, _FIND_POSTGRES if postgres else _FIND_SQLITE, values)


def _hits(connection: Connection, finding: TextClause, values: Mapping[str, object]) -> list[Hit]:
    rows = connection.execute(finding, values)
    return [Hit(row.position, row.conversation_id, row.seq) for row in rows]
