"""What a customer's proof of identity sets going: what it was asked for, and nothing else by itself (P4)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversations import Reply
from bot.domain.declarations import DeclarationState
from bot.domain.identities import CodeChallenge
from bot.services import cancel, declarations, status, verification
from bot.services.turn import Turn


def give_code(turn: Turn) -> Sequence[Reply]:
    """Takes a code, and where it is right goes on with what it was asked for."""
    checked = verification.check_code(turn)
    return _go_on(turn, checked) if isinstance(checked, CodeChallenge) else checked


def _go_on(turn: Turn, challenge: CodeChallenge) -> Sequence[Reply]:
    asked_for = turn.work.declarations.get(challenge.declaration_id) if challenge.declaration_id else None
    if asked_for is not None and asked_for.holds(turn.now) and declarations.own(turn, asked_for):
        if asked_for.state is DeclarationState.OFFERED:
            return cancel.offer(turn, asked_for)  # a person took over since: by press only (P10)
        return cancel.proceed(turn, declarations.move(turn, asked_for, DeclarationState.WAITING))
    waiting = declarations.waiting(turn)
    if waiting is not None:
        return cancel.offer(turn, waiting)
    return [Reply("verify_done"), *status.overview(turn)]
