"""What staff read and changed: entries of a chain, each of which proves the one before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

#: What the first entry follows.
BEGINNING = ""


class Action(StrEnum):
    """What somebody did."""

    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    READ = "read"
    SEARCHED = "searched"
    REVEALED = "revealed"
    STEPPED_IN = "stepped_in"
    REPLIED = "replied"
    CARRIED_OUT = "carried_out"
    HANDED_BACK = "handed_back"
    ASSIGNED = "assigned"
    NOTED = "noted"
    LABELLED = "labelled"
    FLAGGED = "flagged"
    CONFIGURED = "configured"
    STAFF_CHANGED = "staff_changed"
    CREDENTIALS_CHANGED = "credentials_changed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `who` is a member of staff, or "cli" for the command line; `subject` is what it was done to.

    `digest` is a keyed one over all the rest and over `previous`, the digest of the entry before it.
    """

    at: datetime
    who: str
    action: Action
    subject: str
    why: str = ""
    what: Mapping[str, str] = field(default_factory=dict)
    previous: str = BEGINNING
    digest: str = ""
    position: int = 0

    def content(self) -> str:
        """What the digest covers, the same whoever writes it down: JSON with sorted keys."""
        covered = {
            "at": self.at.astimezone(UTC).isoformat(),
            "who": self.who,
            "action": self.action.value,
            "subject": self.subject,
            "why": self.why,
            "what": dict(self.what),
            "previous": self.previous,
        }
        return json.dumps(covered, sort_keys=True, ensure_ascii=True)
