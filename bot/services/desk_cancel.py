"""Carrying out what a customer declared while a person was in charge: one click of staff (P10)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.domain.audit import Action
from bot.domain.cancellations import OperationKind
from bot.domain.cases import CaseState
from bot.domain.conversations import Press, Reply
from bot.domain.declarations import Declaration
from bot.domain.errors import (
    BillingRefusedError,
    BillingUnavailableError,
    ConflictError,
    NotFoundError,
    NotOwnerError,
)
from bot.domain.subscriptions import Subscription
from bot.ports import UnitOfWork
from bot.services import audit, cancel, carrying_out, confirmations, later, ledger, operations
from bot.services.budget import IN_A_JOB, Budget
from bot.services.dependencies import Dependencies
from bot.services.turn import Turn
from bot.services.views import ViewNeededError, reader


@dataclass(frozen=True, slots=True)
class _Click:
    """What somebody has clicked on, and which plan they chose for it; None leaves that to the words said."""

    declaration_id: str
    by: str
    subscription_ref: str | None

    @property
    def key(self) -> str:
        """What is said for it is said once."""
        return f"desk:{self.declaration_id}:{self.subscription_ref or ''}"


def carry_out(deps: Dependencies, declaration_id: str, by: str, subscription_ref: str | None = None) -> None:
    """Does for the customer what they declared, with the time they said it at; they see the receipt.

    Where several plans may be meant and none was chosen, the customer is asked. What can't be undone is not
    done: they are shown [Cancel now] with its terms, and once they have pressed that, another click does it
    (P1). Nor is anything done twice: a second click finds it carried out.

    Raises `NotFoundError`; `ConflictError` where `by` is not in charge there, or where it is carried out,
    holds no longer or was put to the customer already; `NotOwnerError` where nobody there has proved to be
    the one who declared it (P3); `BillingUnavailableError` where nothing is known of what they have.
    """
    click = _Click(declaration_id, by, subscription_ref)
    try:
        begun = _record(deps, click, asked=False)
    except ViewNeededError as needed:
        # Where billing is away, what was told last may still serve; where there is nothing, it is found out.
        with suppress(BillingUnavailableError, BillingRefusedError):
            later.look(deps, needed.customer_ref)
        begun = _record(deps, click, asked=True)
    left = [carrying_out.carry_out(deps, operation_id, Budget(IN_A_JOB)) for operation_id in begun]
    late = [item.id for item in left if item is not None and item.open]
    if late:
        _not_yet(deps, click, late)


def plans(deps: Dependencies, conversation_id: str) -> Sequence[Subscription]:
    """What can be chosen from: what the customer who has proved to be there has, and could cancel."""
    with deps.store.reading() as work:
        proof = work.identities.proof(conversation_id, deps.clock.now())
        if proof is None:
            return ()
        try:
            held = reader(deps, work, asked=True).subscriptions(proof.customer_ref)
        except BillingUnavailableError:
            return ()
        return [item for item in ledger.held(work, held) if item.cancellable]


def _record(deps: Dependencies, click: _Click, *, asked: bool) -> list[str]:
    with deps.store.begin() as work:
        declaration = _declared(deps, work, click)
        turn = _turn(deps, work, declaration)
        turn.billing_asked = asked
        if work.messages.for_inbox(click.key):
            raise ConflictError("the customer has been asked; wait for what they answer")
        replies = _done(turn, declaration, click.subscription_ref)
        if turn.undecided:
            raise BillingUnavailableError("nothing is known of what they have")
        for operation_id in turn.awaits:
            carrying_out.promise(deps, work, operation_id)
        later.said(turn, click.key, replies)
        if turn.case is not None:
            # The customer is answered by it: what they said is not answered once more by the bot (P10).
            work.cases.put(replace(turn.case, waiting_since=None))
        what = {"declaration": declaration.id}
        if click.subscription_ref is not None:
            # The plan was staff's choice, and not read from what the customer said.
            what["chosen"] = click.subscription_ref
        audit.note(deps, work, click.by, Action.CARRIED_OUT, declaration.conversation_id, what=what)
        work.commit()
    return list(turn.awaits)


def _not_yet(deps: Dependencies, click: _Click, late: Sequence[str]) -> None:
    """The truth, at once: it will be done when billing is back, with the time they said it at (P9)."""
    with deps.store.begin() as work:
        declaration = work.declarations.get(click.declaration_id)
        if declaration is None or declaration.customer_ref is None:
            return
        turn = later.opened(deps, work, declaration, declaration.customer_ref)
        if turn is None or work.messages.for_inbox(f"{click.key}:late"):
            return
        told, _ = confirmations.tell(turn, late, None)
        later.said(turn, f"{click.key}:late", told)
        work.commit()


def _declared(deps: Dependencies, work: UnitOfWork, click: _Click) -> Declaration:
    """The declaration, in a conversation that is locked and in which they are in charge."""
    found = work.declarations.get(click.declaration_id)
    if found is None or work.conversations.lock(found.conversation_id) is None:
        raise NotFoundError("nothing was declared")
    case = work.cases.current(found.conversation_id)
    if case is None or case.state is not CaseState.ACCEPTED or case.assignee != click.by:
        raise ConflictError("take over first")
    # Read again, now that nobody else is at it.
    declaration = work.declarations.get(click.declaration_id)
    if declaration is None or declaration.kind is not OperationKind.CANCEL:
        raise NotFoundError("no cancellation was declared")
    if not declaration.holds(deps.clock.now()):
        raise ConflictError("this is carried out already, or holds no longer")
    return declaration


def _turn(deps: Dependencies, work: UnitOfWork, declaration: Declaration) -> Turn:
    """A turn of whoever declared it, and has proved to be there.

    What was said before anybody had proved who they are is not carried out for the one who has since: it is
    offered to them when the bot is back (P4).
    """
    proof = work.identities.proof(declaration.conversation_id, deps.clock.now())
    if proof is None or proof.customer_ref != declaration.customer_ref:
        raise NotOwnerError("whoever said this has not proved to be the account's owner")
    turn = later.opened(deps, work, declaration, proof.customer_ref)
    if turn is None:
        raise NotFoundError("no such customer")
    turn.recognise(proof)
    if turn.customer is None:
        raise NotOwnerError("who is there may not decide for the account")
    return turn


def _done(turn: Turn, declaration: Declaration, subscription_ref: str | None) -> Sequence[Reply]:
    if subscription_ref is not None:
        chosen = [item for item in operations.cancellable(turn) if item.ref == subscription_ref]
        if not chosen:
            raise NotFoundError("no such subscription")
        return cancel.carry_out(turn, declaration, chosen)
    turn.press = _pressed(turn.work, declaration)
    if turn.press is not None:
        return cancel.pressed(turn, turn.press)
    return cancel.proceed(turn, declaration)


def _pressed(work: UnitOfWork, declaration: Declaration) -> Press | None:
    """The customer's own press of a button of cancelling, which has waited for staff since."""
    entry = work.inbox.get(declaration.inbox_id)
    button = work.buttons.get(entry.button) if entry is not None and entry.button is not None else None
    return button.press if button is not None and button.press.intent == "cancel" else None
