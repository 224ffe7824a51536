"""Jobs of the outbox that were given up: listed for staff, who may have them tried again."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import NotFoundError
from bot.domain.outbox import Job
from bot.services.dependencies import Dependencies


def given_up(deps: Dependencies, limit: int | None = 200) -> Sequence[Job]:
    """Those that never will succeed as things are, with why, longest due first."""
    with deps.store.begin() as work:
        return work.outbox.given_up(limit)


def try_again(deps: Dependencies, job_id: str) -> None:
    """Puts one back on its way. Raises `NotFoundError` where none with this id was given up."""
    with deps.store.begin() as work:
        if not work.outbox.revive(job_id, deps.clock.now()):
            raise NotFoundError(f"no job {job_id} was given up")
        work.commit()
