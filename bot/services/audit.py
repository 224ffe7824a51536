"""Who read or changed what, when and why: written in the same transaction as the act itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.audit import BEGINNING, Action, Entry
from bot.domain.errors import FairwellError
from bot.ports import UnitOfWork
from bot.services.dependencies import Dependencies

#: Who acts on the command line.
COMMAND_LINE = "cli"
#: What digests are made for.
_PURPOSE = "audit"
_PAGE = 1000
#: What an entry raises of which somebody has altered the sealed part, the action or the time.
_UNREADABLE = (FairwellError, ValueError, TypeError)


def note(
    deps: Dependencies,
    work: UnitOfWork,
    by: str,
    action: Action,
    subject: str,
    *,
    why: str = "",
    what: Mapping[str, str] | None = None,
) -> None:
    """Adds an entry to the chain. `by` is a member of staff or the command line.

    To be called last in a unit of work: from here to its end nobody else can add one.
    """
    _, previous = work.audit.head()
    entry = Entry(deps.clock.now(), by, action, subject, why, what or {}, previous)
    work.audit.append(replace(entry, digest=deps.hasher.digest(_PURPOSE, entry.content())))


def alone(deps: Dependencies, by: str, action: Action, subject: str, *, why: str = "") -> None:
    """An entry for an act that changes nothing else, such as reading."""
    with deps.store.begin() as work:
        note(deps, work, by, action, subject, why=why)
        work.commit()


def listed(deps: Dependencies, before: int | None = None, limit: int = 100, **only: str) -> Sequence[Entry]:
    """Newest first; `only` some of `who`, `subject` and `action`."""
    with deps.store.reading() as work:
        return work.audit.before(before, limit, **only)


def head(deps: Dependencies) -> tuple[int, str]:
    """The last position and digest, to be noted down where whoever alters the database does not reach."""
    with deps.store.begin() as work:
        return work.audit.head()


def verify(deps: Dependencies, head: str | None = None) -> tuple[int, int | None, str]:
    """Goes through the whole chain.

    Returns how many entries there are, the position of the first that is not as it was written or does not
    follow the one before it (None where all do), and the digest of the last. `head` is a digest that was
    noted down elsewhere: where no entry has it any more, the end was cut off, and position 0 is returned.
    """
    count, position, previous, met = 0, 0, BEGINNING, head is None
    size = _PAGE
    while True:
        try:
            page, kept = _next(deps, position, size)
        except _UNREADABLE:
            if size == 1:
                return count, position + 1, previous
            size = 1  # one of them is: which one?
            continue
        for entry in page:
            right = deps.hasher.matches(_PURPOSE, entry.content(), entry.digest)
            if entry.previous != previous or not right:
                return count, entry.position, previous
            count, position, previous = count + 1, entry.position, entry.digest
            met = met or entry.digest == head
        if not page:
            cut = not met or kept != (position, previous)
            return count, 0 if cut else None, previous


def _next(deps: Dependencies, position: int, size: int) -> tuple[Sequence[Entry], tuple[int, str]]:
    """The entries after this one; where there are none, what the head says, which nobody moves meanwhile."""
    with deps.store.reading() as work:
        page = work.audit.after(position, size)
        if page:
            return page, (position, "")
    with deps.store.begin() as work:
        kept = work.audit.head()
        return work.audit.after(position, size), kept
