"""Forgetting what was kept for a time only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Retention(Protocol):
    """Deletes what is over, whoever made it."""

    def forget(self, now: datetime, limit: int) -> Mapping[str, int]:
        """Deletes at most so many of each kind; returns how many of which, where there were any.

        Sessions, proofs, links, identity tokens and platforms' secrets that have ended; visits that count no
        more; codes two days after their end, and that one was asked for; webhooks' events after 30 days.
        """
        ...
