"""Work that is done after the reply: recorded with the change that causes it, carried out under a lease."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: The kind of job that has a cancellation told on the customer's other channels.
TELL = "tell"
#: The kinds of mail: by a template, with a receipt, when a plan has ended, while a receipt has to wait.
MAIL, RECEIPT_MAIL, END_NOTICE, DECLARED_MAIL = "mail", "receipt_mail", "end_notice", "declared_mail"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `payload` is encrypted at rest, and deleted when the work is done.

    `dedupe_key` is unique: adding a job whose key exists changes nothing. `fault` is why it was given up, in
    words of ours.
    """

    id: str
    kind: str
    dedupe_key: str
    payload: Mapping[str, str]
    run_at: datetime
    attempts: int = 0
    fault: str | None = None
