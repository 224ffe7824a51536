"""Writing the reason that was given into a billing system elsewhere, beside the subscription it ended."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cancellations import OperationState
from bot.domain.exit_interview import Reason
from bot.domain.outbox import Job
from bot.ports import RemoteBilling
from bot.services import ledger
from bot.services.budget import IN_A_JOB
from bot.services.dependencies import Dependencies
from bot.services.turn import Turn

#: The kind of job that does it, after the reply.
NOTE_REASON = "note_reason"
#: A billing system takes one value, and knows nothing of a need that is only over for now.
_ONE_OF = {Reason.TEMPORARY: Reason.UNUSED}


def queue(turn: Turn, declaration_id: str, words: str | None, reasons: Sequence[Reason]) -> None:
    """Has it written down, masked. The embedded book needs none of it: its answers stand beside it."""
    if not isinstance(turn.deps.billing, RemoteBilling):
        return
    payload = {"declaration": declaration_id, "words": words or "", "reason": reasons[0] if reasons else ""}
    key = f"{NOTE_REASON}:{turn.entry.id}"
    turn.work.outbox.add(Job(turn.deps.ids.new("j"), NOTE_REASON, key, payload, turn.now))


def run(deps: Dependencies, job: Job) -> None:
    """Writes it beside each subscription that the declaration ended. Raises what the provider raises."""
    if not isinstance(deps.billing, RemoteBilling):
        return
    with deps.store.begin() as work:
        made = work.operations.of_declaration(job.payload["declaration"])
    reason = Reason(job.payload["reason"]) if job.payload["reason"] else None
    feedback = _ONE_OF.get(reason, reason).value if reason is not None else None
    provider = deps.billing.outside(IN_A_JOB)
    for operation in made:
        if operation.kind in ledger.ENDS and operation.state is OperationState.CONFIRMED:
            provider.note_reason(
                operation.subscription_ref, feedback=feedback, comment=job.payload["words"] or None
            )
