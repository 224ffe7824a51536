"""What an instance has written down, and whether people got to read just that."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import create_engine, make_url, text


class Reader(Protocol):
    """Somebody who was sent messages."""

    channel: str

    @property
    def address(self) -> str:
        """Theirs."""
        ...

    def texts(self) -> list[str]:
        """What they have read."""
        ...


class Transcripts:
    """What an instance has written down, read from outside."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self._engine = create_engine(parsed, pool_size=30)

    def close(self) -> None:
        """Gives connections back."""
        self._engine.dispose()

    def settled(self, channel: str, address: str, messages: int) -> bool:
        """Whether so many messages came in from an address, each is answered and nothing is on its way.

        A press that came once more, because Slack had shown a warning, is no message of its own.
        """
        states = self._rows(
            "SELECT i.state FROM conversations c JOIN inbox i ON i.conversation_id = c.id"
            " WHERE c.channel = :channel AND c.address = :address",
            channel, address,
        )  # fmt: skip
        waiting = self._rows(
            "SELECT 1 FROM deliveries d JOIN conversations c ON c.id = d.conversation_id"
            " WHERE c.channel = :channel AND c.address = :address AND d.state = 'waiting'",
            channel, address,
        )  # fmt: skip
        written = self._rows(
            "SELECT 1 FROM messages m JOIN conversations c ON c.id = m.conversation_id"
            " WHERE c.channel = :channel AND c.address = :address AND m.author = 'customer'",
            channel, address,
        )  # fmt: skip
        answered = all(state == "answered" for (state,) in states)
        return len(written) >= messages and answered and not waiting

    def said(self, channel: str, address: str) -> list[tuple[str, str, str | None]]:
        """The transcript: author, text, and the state of its delivery."""
        rows = self._rows(
            "SELECT m.author, m.text, d.state FROM messages m"
            " JOIN conversations c ON c.id = m.conversation_id"
            " LEFT JOIN deliveries d ON d.conversation_id = m.conversation_id AND d.seq = m.seq"
            " WHERE c.channel = :channel AND c.address = :address ORDER BY m.seq",
            channel, address,
        )  # fmt: skip
        return [(str(author), str(words), state) for author, words, state in rows]

    def _rows(self, statement: str, channel: str, address: str) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(text(statement), {"channel": channel, "address": address}).all()


@dataclass
class Count:
    """What a crowd came to: messages of customers, what was read, what came twice, what was left out."""

    customers: int = 0
    bot: int = 0
    twice: int = 0
    doubtful: int = 0

    def take(self, reader: Reader, transcripts: Transcripts) -> None:
        """Everything that was said was answered, and read in the order in which it was said."""
        said = transcripts.said(reader.channel, reader.address)
        self.customers += sum(author == "customer" for author, _, _ in said)
        mine = [(words, state) for author, words, state in said if author == "bot"]
        self.doubtful += sum(state == "doubtful" for _, state in mine)
        read = reader.texts()
        self.bot += len(read)
        self.twice += _in_order([words for words, _ in mine], [state for _, state in mine], read)

    def __str__(self) -> str:
        return json.dumps(self.__dict__)


def _in_order(said: Sequence[str], states: Sequence[str | None], read: Sequence[str]) -> int:
    """Checks that what was read is what was said, in order; returns how many messages came once more.

    No two messages of a visit that follow each other are alike, so what is read twice in a row came twice.
    """
    once = [words for words, _ in itertools.groupby(read)]
    place = 0
    for words, state in zip(said, states, strict=True):
        if place < len(once) and _same(once[place], words):
            place += 1
        else:
            # Only what must not come twice may be missing, and only where nobody knows whether it came.
            assert state == "doubtful", f"not read: {words!r}, but {once[place : place + 2]}"
    assert place == len(once), f"read, and not said: {once[place:]}"
    questions = [words for words in read if "made you leave" in words]
    assert len(questions) == len(set(questions)), "the exit question came twice"
    return len(read) - len(once)


def _same(read: str, said: str) -> bool:
    return " ".join(read.split()).startswith(" ".join(said.split())[:60])
