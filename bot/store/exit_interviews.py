"""The exit question, asked once for a declaration, and its answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from bot.domain.exit_interview import ExitAnswer, ExitQuestion, QuestionState, Reason
from bot.store.repository import Repository
from bot.store.tables.ledger import exit_answers, exit_questions


class SqlExitInterviews(Repository):
    """Implements `ports.ExitInterviewRepository`."""

    def add_question(self, question: ExitQuestion) -> bool:
        return self._add(exit_questions, _question_values(question))

    def put_question(self, question: ExitQuestion) -> None:
        self._put(exit_questions, _question_values(question), exit_questions.c.id)

    def latest_question(self, conversation_id: str) -> ExitQuestion | None:
        return self._newest(exit_questions.c.conversation_id == conversation_id)

    def question_of(self, declaration_id: str) -> ExitQuestion | None:
        return self._newest(exit_questions.c.declaration_id == declaration_id)

    def _newest(self, which: ColumnElement[bool]) -> ExitQuestion | None:
        row = self._one(
            select(exit_questions).where(which).order_by(exit_questions.c.position.desc()).limit(1)
        )
        if row is None:
            return None
        state = QuestionState(row.state)
        return ExitQuestion(row.id, row.declaration_id, row.conversation_id, row.asked_at, state)

    def add_answer(self, answer: ExitAnswer) -> None:
        values = {
            "id": answer.id,
            "question_id": answer.question_id,
            "declaration_id": answer.declaration_id,
            "words": answer.words,
            "reasons": [reason.value for reason in answer.reasons],
            "answered_at": answer.answered_at,
        }
        self._connection.execute(self._insert(exit_answers).values(**values))

    def answers(self, since: datetime | None = None) -> Sequence[ExitAnswer]:
        statement = select(exit_answers).order_by(exit_answers.c.answered_at, exit_answers.c.position)
        if since is not None:
            statement = statement.where(exit_answers.c.answered_at >= since)
        return [_answer(row) for row in self._all(statement)]

    def answers_to(self, declaration_id: str) -> Sequence[ExitAnswer]:
        statement = select(exit_answers).where(exit_answers.c.declaration_id == declaration_id)
        return [_answer(row) for row in self._all(statement.order_by(exit_answers.c.position))]


def _question_values(question: ExitQuestion) -> dict[str, object]:
    return {
        "id": question.id,
        "declaration_id": question.declaration_id,
        "conversation_id": question.conversation_id,
        "asked_at": question.asked_at,
        "state": question.state.value,
    }


def _answer(row: Row[Any]) -> ExitAnswer:
    reasons = tuple(Reason(value) for value in row.reasons)
    return ExitAnswer(row.id, row.question_id, row.declaration_id, row.words, reasons, row.answered_at)
