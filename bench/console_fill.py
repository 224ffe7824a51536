"""Fills a database with a company's conversations, past the services: a million messages in minutes."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from bench.console_data import END, STAFF, Company, Said, Talk
from bot.store.words import folded

_BATCH = 20_000
_CONVERSATIONS = (
    "id", "channel", "address", "locale", "created_at", "last_message_at", "clarified", "episode",
    "next_seq", "logged_out", "customer_ref", "active_at",
)  # fmt: skip
_MESSAGES = ("conversation_id", "seq", "author", "kind", "text", "at", "buttons", "intent", "confidence")
_STAFF = ("id", "email", "name", "role", "created_at", "totp_confirmed", "totp_step")
_INDEX = "ix_message_search_words"

_Row = Sequence[Any]


def fill(engine: Engine, company: Company) -> None:
    """The database must be migrated and empty."""
    with engine.begin() as connection:
        load = _Loading(connection)
        members = [(name, f"{name}@example.com", name, "agent", load.time(END), False, 0) for name in STAFF]
        load.rows("staff", _STAFF, members)
        load.rows("conversations", _CONVERSATIONS, (_conversation(load, talk) for talk in company.talks()))
        facets = ((facet.value, value, talk.id) for talk in company.talks() for facet, value in talk.facets)
        load.rows("conversation_facets", ("name", "value", "conversation_id"), facets)
        seen = ((STAFF[0], talk.id, talk.messages) for talk in company.talks() if talk.read)
        load.rows("conversation_seen", ("staff_id", "conversation_id", "seq"), seen)
        load.indexed(False)
        said = enumerate(company.said(), 1)
        while some := list(itertools.islice(said, _BATCH)):
            load.rows("messages", _MESSAGES, (_message(load, each) for _, each in some))
            places = ((at, _id(each), each.seq) for at, each in some)
            load.rows("message_positions", ("position", "conversation_id", "seq"), places)
            # There is nothing in these texts to leave out.
            load.words((at, folded(each.text)) for at, each in some)
        load.indexed(True)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            # What it does by itself within minutes.
            connection.execute(text("VACUUM ANALYZE"))


def _id(said: Said) -> str:
    return f"c_{said.conversation:07d}"


def _conversation(load: _Loading, talk: Talk) -> _Row:
    began, active = load.time(talk.began_at), load.time(talk.active_at)
    return (
        talk.id, talk.channel, talk.id, talk.language, began, active, 0, 0,
        talk.messages + 1, False, talk.customer, active,
    )  # fmt: skip


def _message(load: _Loading, said: Said) -> _Row:
    understood = ("cancel", 0.93) if said.author == "customer" else (None, None)
    return _id(said), said.seq, said.author, "text", said.text, load.time(said.at), "[]", *understood


class _Loading:
    """The fastest way into each of the two databases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"
        self._index = ""

    def time(self, at: datetime) -> datetime | str:
        """As the database has it."""
        return at if self._postgres else f"{at:%Y-%m-%d %H:%M:%S.%f}"

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[_Row]) -> None:
        """Enters them."""
        cursor = self._connection.connection.cursor()
        names = ", ".join(columns)
        if self._postgres:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copying:
                for row in rows:
                    copying.write_row(row)
            return
        places = ", ".join("?" * len(columns))
        adding = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - names of ours
        coming = iter(rows)
        while some := list(itertools.islice(coming, _BATCH)):
            cursor.executemany(adding, some)

    def indexed(self, on: bool) -> None:
        """Whether the full-text search has its index: over what is there already it is made much faster."""
        run = self._connection.exec_driver_sql
        if not self._postgres:
            return
        if on:
            run(self._index)
            last = "pg_get_serial_sequence('message_positions', 'position')"
            run(f"SELECT setval({last}, (SELECT max(position) FROM message_positions))")  # noqa: S608
            return
        self._index = str(run(f"SELECT pg_get_indexdef('{_INDEX}'::regclass)").scalar_one())
        run(f"DROP INDEX {_INDEX}")
        run("CREATE TEMPORARY TABLE coming (position bigint, words text) ON COMMIT DROP")

    def words(self, rows: Iterable[_Row]) -> None:
        """Enters them for the full-text search."""
        if not self._postgres:
            self.rows("message_search", ("rowid", "words"), rows)
            return
        run = self._connection.exec_driver_sql
        self.rows("coming", ("position", "words"), rows)
        run("INSERT INTO message_search SELECT position, to_tsvector('simple', words) FROM coming")
        run("TRUNCATE coming")
