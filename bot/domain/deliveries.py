"""Deliveries: messages on their way to a platform, in order, each until the platform has it or never will."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: After so many failed tries, about a day, nobody waits for it any more: it is listed as a dead letter.
MAX_TRIES = 200
_LONGEST_WAIT = timedelta(minutes=10)


class DeliveryState(StrEnum):
    """Where a message stands on its way."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # the platform will not take it, or did not for too long; staff may send it again
    DOUBTFUL = "doubtful"  # may have arrived, and must not arrive twice (P5)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message of a transcript on its way to `channel`. Times are UTC.

    `once` marks what is sent at most once; `begun` is stored before such a message is sent. `parts_sent` says
    how much of a long message has arrived; `fault` is why the last try failed, in words of ours.
    """

    conversation_id: str
    seq: int
    channel: str
    run_at: datetime
    once: bool = False
    state: DeliveryState = DeliveryState.WAITING
    begun: bool = False
    tries: int = 0
    parts_sent: int = 0
    fault: str | None = None


def wait_after(tries: int, chance: float) -> timedelta:
    """How long to wait after so many failed tries: doubled each time, and spread by `chance` (0 to 1).

    What failed together must not come back together.
    """
    longest = min(timedelta(seconds=2.0 ** min(tries - 1, 20)), _LONGEST_WAIT)
    return longest * (0.5 + chance / 2)
