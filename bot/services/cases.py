"""Cases: opening one, staff's side of it, and the way back to the bot (P10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.cancellations import OperationKind
from bot.domain.cases import STAFF_MUST_ANSWER_WITHIN, Case, CaseState, graver
from bot.domain.conversations import Author, Awaiting, Message, Reply, ReplyKind
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.errors import ConflictError, NotFoundError
from bot.domain.inbox import InboxState
from bot.ports import UnitOfWork
from bot.services import (
    alerts,
    buttons,
    cancel_replies,
    exit_interview,
    facets,
    office_hours,
    webhooks,
)
from bot.services.dependencies import Dependencies
from bot.services.transcripts import say
from bot.services.turn import Turn, render

#: Subjects that are answered in words of their own, also where a person has been asked for already.
_OWN_WORDS = {"distress", "lost_mailbox", "extraordinary_termination"}


def talk_to_human(turn: Turn, subject: str = "talk_to_human") -> Sequence[Reply]:
    """Opens a case and says what happens next; the bot goes on serving until staff accept it."""
    exit_interview.other_subject(turn)
    opened = "opened" if turn.case is None else "already_open"
    case = open_quietly(turn, subject)
    # Who is in distress is not told to wait for Monday.
    then = None if subject == "distress" else office_hours.back(turn.deps, turn.work)
    return [Reply(f"case_{subject if subject in _OWN_WORDS else opened}", {"number": case.id}, then=then)]


def not_here_yet(turn: Turn, subject: str) -> Sequence[Reply]:
    """What cannot be done here yet is said so, and a person gets it; never claimed as done."""
    exit_interview.other_subject(turn)
    case = open_quietly(turn, subject)
    turn.wait_for(None)
    # Who complains may be on the way out: the door is shown, once, and nobody has to find the word for it.
    way_out = (buttons.cancel_now(),) if subject == "complaint" else ()
    then = office_hours.back(turn.deps, turn.work)
    return [Reply(f"later_{subject}", {"number": case.id}, buttons=way_out, then=then)]


def open_quietly(turn: Turn, subject: str) -> Case:
    """The conversation's case, opened if there is none; staff see its gravest subject and find it by any."""
    case = open_for(turn.deps, turn.work, turn.conversation.id, subject)
    if graver(subject, case.subject):
        case = replace(case, subject=subject)
        turn.work.cases.put(case)
    facets.case_opened(turn.work, case.conversation_id, subject)
    turn.case = case
    return case


def open_for(deps: Dependencies, work: UnitOfWork, conversation_id: str, subject: str) -> Case:
    """The case of a conversation, opened if there is none: at most one is not closed."""
    existing = work.cases.current(conversation_id)
    if existing is not None:
        return existing
    now = deps.clock.now()
    proof = work.identities.proof(conversation_id, now)
    case = Case(
        id=deps.ids.number("C"),
        conversation_id=conversation_id,
        subject=subject,
        state=CaseState.OPEN,
        opened_at=now,
        customer_ref=proof.customer_ref if proof else None,
    )
    work.cases.add(case)
    facets.case_opened(work, conversation_id, subject)
    webhooks.case_opened(deps, work, case)
    alerts.case_opened(deps, work, case)
    return case


def listed(deps: Dependencies, *, closed: bool = False) -> Sequence[Case]:
    """The cases, oldest first."""
    with deps.store.begin() as work:
        return work.cases.all(closed=closed)


def reply(deps: Dependencies, case_id: str, text: str) -> Message:
    """Staff's reply, sent in the same conversation; the first one accepts the case.

    Raises `NotFoundError` for an unknown case, `ConflictError` for a closed one.
    """
    with deps.store.begin() as work:
        message = reply_within(deps, work, open_case(work, case_id), text)
        work.commit()
    return message


def reply_within(deps: Dependencies, work: UnitOfWork, case: Case, text: str) -> Message:
    """The same, in a unit of work that does more."""
    accepted = accept_within(deps, work, case)
    conversation = work.conversations.lock(case.conversation_id)
    if conversation is None:
        raise NotFoundError("no such conversation")
    now = deps.clock.now()
    written = Message(conversation.id, 0, Author.STAFF, ReplyKind.TEXT, text.strip(), now)
    work.cases.put(replace(accepted, waiting_since=None))
    return say(work, conversation, written)


def accept_within(deps: Dependencies, work: UnitOfWork, case: Case) -> Case:
    """From now on a person is in charge and the bot is silent; where that is so already, it stays so."""
    now = deps.clock.now()
    if case.state is CaseState.OPEN:
        _set_aside(work, case, now)
    accepted = replace(case, state=CaseState.ACCEPTED, accepted_at=case.accepted_at or now)
    work.cases.put(accepted)
    return accepted


def close(deps: Dependencies, case_id: str) -> Case:
    """Closes a case and hands the conversation back to the bot. Raises as `reply` does."""
    with deps.store.begin() as work:
        closed = close_within(deps, work, open_case(work, case_id))
        work.commit()
    return closed


