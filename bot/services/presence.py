"""Who looks at a conversation, who sees personal data there and why, and who has read how far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.audit import Action
from bot.domain.desk import PRESENT_FOR, REVEALED_FOR, SHORTEST_REASON, Presence
from bot.domain.errors import FairwellError, NotFoundError
from bot.ports import UnitOfWork
from bot.services import audit
from bot.services.dependencies import Dependencies

#: Reading the same conversation again, or still, counts as one reading within so long.
_ONE_READING = timedelta(minutes=15)
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Other:
    """A colleague who looks at the same conversation."""

    name: str
    typing: bool


def look(deps: Dependencies, conversation_id: str, by: str) -> Presence:
    """Somebody opens a conversation: that is written down, and what is in it counts as read by them.

    Raises `NotFoundError`.
    """
    return look_at_all(deps, [conversation_id], by)[conversation_id]


def look_at_all(deps: Dependencies, conversation_ids: Iterable[str], by: str) -> Mapping[str, Presence]:
    """Somebody reads several conversations at once: of each it is written down as if they had opened it.

    Raises `NotFoundError`; then nothing is written down.
    """
    with deps.store.begin() as work:
        found = _reads(deps, work, conversation_ids, by, typing=False)
        work.commit()
    return found


def stay(deps: Dependencies, conversation_id: str, by: str, *, typing: bool = False) -> Sequence[Other]:
    """They are still there, and maybe write; returns who else is. Raises `NotFoundError`.

    It counts as reading like any other: nobody reads on unseen by saying that they have been there all along.
    """
    with deps.store.begin() as work:
        others = _others(deps, work, conversation_id, by)
        _reads(deps, work, [conversation_id], by, typing=typing)
        work.commit()
    return others


def others(deps: Dependencies, conversation_id: str, by: str) -> Sequence[Other]:
    """Who else looks at it."""
    with deps.store.reading() as work:
        return _others(deps, work, conversation_id, by)


def reveal(deps: Dependencies, conversation_id: str, by: str, why: str) -> None:
    """Shows personal data in a conversation to somebody for a while, for a reason that is kept.

    Raises `FairwellError` without a reason, and `NotFoundError`.
    """
    reason = " ".join(why.split())
    if len(reason) < SHORTEST_REASON:
        raise FairwellError("say in a few words what you need it for")
    with deps.store.begin() as work:
        if work.conversations.get(conversation_id) is None:
            raise NotFoundError("no such conversation")
        now = deps.clock.now()
        here = replace(
            _known(deps, work, conversation_id, by), seen_at=now, revealed_until=now + REVEALED_FOR
        )
        work.desk.put_presence(here)
        audit.note(deps, work, by, Action.REVEALED, conversation_id, why=reason[:_LONGEST_REASON])
        work.commit()


def _reads(
    deps: Dependencies, work: UnitOfWork, conversation_ids: Iterable[str], by: str, *, typing: bool
) -> Mapping[str, Presence]:
    # In one order for all, so that no two wait for each other; and the audit last, since it lets one in only.
    names = sorted(set(conversation_ids))
    known = {name: _known(deps, work, name, by) for name in names}
    now, found = deps.clock.now(), {}
    for name, here in known.items():
        conversation = work.conversations.get(name)
        if conversation is None:
            raise NotFoundError("no such conversation")
        read_at = here.read_at if _written(here, now) else now
        found[name] = replace(here, seen_at=now, typing=typing, read_at=read_at)
        work.desk.put_presence(found[name])
        work.finding.seen(by, name, conversation.next_seq - 1)
    for name, here in known.items():
        if not _written(here, now):
            audit.note(deps, work, by, Action.READ, name)
    return found


def _written(here: Presence, now: datetime) -> bool:
    return here.read_at is not None and now - here.read_at < _ONE_READING


def _known(deps: Dependencies, work: UnitOfWork, conversation_id: str, by: str) -> Presence:
    return work.desk.presence(conversation_id, by) or Presence(conversation_id, by, deps.clock.now())


def _others(deps: Dependencies, work: UnitOfWork, conversation_id: str, by: str) -> Sequence[Other]:
    since = deps.clock.now() - PRESENT_FOR
    found = []
    for item in work.desk.presences(conversation_id, since):
        member = work.staff.get(item.staff_id)
        # Who was shut out sees nothing any more.
        if member is not None and member.disabled_at is None and member.id != by:
            found.append(Other(member.name, item.typing))
    return found
