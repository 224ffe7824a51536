"""Finding conversations again: what is known of each, and what one can ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.conversations import Conversation, Message

#: Below this a message counts as understood with little confidence.
LOW_CONFIDENCE = 0.6
#: A facet that is there or not.
YES = "yes"


class Facet(StrEnum):
    """What is known of a conversation. Some have one value at a time, others several."""

    OUTCOME = "outcome"
    REASON = "reason"
    PLAN = "plan"
    LOW_CONFIDENCE = "low_confidence"
    HANDED_OVER = "handed_over"
    MISTAKE = "mistake"
    LABEL = "label"
    FLAGGED = "flagged"
    ASSIGNEE = "assignee"


class Outcome(StrEnum):
    """What was confirmed last in a conversation."""

    CANCELLED = "cancelled"
    UNDONE = "undone"
    PAUSED = "paused"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a conversation must be like to be found. `unread_by` is a member of staff.

    `since` and `until` are about when something was said last.
    """

    words: str = ""
    channel: str = ""
    language: str = ""
    facets: Mapping[Facet, str] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    unread_by: str | None = None
    customer_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: at a conversation, or, where words were searched for, at a message's position."""

    at: datetime | None = None
    conversation_id: str = ""
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation in a list. `message` is the one that was found, or the last.

    `names` are the customer's, to be hidden where somebody says them.
    """

    conversation: Conversation
    active_at: datetime
    message: Message | None
    facets: Mapping[Facet, tuple[str, ...]]
    unread: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found, newest first. `cursor` is where to go on; None at the end.

    `searched_back_to` is set where a search ended before everything was looked through.
    """

    found: Sequence[Found] = ()
    cursor: Cursor | None = None
    searched_back_to: datetime | None = None
