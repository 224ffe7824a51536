"""What a customer's proof of identity sets going: what it was asked for, and nothing else by itself (P4)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cancellations import OperationKind
from bot.domain.conversations import Awaiting, Reply
from bot.domain.declarations import DeclarationState
from bot.domain.identities import CodeChallenge, ProofSource
from bot.domain.inbox import Event
from bot.services import (
    cancel,
    cases,
    come_back,
    declarations,
    exit_interview,
    follow_ups,
    identity,
    pause,
    status,
    verification,
    withdraw,
)
from bot.services.turn import Turn

#: What else can be declared than that it should end, and what goes on with it.
_GO_ON_WITH = {OperationKind.PAUSE: pause.proceed, OperationKind.WITHDRAW: withdraw.proceed}


def give_code(turn: Turn) -> Sequence[Reply]:
    """Takes a code, and where it is right goes on with what it was asked for."""
    checked = verification.check_code(turn)
    if not isinstance(checked, CodeChallenge):
        return checked
    return _go_on(turn, checked.declaration_id, checked.purpose)


def share_contact(turn: Turn) -> Sequence[Reply]:
    """Takes the sender's own number, which the platform has verified, where it is a customer's verified one.

    It answers the question who is writing, so it goes on with what that was asked for. Anybody else's contact
    proves nothing.
    """
    asked = turn.conversation
    known = None
    if turn.entry.event is Event.CONTACT:
        known = identity.by_phone(turn.work, turn.entry.text or "")
    if known is None:
        turn.wait_for(Awaiting.EMAIL, verification.asked_for(turn), asked.purpose)
        return [Reply("contact_unknown" if turn.entry.event is Event.CONTACT else "contact_of_other")]
    identity.sign_in(turn, known, ProofSource.CONTACT)
    turn.wait_for(None)
    return _go_on(turn, asked.declaration_id, asked.purpose)


def use_link(turn: Turn) -> Sequence[Reply]:
    """Takes a one-time link. It is another sign-in than the one a waiting wish asked for: that is offered."""
    exit_interview.other_subject(turn)
    if not identity.redeem_link(turn):
        if turn.customer is None:
            turn.wait_for(Awaiting.EMAIL, verification.asked_for(turn), turn.conversation.purpose)
            return [Reply("link_not_good")]
        return [Reply("link_not_good_but_known")]
    turn.wait_for(None)
    return _go_on(turn, None, None)


def log_out(turn: Turn) -> Sequence[Reply]:
    """Ends the proof of identity in this conversation."""
    exit_interview.other_subject(turn)
    identity.log_out(turn)
    turn.settle()
    return [Reply("logged_out")]


def _purpose(turn: Turn, purpose: str) -> Sequence[Reply]:
    """What a proof was asked for, beside a wish to cancel."""
    if purpose == come_back.PURPOSE:
        return come_back.known_now(turn)
    if purpose == follow_ups.TELL_ME:
        return follow_ups.known_now(turn)
    return cases.not_here_yet(turn, purpose)


def _go_on(turn: Turn, declaration_id: str | None, purpose: str | None) -> Sequence[Reply]:
    if turn.customer is None:
        # Known, and not one who decides here; whoever does can still be asked for a code.
        turn.wait_for(Awaiting.EMAIL, declaration_id, purpose)
        return verification.ask_who(turn)
    done = [Reply("verify_done"), *_purpose(turn, purpose)] if purpose is not None else []
    asked_for = turn.work.declarations.get(declaration_id) if declaration_id else None
    if asked_for is not None and asked_for.holds(turn.now) and declarations.own(turn, asked_for):
        if asked_for.kind in _GO_ON_WITH:
            return [*done, *_GO_ON_WITH[asked_for.kind](turn, asked_for)]
        if asked_for.state is DeclarationState.OFFERED:
            return [*done, *cancel.offer(turn, asked_for)]  # a person took over since: by press only (P10)
        return [*done, *cancel.proceed(turn, declarations.move(turn, asked_for, DeclarationState.WAITING))]
    waiting = declarations.waiting(turn)
    if waiting is not None:
        return [*done, *cancel.offer(turn, waiting)]
    return done or [Reply("verify_done"), *status.overview(turn)]
