"""Whether a button that is pressed still means what it meant when it was shown (P2, P3)."""

from __future__ import annotations

from bot.domain.conversations import Press
from bot.domain.declarations import HOLDS_FOR, Declaration, DeclarationState
from bot.services import declarations, operations
from bot.services.turn import Turn


def declaration_of(turn: Turn, press: Press) -> Declaration | None:
    """The declaration a button was issued for, while the button may act on it.

    One that is carried out still counts for what it left open: of two plans that each need a press, the
    second keeps the time too. One that was taken back does not.
    """
    found = turn.work.declarations.get(press.declaration_id) if press.declaration_id else None
    if found is None or not declarations.own(turn, found):
        return None
    late = turn.now >= found.declared_at + HOLDS_FOR
    carried_out = found.state is DeclarationState.CARRIED_OUT and not late
    return found if found.holds(turn.now) or carried_out else None


def of_another(turn: Turn, press: Press) -> bool:
    """[All of them] names no plan, so whose it was is told by its declaration only (P3)."""
    found = turn.work.declarations.get(press.declaration_id) if press.declaration_id else None
    return press.everything and (found is None or not declarations.own(turn, found))


def current(turn: Turn, press: Press) -> bool:
    """A token is good for its subscription in its generation, or for all of them as they stood (P2)."""
    if press.everything:
        return press.generation == operations.generation_of_all(turn)
    latest = turn.work.operations.latest(press.subscription_ref or "")
    return press.generation == (latest.generation if latest else 0) + 1
