"""The one optional question after leaving: its choices, their order, and its life."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: Unanswered, the question closes by itself after this long (P5).
OPEN_FOR = timedelta(hours=24)


class Reason(StrEnum):
    """Why customers leave: the values of Stripe's `cancellation_details.feedback`, plus `temporary`.

    https://docs.stripe.com/api/subscriptions/object#subscription_object-cancellation_details-feedback
    """

    TOO_EXPENSIVE = "too_expensive"
    MISSING_FEATURES = "missing_features"
    SWITCHED_SERVICE = "switched_service"
    UNUSED = "unused"
    CUSTOMER_SERVICE = "customer_service"
    TOO_COMPLEX = "too_complex"
    LOW_QUALITY = "low_quality"
    TEMPORARY = "temporary"
    OTHER = "other"


class QuestionState(StrEnum):
    """Open until answered, skipped, another subject, or 24 hours."""

    OPEN = "open"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ExitQuestion:
    """The question as asked once for one declaration."""

    id: str
    declaration_id: str
    conversation_id: str
    asked_at: datetime
    state: QuestionState = QuestionState.OPEN

    def is_open(self, now: datetime) -> bool:
        """Whether free text still counts as the answer."""
        return self.state is QuestionState.OPEN and now < self.asked_at + OPEN_FOR


@dataclass(frozen=True, slots=True)
class ExitAnswer:
    """What the customer gave as reason, verbatim, with zero or more of the known reasons."""

    id: str
    question_id: str
    declaration_id: str
    words: str | None
    reasons: tuple[Reason, ...]
    answered_at: datetime


def choices(shuffle: random.Random) -> tuple[Reason, ...]:
    """All reasons in random order, "Something else" last, so that no reason profits from its place (P5)."""
    fixed = [reason for reason in Reason if reason is not Reason.OTHER]
    shuffle.shuffle(fixed)
    return (*fixed, Reason.OTHER)
