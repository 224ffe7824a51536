from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor

from bot.domain.alerts import Way
from bot.domain.conversations import Author, Spot
from bot.domain.deliveries import Delivery
from bot.domain.finding import Filter
from bot.domain.identities import Link
from bot.domain.staff import Purpose
from bot.ports import UnitOfWork
from bot.store.unit_of_work import SqlStore
from tests.fixtures import builders
from tests.fixtures.fakes import START, PlainSealer

Query = Callable[[UnitOfWork], object]

# The queries whose cost must not grow with history.
QUERIES: dict[str, Query] = {
    "customers.by_email": lambda work: work.customers.by_email("ada@example.com"),
    "book.of_customer": lambda work: work.book.of_customer("ada"),
    "book.effect": lambda work: work.book.effect("s_1:1"),
    "conversations.get": lambda work: work.conversations.get("c_1"),
    "conversations.by_address": lambda work: work.conversations.by_address("web", "x"),
    "conversations.session": lambda work: work.conversations.session("digest", START),
    "conversations.use_identity_token": lambda work: work.conversations.use_identity_token("t", START, START),
    "conversations.take_lease": lambda work: work.conversations.take_lease("c_1", "one", START, START),
    "messages.add": lambda work: work.messages.add(builders.message()),
    "messages.after": lambda work: work.messages.after("c_1", 3),
    "messages.before": lambda work: work.messages.before("c_1", 3, 10),
    "messages.merged": lambda work: work.messages.merged(["c_0", "c_1", "c_2"], Spot(START, "c_1", 3), 10),
    "conversations.end_session": lambda work: work.conversations.end_session("digest"),
    "messages.for_inbox": lambda work: work.messages.for_inbox("m_1"),
    "messages.customer_message": lambda work: work.messages.customer_message("m_1"),
    "messages.newest": lambda work: work.messages.newest(10, START),
    "inbox.get": lambda work: work.inbox.get("m_1"),
    "inbox.lock": lambda work: work.inbox.lock("m_1"),
    "inbox.find": lambda work: work.inbox.find("c_1", "client m_1"),
    "inbox.next_accepted": lambda work: work.inbox.next_accepted("c_1"),
    "inbox.held": lambda work: work.inbox.held("c_1"),
    "inbox.waiting_conversations": lambda work: work.inbox.waiting_conversations(START),
    "inbox.count_since": lambda work: work.inbox.count_since("c_1", START),
    "inbox.last_not_before": lambda work: work.inbox.last_not_before("c_1", START),
    "inbox.result": lambda work: work.inbox.result("m_1"),
    "declarations.of_conversation": lambda work: work.declarations.of_conversation("c_1"),
    "operations.latest": lambda work: work.operations.latest("s_1"),
    "operations.of_declaration": lambda work: work.operations.of_declaration("d_1"),
    "operations.of_customer": lambda work: work.operations.of_customer("ada"),
    "receipts.get": lambda work: work.receipts.get("R-1"),
    "receipts.of_operation": lambda work: work.receipts.of_operation("o_1"),
    "receipts.of_customer": lambda work: work.receipts.of_customer("ada"),
    "exit_interviews.latest_question": lambda work: work.exit_interviews.latest_question("c_1"),
    "exit_interviews.question_of": lambda work: work.exit_interviews.question_of("d_1"),
    "exit_interviews.answers": lambda work: work.exit_interviews.answers(START),
    "exit_interviews.answers_to": lambda work: work.exit_interviews.answers_to("d_1"),
    "follow_ups.lock": lambda work: work.follow_ups.lock("u_1"),
    "follow_ups.of_declaration": lambda work: work.follow_ups.of_declaration("d_1"),
    "follow_ups.open": lambda work: work.follow_ups.open(),
    "follow_ups.open of either": lambda work: work.follow_ups.open(customer_ref="ada", conversation_id="c_1"),
    "follow_ups.remove_customer": lambda work: work.follow_ups.remove_customer("ada"),
    "identities.proof": lambda work: work.identities.proof("c_1", START),
    "identities.challenge": lambda work: work.identities.challenge("c_1"),
    "identities.code_requests": lambda work: work.identities.code_requests(
        address_digest="a", conversation_id="c_1", since=START
    ),
    "identities.forget_code_requests": lambda work: work.identities.forget_code_requests("a"),
    "buttons.get": lambda work: work.buttons.get("token"),
    "cases.lock": lambda work: work.cases.lock("k_1"),
    "cases.current": lambda work: work.cases.current("c_1"),
    "cases.accepted_before": lambda work: work.cases.accepted_before(START),
    "cases.count_waiting": lambda work: work.cases.count_waiting(),
    "desk.alert_hour": lambda work: work.desk.alert_hour(Way.MAIL, START),
    "staff.token": lambda work: work.staff.token("digest", Purpose.REPLY),
    "outbox.done": lambda work: work.outbox.done("j_1"),
    "customers.by_phone": lambda work: work.customers.by_phone("+4930123456"),
    "members.by_email": lambda work: work.members.by_email("bob@example.com"),
    "members.by_phone": lambda work: work.members.by_phone("+4930123456"),
    "members.of_customer": lambda work: work.members.of_customer("ada"),
    "conversations.of_customer": lambda work: work.conversations.of_customer("ada"),
    "identities.proofs_of": lambda work: work.identities.proofs_of("ada", START),
    "identities.add_link": lambda work: work.identities.add_link(Link("digest", "telegram", "ada", START)),
    "identities.use_link": lambda work: work.identities.use_link("digest", "telegram", "c_1", START),
    "finding.find": lambda work: work.finding.find(Filter(), "st_1", None, 10),
    "finding.find by words": lambda work: work.finding.find(Filter(words="hello"), "st_1", None, 10),
    "deliveries.lease": lambda work: work.deliveries.lease("one", START, START + timedelta(minutes=1), 10),
    "deliveries.undelivered": lambda work: work.deliveries.undelivered(),
    "deliveries.count_waiting": lambda work: work.deliveries.count_waiting(),
    "vault.get": lambda work: work.vault.get("name", START),
    "vault.take": lambda work: work.vault.take("name", START),
    "webhooks.endpoint": lambda work: work.webhooks.endpoint("W-1"),
    "webhooks.event": lambda work: work.webhooks.event("e_1"),
    "webhooks.get": lambda work: work.webhooks.get("e_1", "W-1"),
    "webhooks.due": lambda work: work.webhooks.due(START),
    "webhooks.lease": lambda work: work.webhooks.lease("W-1", "one", START, START, 2),
    "webhooks.again": lambda work: work.webhooks.again("e_1", "W-1", START),
    "webhooks.bury": lambda work: work.webhooks.bury("W-1", START, "disabled"),
    "webhooks.standing": lambda work: work.webhooks.standing(),
    "webhooks.remove_endpoint": lambda work: work.webhooks.remove_endpoint("W-1"),
    "retention.forget": lambda work: work.retention.forget(START, 10),
    "visits.note": lambda work: work.visits.note("digest", (), START, START),
    "outbox.lease": lambda work: work.outbox.lease("one", START, START + timedelta(minutes=1)),
}


