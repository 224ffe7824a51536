"""Short answers whose meaning hangs on what was said before: yes, no, skip, and what is not understood."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.conversations import Awaiting, ButtonSpec, Press, Reply, ReplyKind
from bot.domain.text import MAX_TEXT
from bot.services import cancel, cases, declarations, exit_interview, operations, sign_in, verification
from bot.services.status import cancel_now
from bot.services.turn import Turn


def affirm(turn: Turn) -> Sequence[Reply]:
    """ "Yes", to whatever was offered last; to nothing in particular it is not understood."""
    if turn.conversation.awaiting is not Awaiting.OFFER:
        return clarify(turn)
    declaration = declarations.current(turn)
    if declaration is None:
        return cases.talk_to_human(turn)
    if turn.customer is None:
        return verification.begin(turn)
    return cancel.say_yes(turn, declaration)


def deny(turn: Turn) -> Sequence[Reply]:
    """ "No": skips the exit question, takes an open wish back, or leaves everything as it is."""
    skipped = exit_interview.skip(turn) if turn.conversation.awaiting is Awaiting.EXIT_ANSWER else []
    if skipped:
        return skipped
    dropped = declarations.drop_all(turn)
    turn.wait_for(None)
    if dropped:
        return [Reply("deny_dropped")]
    undoable = operations.undoable(turn)
    if undoable:
        return [
            Reply(
                "deny_cancelled_already",
                buttons=tuple(_undo(turn, item.ref, item.plan.name) for item in undoable[:3]),
            )
        ]
    return [Reply("deny_noted")]


def decline(turn: Turn) -> Sequence[Reply]:
    """ "Skip", "rather not say"."""
    return exit_interview.skip(turn) or [Reply("decline_noted")]


def give_reason(turn: Turn) -> Sequence[Reply]:
    """A reason while the question is open, or soon after; at another time it is heard, and a way out is
    shown.
    """
    return exit_interview.answer(turn) or [
        Reply("reason_without_question", {}, ReplyKind.CHOICE, (cancel_now(), cases.person_button()))
    ]


def choose(turn: Turn) -> Sequence[Reply]:
    """The answer to "Which one should end?"."""
    return cancel.choice_made(turn) or clarify(turn)


def give_email(turn: Turn) -> Sequence[Reply]:
    """An address; where none is wanted it is not understood."""
    return verification.give_email(turn) or clarify(turn)


def give_code(turn: Turn) -> Sequence[Reply]:
    """A code; where none is wanted it is not understood."""
    return sign_in.give_code(turn) or clarify(turn)


def cancel_other(turn: Turn) -> Sequence[Reply]:
    """Orders, appointments, cards: not ours. Says what can be done here and offers a person."""
    exit_interview.close(turn)
    turn.wait_for(Awaiting.OFFER)
    return [Reply("cancel_other", buttons=(cases.person_button(),))]


def clarify(turn: Turn) -> Sequence[Reply]:
    """One clarifying question with at most three buttons; the second time in a row, a person."""
    if len(turn.entry.text or "") > MAX_TEXT:
        return [Reply("text_too_long", buttons=(cancel_now(), cases.person_button()))]
    turn.count_clarification()
    if turn.conversation.clarified > 1:
        case = cases.open_quietly(turn, "not_understood")
        return [Reply("clarify_person", {"number": case.id}, buttons=(cancel_now(),))]
    undoable = operations.undoable(turn)
    undo = tuple(_undo(turn, item.ref, item.plan.name) for item in undoable[:1])
    return [Reply("clarify", {}, ReplyKind.CHOICE, (cancel_now(), *undo, cases.person_button()))]


def log_out(turn: Turn) -> Sequence[Reply]:
    """Ends the proof of identity in this conversation."""
    exit_interview.close(turn)
    turn.work.identities.end_proof(turn.conversation.id)
    turn.work.identities.end_challenge(turn.conversation.id)
    turn.settle()
    return [Reply("logged_out")]


def _undo(turn: Turn, subscription_ref: str, plan: str) -> ButtonSpec:
    latest = turn.work.operations.latest(subscription_ref)
    press = Press(
        name="undo",
        intent="undo_cancel",
        subscription_ref=subscription_ref,
        generation=latest.generation if latest else None,
    )
    return ButtonSpec(press, "button_undo_plan", {"plan": plan})
