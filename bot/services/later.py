"""What is said and done in a conversation without a message to answer: they hear when it is done (P9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.cancellations import OperationKind, OperationState
from bot.domain.cases import Case, CaseState
from bot.domain.conversations import Author, Message, Reply, Understanding
from bot.domain.declarations import Declaration
from bot.domain.identities import Proof
from bot.domain.inbox import InboxEntry
from bot.domain.outbox import Job
from bot.domain.text import Masked
from bot.ports import RemoteBilling, UnitOfWork
from bot.services import cancel, carrying_out, cases, confirmations, ledger, pause, views, withdraw
from bot.services.budget import IN_A_JOB, Budget
from bot.services.dependencies import Dependencies
from bot.services.transcripts import say
from bot.services.turn import Turn, render

_GO_ON_WITH = {OperationKind.PAUSE: pause.proceed, OperationKind.WITHDRAW: withdraw.proceed}


def tell(deps: Dependencies, job: Job) -> None:
    """Tells what came of an operation that was promised, and asks the exit question where it is due.

    Where the conversation is not theirs any more nothing is said in it; the receipt still comes by mail.
    """
    with deps.store.begin() as work:
        operation = work.operations.get(job.payload["operation"])
        declaration = work.declarations.get(operation.declaration_id) if operation else None
        if operation is None or declaration is None:
            return
        customer_ref = operation.customer_ref
    look(deps, customer_ref)
    with deps.store.begin() as work:
        turn = opened(deps, work, declaration, customer_ref)
        operation = work.operations.get(operation.id) or operation
        if turn is None or operation.open or work.messages.for_inbox(job.dedupe_key):
            return
        latest = work.operations.latest(operation.subscription_ref)
        overtaken = latest is not None and latest.id != operation.id
        if operation.state is OperationState.TAKEN_BACK or (overtaken and operation.kind in ledger.ENDS):
            return  # what took it back is told by itself
        before, case = turn.conversation, turn.case
        told = confirmations.of(turn, operation)
        if not _theirs(turn, declaration, customer_ref):
            # Where it was refused, a person sees to it all the same.
            _about(turn, case, customer_ref)
            work.commit()
            return
        why = declaration.id if operation.kind in ledger.ENDS else None
        replies = [*told, *confirmations.ask_why(turn, why)]
        if before.awaiting is not None:
            # They are at something else by now: what they write is about that. The buttons work.
            turn.wait_for(before.awaiting, before.declaration_id, before.purpose)
        said(turn, job.dedupe_key, replies)
        work.commit()


def go_on(deps: Dependencies, job: Job) -> None:
    """Goes on with what a customer declared while nothing was known of what they have.

    Raises `BillingUnavailableError` while that is so. Where a person has taken over meanwhile, or the wish
    was taken back, nothing is done (P10). Where the conversation is not theirs any more, nothing is said in
    it, and what would have to be asked is for a person to see to.
    """
    with deps.store.begin() as work:
        declaration = work.declarations.get(job.payload["declaration"])
    if declaration is None or declaration.customer_ref is None or not declaration.holds(deps.clock.now()):
        return
    views.refresh(deps, declaration.customer_ref, IN_A_JOB)
    with deps.store.begin() as work:
        turn = opened(deps, work, declaration, declaration.customer_ref)
        if turn is None or (turn.case is not None and turn.case.state is CaseState.ACCEPTED):
            return
        current = work.declarations.get(declaration.id)
        if current is None or not current.holds(turn.now) or work.messages.for_inbox(job.dedupe_key):
            return
        case, replies = turn.case, _GO_ON_WITH.get(current.kind, cancel.proceed)(turn, current)
        # The job says nothing of what is still to be done elsewhere: that is told when it is.
        for operation_id in turn.awaits:
            carrying_out.promise(deps, work, operation_id)
        if _theirs(turn, current, declaration.customer_ref):
            said(turn, job.dedupe_key, replies)
        elif _still_open(turn, current):
            cases.open_quietly(turn, "not_carried_out")
            _about(turn, case, declaration.customer_ref)
        work.commit()
    for operation_id in turn.awaits:
        carrying_out.carry_out(deps, operation_id, Budget(IN_A_JOB))


def look(deps: Dependencies, customer_ref: str) -> None:
    """Reads what a customer has, where billing is elsewhere."""
    if isinstance(deps.billing, RemoteBilling):
        views.refresh(deps, customer_ref, IN_A_JOB)


def opened(deps: Dependencies, work: UnitOfWork, declaration: Declaration, customer_ref: str) -> Turn | None:
    """A turn in which the customer has said again what they declared, at the time they did."""
    conversation = work.conversations.lock(declaration.conversation_id)
    if conversation is None:
        return None
    said = InboxEntry(
        id=declaration.inbox_id,
        conversation_id=conversation.id,
        message_id=declaration.inbox_id,
        fingerprint="",
        arrived_at=declaration.arrived_at,
        said_at=declaration.said_at,
        text=declaration.words,
    )
    turn = Turn(
        deps=deps,
        work=work,
        entry=said,
        conversation=conversation,
        customer=work.customers.lock(customer_ref),
        press=None,
        secrets=Masked(declaration.words),
        case=work.cases.current(conversation.id),
        now=deps.clock.now(),
        understanding=Understanding(intent="cancel"),
        proof=_proved(work, declaration, customer_ref),
        billing_asked=True,
    )
    return turn if turn.customer is not None else None


def _theirs(turn: Turn, declaration: Declaration, customer_ref: str) -> bool:
    """Whether nobody else was known here since they were, and they have not logged out (P3)."""
    here = turn.conversation
    if here.logged_out:
        return False
    if turn.proof is not None:
        return True
    # Proofs are deleted some time after they have ended; whose the last one was is kept.
    deleted = turn.work.identities.proof(here.id, declaration.declared_at) is None
    return deleted and turn.work.conversations.customer_of(here.id) == customer_ref


def _proved(work: UnitOfWork, declaration: Declaration, customer_ref: str) -> Proof | None:
    """The last proof that was made here, where it is theirs and of one who may decide.

    That it has ended meanwhile does not matter: they hear when it is done.
    """
    last = work.identities.proof(declaration.conversation_id, declaration.declared_at)
    if last is None or last.customer_ref != customer_ref:
        return None
    member = work.members.get(last.member_id) if last.member_id is not None else None
    return last if last.member_id is None or (member is not None and member.may_decide) else None


def _still_open(turn: Turn, declaration: Declaration) -> bool:
    left = turn.work.declarations.get(declaration.id)
    return left is not None and left.holds(turn.now)


def _about(turn: Turn, before: Case | None, customer_ref: str) -> None:
    """A case that was opened by this is about whose wish it was, not about who is there now."""
    if turn.case is not None and before is None:
        turn.work.cases.put(replace(turn.case, customer_ref=customer_ref))


def said(turn: Turn, key: str, replies: Sequence[Reply]) -> None:
    """Says it in the turn's conversation; `key` stands for the message it answers."""
    for reply in replies:
        said = render(turn.deps, turn.work, turn.conversation, reply)
        message = Message(
            turn.conversation.id,
            0,
            Author.BOT,
            said.kind,
            said.text,
            turn.now,
            inbox_id=key,
            buttons=said.buttons,
            receipt=said.receipt,
        )
        say(turn.work, turn.conversation, message)
    turn.work.conversations.put(turn.conversation)
