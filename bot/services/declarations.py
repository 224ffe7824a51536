"""Declarations: recorded with their time before anything else happens (P4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.cancellations import OperationKind
from bot.domain.choices import Choice
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.subscriptions import Subscription
from bot.domain.text import mask_secrets
from bot.services import webhooks
from bot.services.naming import named
from bot.services.turn import Turn


def declare(turn: Turn, kind: OperationKind = OperationKind.CANCEL) -> Declaration:
    """Records the declaration made by this message; the same message declares once."""
    earlier = of_message(turn)
    if earlier is not None and earlier.holds(turn.now) and earlier.kind is kind:
        return earlier
    declaration = Declaration(
        id=turn.deps.ids.new("d"),
        conversation_id=turn.conversation.id,
        inbox_id=turn.entry.id,
        words=mask_secrets(turn.words),
        arrived_at=turn.entry.arrived_at,
        said_at=turn.entry.said_at,
        customer_ref=turn.customer.ref if turn.customer else None,
        kind=kind,
    )
    turn.work.declarations.put(declaration)
    webhooks.declared(turn.deps, turn.work, declaration)
    return declaration


def of_message(turn: Turn) -> Declaration | None:
    """The declaration this very message made before, as when it was held while a person was in charge."""
    for declaration in turn.work.declarations.of_conversation(turn.conversation.id):
        if declaration.inbox_id == turn.entry.id:
            return declaration
    return None


def own(turn: Turn, declaration: Declaration) -> bool:
    """Whether it may be this customer's: what one customer declared is never carried out for another.

    What nobody had proved to be theirs is for a proof that came after it. A job goes on for a customer whose
    proof may have ended, and what was said since by nobody knows whom is not theirs (P4).
    """
    if turn.customer is None or declaration.customer_ref == turn.customer.ref:
        return True
    if declaration.customer_ref is not None or turn.proof is None:
        return False
    return turn.proof.holds(turn.now) or declaration.arrived_at <= turn.proof.proved_at


def all_waiting(turn: Turn) -> list[Declaration]:
    """What this customer declared here and what still waits to be carried out, newest first.

    The store shows the newest only; the one that is being talked about counts however often it was repeated.
    """
    made = turn.work.declarations.of_conversation(turn.conversation.id)
    held = [declaration for declaration in made if declaration.holds(turn.now) and own(turn, declaration)]
    talked_about = current(turn)
    if talked_about is not None and talked_about.id not in {declaration.id for declaration in held}:
        held.append(talked_about)
    return held


def waiting(turn: Turn, kind: OperationKind = OperationKind.CANCEL) -> Declaration | None:
    """The oldest waiting declaration of a kind: saying it again never moves the time it counts from (P4).

    Before anybody is verified, the oldest that nobody verified has made, if there is one.
    """
    held = [item for item in all_waiting(turn) if item.kind is kind]
    if turn.customer is None:
        held = [declaration for declaration in held if declaration.customer_ref is None] or held
    return held[-1] if held else None


def repeated(turn: Turn, declaration: Declaration) -> list[Declaration]:
    """A declaration with all that still waits and says the same, newest first."""
    said = [item for item in all_waiting(turn) if item.kind is declaration.kind]
    if declaration.id not in {item.id for item in said}:
        said.append(declaration)
    return said


def meant(turn: Turn, declaration: Declaration, held: Sequence[Subscription]) -> tuple[Declaration, Choice]:
    """Which of the plans `held` are meant, and the declaration that counts.

    The latest words that name any plan choose. The first declaration keeps the time (P4), unless it named
    something else: nobody is told to have declared at ten what they said at eleven.
    """
    said = repeated(turn, declaration)
    readings = [(item, named(item.words, held)) for item in said]
    picked = next((choice for _, choice in readings if choice != Choice()), Choice())
    for item, choice in reversed(readings):
        if choice == Choice() or choice.subscriptions == picked.subscriptions:
            return item, picked
    return declaration, picked


def current(turn: Turn) -> Declaration | None:
    """The declaration that what the bot waits for belongs to."""
    if turn.conversation.declaration_id is None:
        return None
    declaration = turn.work.declarations.get(turn.conversation.declaration_id)
    if declaration is None or not declaration.holds(turn.now) or not own(turn, declaration):
        return None
    return declaration


def move(turn: Turn, declaration: Declaration, state: DeclarationState) -> Declaration:
    """Stores a declaration's next state, and whose it turned out to be."""
    customer_ref = turn.customer.ref if turn.customer else declaration.customer_ref
    moved = replace(declaration, state=state, customer_ref=customer_ref)
    turn.work.declarations.put(moved)
    return moved


def numbered(turn: Turn, declaration: Declaration) -> Declaration:
    """With a number that people can quote while it waits to be carried out."""
    if declaration.number is not None:
        return declaration
    told = replace(declaration, number=turn.deps.ids.number("D"))
    turn.work.declarations.put(told)
    return told


def drop_all(turn: Turn) -> list[Declaration]:
    """The customer takes back what still waits; returns what that was."""
    return [move(turn, declaration, DeclarationState.DROPPED) for declaration in all_waiting(turn)]
