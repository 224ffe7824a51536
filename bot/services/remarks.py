"""What staff leave in a conversation for each other: notes, labels, a flag. Customers see none of it."""

from __future__ import annotations

import re

from bot.domain.audit import Action
from bot.domain.desk import Note
from bot.domain.errors import FairwellError, NotFoundError
from bot.domain.finding import YES, Facet
from bot.domain.staff import Permission, Staff
from bot.ports import UnitOfWork
from bot.services import audit
from bot.services.dependencies import Dependencies

MAX_NOTE, MAX_LABEL = 4000, 40
_LABEL = re.compile(r"[^\W_][\w -]*", re.UNICODE)


def note(deps: Dependencies, conversation_id: str, by: Staff, text: str) -> None:
    """Raises `FairwellError` for an empty or far too long one."""
    if not 0 < len(text.strip()) <= MAX_NOTE:
        raise FairwellError(f"a note has 1 to {MAX_NOTE} characters")
    with deps.store.begin() as work:
        _known(work, conversation_id)
        made = Note(deps.ids.new("n"), conversation_id, by.id, text.strip(), deps.clock.now())
        work.desk.add_note(made)
        audit.note(deps, work, by.id, Action.NOTED, conversation_id)
        work.commit()


def remove_note(deps: Dependencies, note_id: str, by: Staff) -> str:
    """One's own; a manager's any. Returns the conversation's id. Raises `NotFoundError`."""
    with deps.store.begin() as work:
        found = work.desk.note(note_id)
        if found is None or (found.staff_id != by.id and not by.may(Permission.CONFIGURE)):
            raise NotFoundError("no such note")
        work.desk.remove_note(note_id)
        what = {"removed": "a note"}
        audit.note(deps, work, by.id, Action.NOTED, found.conversation_id, what=what)
        work.commit()
    return found.conversation_id


def label(deps: Dependencies, conversation_id: str, by: str, name: str, *, on: bool) -> None:
    """Puts a label on or takes it off. Raises `FairwellError` for what is no label."""
    plain = " ".join(name.casefold().split())
    if on and not (len(plain) <= MAX_LABEL and _LABEL.fullmatch(plain)):
        raise FairwellError(f"a label has 1 to {MAX_LABEL} letters, digits, spaces and hyphens")
    with deps.store.begin() as work:
        _known(work, conversation_id)
        change = work.finding.note if on else work.finding.drop
        change(conversation_id, Facet.LABEL, plain)
        what = {"on" if on else "off": plain}
        audit.note(deps, work, by, Action.LABELLED, conversation_id, what=what)
        work.commit()


def flag(deps: Dependencies, conversation_id: str, by: str, *, on: bool) -> None:
    """Marks a conversation for others to look at."""
    with deps.store.begin() as work:
        _known(work, conversation_id)
        work.finding.replace(conversation_id, Facet.FLAGGED, YES if on else None)
        audit.note(deps, work, by, Action.FLAGGED, conversation_id, what={"flag": "on" if on else "off"})
        work.commit()


def _known(work: UnitOfWork, conversation_id: str) -> None:
    if work.conversations.get(conversation_id) is None:
        raise NotFoundError("no such conversation")
