"""What can't be done here yet: said so, and a person gets it; what is sensitive takes a fresh proof first."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversations import Reply
from bot.services import cases, exit_interview, follow_ups, identity, verification
from bot.services.turn import Turn

#: What nobody may ask for with a proof of this morning.
SENSITIVE = frozenset({"delete_data", "export_data"})


def handle(turn: Turn, subject: str) -> Sequence[Reply]:
    """Opens a case about `subject`, an intent."""
    if subject in SENSITIVE and not identity.fresh(turn):
        exit_interview.other_subject(turn)
        return verification.renew(turn, subject)
    # Who wants no mail at all wants this one message no more either.
    both = subject == "unsubscribe" and follow_ups.waits(turn.work, turn.conversation, turn.now)
    return [*(follow_ups.take_back(turn) if both else ()), *cases.not_here_yet(turn, subject)]
