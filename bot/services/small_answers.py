"""Short answers whose meaning hangs on what was said before: yes, no, skip, and what is not understood."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cancellations import OperationKind
from bot.domain.choices import asks_to_end
from bot.domain.conversations import Awaiting, Press, Reply, ReplyKind
from bot.domain.declarations import Declaration
from bot.domain.text import MAX_TEXT
from bot.services import (
    buttons,
    cancel,
    cases,
    declarations,
    exit_interview,
    follow_ups,
    office_hours,
    operations,
    pause,
    sign_in,
    verification,
    withdraw,
)
from bot.services.turn import Turn

#: Who takes a plan's name for something else than that it should end.
_CHOOSING = {OperationKind.PAUSE: pause.chosen, OperationKind.WITHDRAW: withdraw.chosen}


def affirm(turn: Turn) -> Sequence[Reply]:
    """Takes "yes" as the press of what the bot's last words offered; to nothing it is not understood."""
    if turn.conversation.awaiting is Awaiting.CHOICE:
        return choose(turn)
    if turn.conversation.awaiting is Awaiting.OFFER:
        for press in turn.offered():
            if press.name == "cancel_now" and press.declaration_id is not None:
                return cancel.pressed(turn, press)
            if press.name == "talk_to_human" and turn.conversation.declaration_id is None:
                return cases.talk_to_human(turn)
    return clarify(turn)


def deny(turn: Turn) -> Sequence[Reply]:
    """Takes "no": skips the exit question, takes an open wish back, or leaves everything as it is."""
    if turn.press is not None:
        return _kept(turn, turn.press)
    skipped = exit_interview.skip(turn) if turn.conversation.awaiting is Awaiting.EXIT_ANSWER else []
    if skipped:
        return skipped
    if turn.conversation.awaiting in {Awaiting.EMAIL, Awaiting.CODE} and asks_to_end(turn.masked):
        return clarify(turn)  # "no, I want to cancel" is about the address, not the wish
    to_a_person = turn.conversation.awaiting is Awaiting.OFFER and turn.conversation.declaration_id is None
    turn.wait_for(None)
    return [Reply("deny_noted")] if to_a_person else _dropped(turn)


def decline(turn: Turn) -> Sequence[Reply]:
    """Takes "skip" and "rather not say", and "don't write to me" where somebody was to be written to."""
    if _takes_back(turn):
        return follow_ups.take_back(turn)
    return exit_interview.skip(turn) or [Reply("decline_noted")]


def _takes_back(turn: Turn) -> bool:
    if turn.press is not None:
        return turn.press.name == follow_ups.DONT_TELL_ME
    return follow_ups.meant(turn.work, turn.conversation, turn.masked, turn.now) == "decline"


def give_reason(turn: Turn) -> Sequence[Reply]:
    """Takes a reason while it was asked for, or soon after; else it is heard, and a way out is shown."""
    if turn.press is not None and turn.press.name == follow_ups.TELL_ME:
        return follow_ups.consent(turn) or [Reply("reason_heard")]
    # What asks for no more than to be told is no second answer.
    only_asks = follow_ups.meant(turn.work, turn.conversation, turn.masked, turn.now) == "give_reason"
    answered = [] if only_asks else exit_interview.answer(turn)
    asked = follow_ups.consent(turn) if follow_ups.asked(turn) else []
    if answered or asked:
        return [*answered, *asked]
    if turn.customer is not None and not operations.cancellable(turn):
        return [Reply("reason_heard")]
    shown = (buttons.cancel_now(), buttons.person())
    return [Reply("reason_without_question", {}, ReplyKind.CHOICE, shown)]


def choose(turn: Turn) -> Sequence[Reply]:
    """The answer to "Which one should end?"."""
    declaration = declarations.current(turn)
    choosing = _CHOOSING.get(declaration.kind) if declaration is not None else None
    asked = turn.conversation.awaiting is Awaiting.CHOICE
    if declaration is not None and choosing is not None and asked:
        made = choosing(turn, declaration)
    else:
        made = cancel.choice_made(turn)
    return made if turn.answered_by(made) else clarify(turn)


def give_email(turn: Turn) -> Sequence[Reply]:
    """An address; where none is wanted it is not understood."""
    return verification.give_email(turn) or clarify(turn)


def give_code(turn: Turn) -> Sequence[Reply]:
    """A code; where none is wanted it is not understood."""
    given = sign_in.give_code(turn)
    return given if turn.answered_by(given) else clarify(turn)


def cancel_other(turn: Turn) -> Sequence[Reply]:
    """Orders, appointments, cards: not ours. Says what can be done here and offers a person."""
    exit_interview.other_subject(turn)
    turn.wait_for(Awaiting.OFFER)
    return [Reply("cancel_other", buttons=(buttons.person(),))]


def clarify(turn: Turn) -> Sequence[Reply]:
    """One clarifying question with at most three buttons; the second time in a row, a person."""
    if len(turn.entry.text or "") > MAX_TEXT:
        return [Reply("text_too_long", buttons=(buttons.cancel_now(), buttons.person()))]
    if turn.answered_by(day := cancel.day_said(turn)):
        return day
    turn.count_clarification()
    if turn.conversation.clarified > 1:
        case = cases.open_quietly(turn, "not_understood")
        then = office_hours.back(turn.deps, turn.work)
        return [Reply("clarify_person", {"number": case.id}, buttons=(buttons.cancel_now(),), then=then)]
    undo = tuple(buttons.undo(turn, item, named=True) for item in operations.undoable(turn)[:1])
    shown = (buttons.cancel_now(), *undo, buttons.person())
    return [Reply("clarify", {}, ReplyKind.CHOICE, shown)]


def _kept(turn: Turn, press: Press) -> Sequence[Reply]:
    """[Keep it]: takes back the wish it was shown with; where that is carried out, undo is the way."""
    declaration = turn.work.declarations.get(press.declaration_id) if press.declaration_id else None
    if declaration is None or not declaration.holds(turn.now) or not declarations.own(turn, declaration):
        return _standing(turn)
    turn.wait_for(None)
    return _dropped(turn)


def _dropped(turn: Turn) -> Sequence[Reply]:
    dropped = declarations.drop_all(turn)
    if not dropped:
        return _standing(turn)
    partly = any(_acted(turn, declaration) for declaration in dropped)
    return [Reply("deny_rest_dropped" if partly else "deny_dropped")]


def _acted(turn: Turn, declaration: Declaration) -> bool:
    """Some plans may be cancelled already while others waited for a press."""
    return bool(turn.work.operations.of_declaration(declaration.id))


def _standing(turn: Turn) -> Sequence[Reply]:
    """There is no wish to take back: what is cancelled stays so, and each has its way back."""
    undoable = operations.undoable(turn)
    if not undoable:
        return [Reply("deny_noted")]
    shown = tuple(buttons.undo(turn, item, named=True) for item in undoable[:3])
    return [Reply("deny_cancelled_already", buttons=shown)]
