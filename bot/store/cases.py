"""Cases: conversations that a person is wanted for, or in charge of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy import case as either

from bot.domain.cases import MOST_LISTED, Case, CaseState
from bot.domain.errors import ConflictError
from bot.store.repository import Repository, known
from bot.store.tables.chat import cases, conversations


class SqlCases(Repository):
    """Implements `ports.CaseRepository`."""

    def add(self, case: Case) -> None:
        if not self._add(cases, _values(case)):
            raise ConflictError("the conversation has a case that is not closed")

    def get(self, case_id: str) -> Case | None:
        row = self._one(select(cases).where(cases.c.id == case_id))
        return None if row is None else _case(row)

    def lock(self, case_id: str) -> Case | None:
        of_case = select(cases.c.conversation_id).where(cases.c.id == case_id).scalar_subquery()
        self._lock_conversation(of_case)
        # Read by a statement of its own, which sees what was committed while the first one waited.
        return self.get(case_id)

    def put(self, case: Case) -> None:
        self._put(cases, _values(case), cases.c.id)

    def current(self, conversation_id: str) -> Case | None:
        not_closed = cases.c.state != known(CaseState.CLOSED)
        row = self._one(select(cases).where(cases.c.conversation_id == conversation_id, not_closed))
        return None if row is None else _case(row)

    def all(self, *, closed: bool = False, limit: int = MOST_LISTED) -> Sequence[Case]:
        statement = select(cases).order_by(cases.c.position).limit(limit)
        if not closed:
            statement = statement.where(cases.c.state != known(CaseState.CLOSED))
        return [_case(row) for row in self._all(statement)]

    def newest(self, limit: int) -> Sequence[Case]:
        return [_case(row) for row in self._all(select(cases).order_by(cases.c.position.desc()).limit(limit))]

    def waiting(self, limit: int) -> Sequence[Case]:
        opened = (cases.c.state == known(CaseState.OPEN), cases.c.opened_at)
        since = either(opened, else_=cases.c.waiting_since)
        longest_first = select(cases).where(*_waits()).order_by(since, cases.c.position)
        return [_case(row) for row in self._all(longest_first.limit(limit))]

    def count_waiting(self) -> int:
        counted = select(func.count(cases.c.position)).where(*_waits())
        return int(self._connection.execute(counted).scalar_one())

    def accepted_before(self, waiting_since: datetime) -> Sequence[Case]:
        accepted = cases.c.state == known(CaseState.ACCEPTED)
        waited = (
            select(cases)
            .join(conversations, conversations.c.id == cases.c.conversation_id)
            .where(accepted, cases.c.waiting_since <= waiting_since)
            .order_by(cases.c.waiting_since, cases.c.position)
        )
        # The case too, though its conversation would do: only a row that is locked is read as it is now, and
        # not as it was when the statement began.
        locked = waited.with_for_update(key_share=True, skip_locked=True, of=[conversations, cases])
        return [_case(row) for row in self._all(locked)]


def _waits() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """A customer waits for staff: for anybody at all, or for an answer."""
    unanswered = (cases.c.state == known(CaseState.ACCEPTED)) & cases.c.waiting_since.is_not(None)
    # Said once more for the index of what is not closed.
    return cases.c.state != known(CaseState.CLOSED), or_(cases.c.state == known(CaseState.OPEN), unanswered)


def _values(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        "conversation_id": case.conversation_id,
        "subject": case.subject,
        "state": case.state.value,
        "opened_at": case.opened_at,
        "customer_ref": case.customer_ref,
        "accepted_at": case.accepted_at,
        "closed_at": case.closed_at,
        "waiting_since": case.waiting_since,
        "assignee": case.assignee,
    }


def _case(row: Row[Any]) -> Case:
    return Case(
        id=row.id,
        conversation_id=row.conversation_id,
        subject=row.subject,
        state=CaseState(row.state),
        opened_at=row.opened_at,
        customer_ref=row.customer_ref,
        accepted_at=row.accepted_at,
        closed_at=row.closed_at,
        waiting_since=row.waiting_since,
        assignee=row.assignee,
    )
