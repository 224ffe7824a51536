"""Nothing is known of what a customer has, as the billing system is away: said so, and gone on later (P9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.domain.cancellations import OperationKind
from bot.domain.conversations import Reply, ReplyKind
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.errors import BillingUnavailableError
from bot.domain.outbox import Job
from bot.ports import UnitOfWork
from bot.services import buttons, declarations
from bot.services.turn import Turn

#: The kind of job that goes on with a declaration once the billing system is back.
GO_ON = "go_on"
_FIRST_TRY_AFTER = timedelta(seconds=15)


def answer(turn: Turn) -> Sequence[Reply]:
    """Says that nothing can be seen or done for now; what was asked for has to be asked for again."""
    turn.undecided = True
    return [Reply("billing_away", {}, ReplyKind.NOTICE, (buttons.person(),))]


def unless(
    turn: Turn, declared: Callable[[], Declaration], go_on: Callable[[], Sequence[Reply]]
) -> Sequence[Reply]:
    """Goes on, unless nothing is known of what the customer has; then what they declared stands and waits."""
    try:
        return go_on()
    except BillingUnavailableError:
        return _stands(turn, declared())


def waiting(work: UnitOfWork) -> list[tuple[Declaration, Job]]:
    """What customers were told that counts and is gone on with, and the job that does; soonest first."""
    found = [(work.declarations.get(job.payload["declaration"]), job) for job in work.outbox.open_of(GO_ON)]
    return [(declaration, job) for declaration, job in found if declaration is not None]


def _stands(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    if declaration.kind is OperationKind.CANCEL:
        declaration = declarations.waiting(turn) or declaration
    waiting = declarations.move(turn, declaration, DeclarationState.WAITING)
    numbered = declarations.numbered(turn, waiting)
    payload = {"declaration": numbered.id}
    due = turn.now + _FIRST_TRY_AFTER
    turn.work.outbox.add(Job(turn.deps.ids.new("j"), GO_ON, f"{GO_ON}:{numbered.id}", payload, due))
    turn.wait_for(None)
    turn.undecided = True
    values = {"declared_at": numbered.declared_at, "number": numbered.number or ""}
    return [Reply(f"billing_away_{waiting.kind.value}", values, ReplyKind.NOTICE, (buttons.person(),))]
