"""What was there before conversations could be searched is found after it, by all that new ones are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, MetaData

from bot.domain.finding import Facet, Filter
from bot.domain.staff import Role, Staff
from bot.store.engine import open_engine
from bot.store.migrations import migrate
from bot.store.unit_of_work import SqlStore
from tests.contract.older import row
from tests.fixtures.fakes import START, PlainSealer

READER = "st_1"
MINUTE = timedelta(minutes=1)
#: More than are entered at a time.
MANY = 10_001
TABLES = (
    *("conversations", "messages", "cases", "declarations", "operations", "receipts"),
    *("exit_questions", "exit_answers"),
)


class Older:
    """A database of the release before."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = MetaData()
        self._tables.reflect(connection, only=list(TABLES))
        self.count = 0

    def add(self, name: str, *rows: Mapping[str, object]) -> None:
        """Rows of a table; what is left out is anything."""
        table = self._tables.tables[name]
        made = []
        for given in rows:
            self.count += 1
            made.append(row(table, {"id": f"{name}_{self.count}", "buttons": [], **given}))
        self._connection.execute(table.insert(), made)

    def talk(self, name: str, minute: int, *texts: str) -> None:
        """A conversation in which a customer said these, a second apart."""
        began = START + minute * MINUTE
        plain = {"channel": "web", "locale": "en", "locale_from": "start", "next_seq": len(texts) + 1}
        self.add("conversations", {**plain, "id": name, "address": name, "last_message_at": began})
        said = [
            {"seq": seq, "text": text, "at": began + timedelta(seconds=seq), "author": "customer"}
            for seq, text in enumerate(texts, 1)
        ]
        if said:
            self.add("messages", *({"conversation_id": name, "kind": "text", **item} for item in said))

    def does(self, name: str, number: int, kind: str, state: str = "confirmed", plan: str = "") -> None:
        """Something was declared there and done; with a plan, there is a receipt."""
        ids = {"declaration_id": f"d_{number}", "operation_id": f"o_{number}", "conversation_id": name}
        self.add("declarations", {**ids, "id": f"d_{number}", "number": None})
        done = {"id": f"o_{number}", "kind": kind, "state": state, "subscription_ref": f"s_{number}"}
        self.add("operations", {**ids, **done})
        if plan:
            self.add("receipts", {**ids, "number": f"R-{number}", "plan_name": plan})


def fill(older: Older) -> None:
    """Conversations of all kinds."""
    older.talk("c_words", 1, "Bitte kündigen Sie", "ich heiße Ada, +49 171 5550123")
    older.talk("c_done", 2, "cancel Pro", "undo")
    older.does("c_done", 1, "cancel", plan="Pro")
    older.does("c_done", 2, "undo", plan="Pro")
    older.does("c_done", 3, "cancel", state="recorded")
    for number, kind in enumerate(("cancel", "pause", "resume", "withdraw"), 10):
        older.talk(f"c_{kind}", number, f"my {kind}")
        older.does(f"c_{kind}", number, kind, plan="Team")
    older.add("exit_questions", {"id": "q_1", "declaration_id": "d_1", "conversation_id": "c_done"})
    both = {"question_id": "q_1", "declaration_id": "d_1", "reasons": ["unused", "too_expensive"]}
    older.add("exit_answers", both, {**both, "reasons": []})
    older.talk("c_person", 3, "a human")
    older.add("cases", {"conversation_id": "c_person", "subject": "mistake", "state": "closed"})
    older.add("cases", {"conversation_id": "c_person", "subject": "complaint", "state": "open"})
    older.talk("c_unsure", 4)
    unsure = {"conversation_id": "c_unsure", "kind": "text", "author": "customer", "at": START + 4 * MINUTE}
    older.add("messages", {**unsure, "seq": 1, "text": "hm", "confidence": 0.59, "intent": "other"})
    older.talk("c_silent", 5)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A database that was filled before, and is of today."""
    engine = open_engine(url)
    migrate(engine, "0010")
    with engine.begin() as connection:
        fill(Older(connection))
    migrate(engine)
    with SqlStore(engine, PlainSealer()).begin() as work:
        work.staff.put(Staff(READER, "bea@example.com", "Bea", Role.AGENT, START))
        work.commit()
    yield engine
    engine.dispose()


def found(engine: Engine, words: str = "", **facets: str) -> list[str]:
    """What conversations are found, newest first."""
    wanted = Filter(words, facets={Facet(name): value for name, value in facets.items()})
    with SqlStore(engine, PlainSealer()).reading() as work:
        return [item.conversation.id for item in work.finding.find(wanted, READER, None, 100).found]


def test_words_are_found_as_those_of_new_messages(engine: Engine) -> None:
    """Without accents and case, by a beginning, by a phrase; what is masked is not."""
    for words in ("kundigen", "KÜNDIG", '"bitte kündigen"', "heisse ada"):
        assert found(engine, words) == ["c_words"]
    assert found(engine, "5550123") == []
    with SqlStore(engine, PlainSealer()).reading() as work:
        (item,) = work.finding.find(Filter("ada"), READER, None, 10).found
    assert item.message is not None
    assert item.message.seq == 2


def test_what_is_known_is_found(engine: Engine) -> None:
    """As it is noted of new ones: of what was done, the last that was confirmed."""
    expected = {
        ("outcome", "undone"): ["c_done"], ("outcome", "cancelled"): ["c_cancel"],
        ("outcome", "paused"): ["c_pause"], ("outcome", "resumed"): ["c_resume"],
        ("outcome", "withdrawn"): ["c_withdraw"], ("plan", "Pro"): ["c_done"],
        ("plan", "Team"): ["c_withdraw", "c_resume", "c_pause", "c_cancel"],
        ("reason", "unused"): ["c_done"], ("reason", "too_expensive"): ["c_done"],
        ("handed_over", "yes"): ["c_person"], ("mistake", "yes"): ["c_person"],
        ("low_confidence", "yes"): ["c_unsure"],
    }  # fmt: skip
    assert {(name, value): found(engine, **{name: value}) for name, value in expected} == expected


def test_they_are_in_order_of_what_was_said_last(engine: Engine) -> None:
    """One in which nothing was said stands where its last message would be."""
    assert found(engine)[4:] == ["c_silent", "c_unsure", "c_person", "c_done", "c_words"]


def test_what_is_said_from_now_on_is_found_beside_it(engine: Engine) -> None:
    """Positions go on after those that were given."""
    store = SqlStore(engine, PlainSealer())
    with store.begin() as work:
        last = work.messages.before("c_words", None, 1)[0]
        work.messages.add(last)
        work.commit()
    with store.reading() as work:
        (item,) = work.finding.find(Filter("ada"), READER, None, 10).found
    assert item.message is not None
    assert item.message.seq == 3


def test_very_many_are_entered_to_the_last(url: str) -> None:
    """Piece by piece, none left out between two."""
    engine = open_engine(url)
    migrate(engine, "0010")
    with engine.begin() as connection:
        Older(connection).talk("c_long", 1, *(f"line{number}" for number in range(MANY)))
    migrate(engine)
    for number in (0, MANY - 2, MANY - 1):
        assert found(engine, f"line{number} ") == ["c_long"]
    with engine.connect() as connection:
        counted = connection.exec_driver_sql("SELECT count(*) FROM message_positions").scalar()
    engine.dispose()
    assert counted == MANY
