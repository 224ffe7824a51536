"""What can't be done here yet: said so, and a person gets it; what is sensitive takes a fresh proof first."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversations import Reply
from bot.services import cases, exit_interview, identity, verification
from bot.services.turn import Turn

#: What nobody may ask for with a proof of this morning.
SENSITIVE = frozenset({"delete_data", "export_data"})


def handle(turn: Turn, subject: str) -> Sequence[Reply]:
    """Opens a case about `subject`, an intent."""
    if subject in SENSITIVE and not identity.fresh(turn):
        exit_interview.other_subject(turn)
        return verification.renew(turn, subject)
    return cases.not_here_yet(turn, subject)
