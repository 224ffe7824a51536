"""Declarations: recorded with their time before anything else happens (P4)."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.text import mask_secrets
from bot.services.turn import Turn


def declare(turn: Turn) -> Declaration:
    """Records the declaration made by this message; the same message declares once."""
    earlier = of_message(turn)
    if earlier is not None:
        return earlier
    declaration = Declaration(
        id=turn.deps.ids.new("d"),
        conversation_id=turn.conversation.id,
        inbox_id=turn.entry.id,
        words=mask_secrets(turn.words),
        arrived_at=turn.entry.arrived_at,
        said_at=turn.entry.said_at,
        customer_ref=turn.customer.ref if turn.customer else None,
    )
    turn.work.declarations.put(declaration)
    return declaration


def of_message(turn: Turn) -> Declaration | None:
    """The declaration this very message made before, as when it was held while a person was in charge."""
    for declaration in turn.work.declarations.of_conversation(turn.conversation.id):
        if declaration.inbox_id == turn.entry.id:
            return declaration
    return None


def all_waiting(turn: Turn) -> list[Declaration]:
    """The declarations of this conversation that still wait to be carried out, newest first."""
    made = turn.work.declarations.of_conversation(turn.conversation.id)
    return [declaration for declaration in made if declaration.holds(turn.now)]


def waiting(turn: Turn) -> Declaration | None:
    """The oldest waiting declaration: saying it again never moves the time it counts from (P4)."""
    held = all_waiting(turn)
    return held[-1] if held else None


def current(turn: Turn) -> Declaration | None:
    """The declaration that what the bot waits for belongs to."""
    if turn.conversation.declaration_id is None:
        return None
    declaration = turn.work.declarations.get(turn.conversation.declaration_id)
    return declaration if declaration is not None and declaration.holds(turn.now) else None


def move(turn: Turn, declaration: Declaration, state: DeclarationState) -> Declaration:
    """Stores a declaration's next state, and whose it turned out to be."""
    customer_ref = turn.customer.ref if turn.customer else declaration.customer_ref
    moved = replace(declaration, state=state, customer_ref=customer_ref)
    turn.work.declarations.put(moved)
    return moved


def drop_all(turn: Turn) -> bool:
    """The customer takes back what still waits; tells whether there was anything."""
    held = all_waiting(turn)
    for declaration in held:
        move(turn, declaration, DeclarationState.DROPPED)
    return bool(held)
