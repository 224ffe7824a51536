"""What is noted of a conversation as it happens, so that staff find it by it."""

from __future__ import annotations

from bot.domain.cancellations import OperationKind
from bot.domain.conversations import Understanding
from bot.domain.finding import LOW_CONFIDENCE, YES, Facet, Outcome
from bot.ports import UnitOfWork

_OUTCOMES = {
    OperationKind.CANCEL: Outcome.CANCELLED,
    OperationKind.UNDO: Outcome.UNDONE,
    OperationKind.PAUSE: Outcome.PAUSED,
    OperationKind.RESUME: Outcome.RESUMED,
    OperationKind.WITHDRAW: Outcome.WITHDRAWN,
}


def confirmed(work: UnitOfWork, conversation_id: str, kind: OperationKind, plan: str) -> None:
    """Something was done to a plan."""
    work.finding.replace(conversation_id, Facet.OUTCOME, _OUTCOMES[kind].value)
    work.finding.note(conversation_id, Facet.PLAN, plan)


def understood(work: UnitOfWork, conversation_id: str, understanding: Understanding) -> None:
    """Where a message was understood with little confidence, somebody may want to look at it."""
    if understanding.confidence is not None and understanding.confidence < LOW_CONFIDENCE:
        work.finding.note(conversation_id, Facet.LOW_CONFIDENCE, YES)


def case_opened(work: UnitOfWork, conversation_id: str, subject: str) -> None:
    """A person is wanted."""
    work.finding.note(conversation_id, Facet.HANDED_OVER, YES)
    if subject == "mistake":
        work.finding.note(conversation_id, Facet.MISTAKE, YES)


def assigned(work: UnitOfWork, conversation_id: str, to: str | None) -> None:
    """Whose it is now: a member of staff's, or nobody's."""
    work.finding.replace(conversation_id, Facet.ASSIGNEE, to)
