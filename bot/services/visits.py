"""Flood control: how often one visitor may open a session without saying who they are."""

from __future__ import annotations

import math
from datetime import timedelta

from bot.domain import visits
from bot.domain.errors import FairwellError
from bot.services.dependencies import Dependencies


class TooManySessionsError(FairwellError):
    """More sessions than anybody needs; the next may be opened after `retry_after` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many sessions from one address")
        self.retry_after = retry_after


def admit(deps: Dependencies, address: str) -> None:
    """Counts a session that is about to be opened from an address. Raises `TooManySessionsError`.

    What was refused does not count, so that waiting helps. The address itself is not kept.
    """
    visitor = deps.hasher.digest("visitor", address)
    with deps.store.begin() as work:
        now = deps.clock.now()
        opened = visits.counting(work.visits.lock(visitor, now), now)
        left = visits.wait(opened, now)
        if left > timedelta(0):
            raise TooManySessionsError(math.ceil(left.total_seconds()))
        work.visits.note(visitor, (*opened, now), now + visits.LONGEST, now)
        work.commit()
