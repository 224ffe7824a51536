"""Shadow mode: what the bot would have done with a message, written down, and asked about instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Shadowed(StrEnum):
    """What would have been done."""

    CANCEL = "cancel"
    UNDO = "undo"


class Verdict(StrEnum):
    """What the customer made of the question that was asked instead."""

    AGREED = "agreed"  # pressed the button for it, or said it again
    DISAGREED = "disagreed"  # pressed another one, or said no
    UNKNOWN = "unknown"  # said nothing, or something else


@dataclass(frozen=True, slots=True)
class ShadowDecision:
    """One decision. `inbox_id` is the message that decided; `asked_in` the one answered with the question.

    They differ where a wish was said before its writer was verified: the code is answered, not the wish.
    """

    inbox_id: str
    asked_in: str
    conversation_id: str
    at: datetime
    intent: str | None
    confidence: float | None
    decision: Shadowed