@contextmanager
def plans(engine: Engine) -> Iterator[list[str]]:
    """Collects how SQLite goes about each statement that is run meanwhile."""
    steps: list[str] = []

    def explain(_conn: object, cursor: DBAPICursor, statement: str, given: tuple[object], *_: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            steps.extend(row[3] for row in cursor.fetchall())

    event.listen(engine, "before_cursor_execute", explain)
    yield steps
    event.remove(engine, "before_cursor_execute", explain)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_no_query_reads_a_whole_table(engine: Engine, query: Query) -> None:
    """Every step is a search by an index, or a walk along one that holds open work only."""
    with SqlStore(engine, PlainSealer()).begin() as work:
        builders.populate(work)
        work.outbox.add(builders.job())
        said = work.messages.add(builders.message(author=Author.STAFF))
        work.deliveries.add(Delivery("c_1", said.seq, "telegram", START))
        with plans(engine) as steps:
            query(work)
    open_work = (
        "ix_inbox_accepted", "ix_deliveries_waiting", "ix_deliveries_undelivered", "ix_follow_ups_open",
        "ix_webhook_deliveries_waiting", "ix_webhook_deliveries_dead", "uq_cases_open",
        "ix_conversations_active",
    )  # fmt: skip
    # What other steps have found already, by those names.
    found = ("oldest", "SCAN said", "message_search VIRTUAL TABLE", "SCAN s")
    small = (*(f"INDEX {name}" for name in open_work), *found)
    scans = [step for step in steps if step.startswith("SCAN") and not any(name in step for name in small)]
    assert steps
    assert scans == []