def close_within(deps: Dependencies, work: UnitOfWork, case: Case) -> Case:
    """The same, in a unit of work that does more."""
    closed = replace(case, state=CaseState.CLOSED, closed_at=deps.clock.now(), waiting_since=None)
    work.cases.put(closed)
    facets.assigned(work, case.conversation_id, None)
    for entry in work.inbox.held(case.conversation_id):
        work.inbox.put(replace(entry, state=InboxState.ANSWERED))
    if case.state is CaseState.ACCEPTED:
        _hand_back(deps, work, case)
    return closed


def resume_overdue(deps: Dependencies) -> Sequence[str]:
    """Takes back the conversations in which a customer has waited too long for staff; returns their ids.

    The waiting messages are accepted again, so that each is answered; a cancellation among them is offered,
    not carried out, since its declaration was recorded when it was said.
    """
    resumed = []
    with deps.store.begin() as work:
        now = deps.clock.now()
        for case in work.cases.accepted_before(now - STAFF_MUST_ANSWER_WITHIN):
            if not case.overdue(now):
                continue
            back = replace(case, state=CaseState.OPEN, accepted_at=None, waiting_since=None, assignee=None)
            work.cases.put(back)
            facets.assigned(work, case.conversation_id, None)
            answered = set()
            for entry in work.inbox.held(case.conversation_id):
                waits = case.waiting_since is not None and entry.arrived_at >= case.waiting_since
                state = InboxState.ACCEPTED if waits else InboxState.ANSWERED
                work.inbox.put(replace(entry, state=state, request=None))
                answered |= {entry.id} if waits else set()
            then = office_hours.back(deps, work)
            _say(deps, work, case, Reply("case_resumed", kind=ReplyKind.NOTICE, then=then))
            made = work.declarations.of_conversation(case.conversation_id)
            if not any(declaration.inbox_id in answered for declaration in made):
                # Else the answer to that message is the offer; nothing is offered twice.
                _offer_what_waits(deps, work, case)
            resumed.append(case.conversation_id)
        work.commit()
    return resumed


def open_case(work: UnitOfWork, case_id: str) -> Case:
    """Locked. Raises `NotFoundError` for an unknown case, `ConflictError` for a closed one."""
    case = work.cases.lock(case_id)
    if case is None:
        raise NotFoundError(f"no case {case_id}")
    if case.state is CaseState.CLOSED:
        raise ConflictError(f"case {case_id} is closed")
    return case


def _set_aside(work: UnitOfWork, case: Case, now: datetime) -> None:
    """Staff take over: what the bot waited for is no longer taken as said to it, a wish only as offered.

    What is said to staff meanwhile must never carry anything out by itself when the bot is back (P10).
    """
    conversation = work.conversations.lock(case.conversation_id)
    if conversation is None:
        return
    if conversation.awaiting is not Awaiting.EXIT_ANSWER:
        work.conversations.put(replace(conversation, awaiting=None, declaration_id=None, purpose=None))
    for declaration in work.declarations.of_conversation(case.conversation_id):
        if declaration.state is DeclarationState.WAITING and declaration.holds(now):
            work.declarations.put(replace(declaration, state=DeclarationState.OFFERED))


def _hand_back(deps: Dependencies, work: UnitOfWork, case: Case) -> None:
    _say(deps, work, case, Reply("case_closed", kind=ReplyKind.NOTICE))
    _offer_what_waits(deps, work, case)


def _offer_what_waits(deps: Dependencies, work: UnitOfWork, case: Case) -> None:
    """What the customer declared, before staff took over or since, with its time; never automatic (P10)."""
    declaration = _waiting(deps, work, case)
    conversation = work.conversations.lock(case.conversation_id)
    if declaration is None or conversation is None:
        return
    offered = replace(declaration, state=DeclarationState.OFFERED)
    work.declarations.put(offered)
    work.conversations.put(replace(conversation, awaiting=Awaiting.OFFER, declaration_id=declaration.id))
    _say(deps, work, case, cancel_replies.offer(offered))


def _waiting(deps: Dependencies, work: UnitOfWork, case: Case) -> Declaration | None:
    """The oldest declaration that holds and is not another customer's than the one who is there now."""
    now = deps.clock.now()
    proof = work.identities.proof(case.conversation_id, now)
    for declaration in reversed(work.declarations.of_conversation(case.conversation_id)):
        theirs = proof is None or declaration.customer_ref in {None, proof.customer_ref}
        if theirs and declaration.holds(now) and declaration.kind is OperationKind.CANCEL:
            return declaration
    return None


def _say(deps: Dependencies, work: UnitOfWork, case: Case, reply: Reply) -> None:
    """A message of the bot outside a turn."""
    conversation = work.conversations.lock(case.conversation_id)
    if conversation is None:
        return
    said = render(deps, work, conversation, reply)
    say(
        work,
        conversation,
        Message(
            conversation.id,
            0,
            Author.BOT,
            said.kind,
            said.text,
            deps.clock.now(),
            buttons=said.buttons,
            receipt=said.receipt,
        ),
    )
