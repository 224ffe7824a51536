"""Cases: a conversation that a person is wanted for, or in charge of (P10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: A customer's message waits this long for staff; then the bot resumes and answers (P10).
STAFF_MUST_ANSWER_WITHIN = timedelta(minutes=15)
#: So many cases are listed at once.
MOST_LISTED = 200


#: From the gravest to the least: what a case is about where one conversation gives several subjects.
_BY_GRAVITY = (
    "distress",
    "extraordinary_termination",
    "withdraw",
    "delete_data",
    "lost_mailbox",
    "export_data",
    "ask_data",
    "complaint",
    "billing_question",
    "account_question",
    "change_plan",
    "pause",
    "unsubscribe",
    "mistake",
    "talk_to_human",
)


def graver(subject: str, than: str) -> bool:
    """Whether `subject` should replace the subject `than` of a case; one that is not listed is the least."""
    ranks = {name: rank for rank, name in enumerate(reversed(_BY_GRAVITY), start=1)}
    return ranks.get(subject, 0) > ranks.get(than, 0)


class CaseState(StrEnum):
    """Open until staff's first reply accepts it; closing hands the conversation back to the bot."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `subject` is the gravest intent that led to it; at most one per conversation is not closed.

    `waiting_since` is the arrival of the oldest customer message that staff have not answered. `assignee` is
    whose it is, as `Staff.id`; None where nobody has taken it, or a reply came from the command line.
    """

    id: str
    conversation_id: str
    subject: str
    state: CaseState
    opened_at: datetime
    customer_ref: str | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    waiting_since: datetime | None = None
    assignee: str | None = None

    def overdue(self, now: datetime) -> bool:
        """Whether a customer's message has waited so long that the bot takes the conversation back."""
        return (
            self.state is CaseState.ACCEPTED
            and self.waiting_since is not None
            and now >= self.waiting_since + STAFF_MUST_ANSWER_WITHIN
        )
