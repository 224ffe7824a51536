"""Work that is done after the reply: recorded with the change that causes it, carried out under a lease."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: The kind of job that has a cancellation told on the customer's other channels.
TELL = "tell"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `payload` is encrypted at rest, and deleted when the work is done.

    `dedupe_key` is unique: adding a job whose key exists changes nothing.
    """

    id: str
    kind: str
    dedupe_key: str
    payload: Mapping[str, str]
    run_at: datetime
    attempts: int = 0
