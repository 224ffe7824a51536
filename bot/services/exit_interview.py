"""The exit question: after the confirmation, once, skippable by a button, a word or silence (P5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.cases import CaseState
from bot.domain.conversations import Awaiting, ButtonSpec, Press, Reply, ReplyKind
from bot.domain.declarations import Declaration
from bot.domain.exit_interview import OPEN_FOR, ExitAnswer, ExitQuestion, QuestionState, Reason, choices
from bot.domain.finding import Facet
from bot.services import declarations, distress, follow_ups, reason_notes, webhooks
from bot.services.dependencies import Dependencies
from bot.services.turn import Turn


def ask(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """The question, unless it was asked before, a person is in charge, or somebody is in distress."""
    if (turn.case is not None and turn.case.state is CaseState.ACCEPTED) or distress.lately(turn):
        return []
    question = ExitQuestion(turn.deps.ids.new("q"), declaration.id, turn.conversation.id, turn.now)
    if not turn.work.exit_interviews.add_question(question):
        return []
    turn.wait_for(Awaiting.EXIT_ANSWER, declaration.id)
    buttons = [
        ButtonSpec(
            Press(
                name=f"reason:{reason.value}",
                intent="give_reason",
                declaration_id=declaration.id,
                reason=reason.value,
            ),
            f"reason_{reason.value}",
        )
        for reason in choices(turn.deps.shuffle)
    ]
    buttons.append(
        ButtonSpec(Press(name="skip", intent="decline", declaration_id=declaration.id), "button_skip")
    )
    return [Reply("exit_question", {}, ReplyKind.EXIT_QUESTION, tuple(buttons))]


def answer(turn: Turn) -> Sequence[Reply]:
    """Takes a reason, pressed or said; outside the question it is understood as what it most likely is.

    A press names its question, so it counts also later, and after the proof has expired.
    """
    question = _question(turn)
    in_time = question is not None and _takes_words(turn, question)
    if question is None or not (in_time or _pressed_late(turn, question)):
        return []
    reasons = (
        (Reason(turn.press.reason),)
        if turn.press and turn.press.reason
        else tuple(reason for reason in Reason if reason.value in turn.understanding.reasons)
    )
    words = None if turn.press else turn.masked
    name = turn.deps.ids.new("a")
    given = ExitAnswer(name, question.id, question.declaration_id, words, reasons, turn.now)
    turn.work.exit_interviews.add_answer(given)
    webhooks.answered(turn.deps, turn.work, given)
    for reason in reasons:
        turn.work.finding.note(turn.conversation.id, Facet.REASON, reason.value)
    reason_notes.queue(turn, question.declaration_id, words, reasons)
    turn.work.exit_interviews.put_question(replace(question, state=QuestionState.ANSWERED))
    _settle(turn)
    if not in_time:
        return [Reply("reason_heard")]
    return [Reply("exit_thanks", buttons=follow_ups.offer(turn, question, reasons))]


def skip(turn: Turn) -> Sequence[Reply]:
    """Accepts that no reason is given; nobody asks again for this declaration."""
    question = _question(turn)
    if question is None or not question.is_open(turn.now):
        return []
    turn.work.exit_interviews.put_question(replace(question, state=QuestionState.SKIPPED))
    _settle(turn)
    return [Reply("exit_skipped")]


def close(turn: Turn) -> None:
    """Another subject came up: the question is accepted as unanswered."""
    question = turn.work.exit_interviews.latest_question(turn.conversation.id)
    if question is not None and question.state is QuestionState.OPEN:
        turn.work.exit_interviews.put_question(replace(question, state=QuestionState.CLOSED))
    if turn.conversation.awaiting is Awaiting.EXIT_ANSWER:
        turn.wait_for(None)


def other_subject(turn: Turn) -> None:
    """Closes the question, and takes no plan's name for the answer to "Which one should end?" any more.

    What was declared still waits, and the buttons shown with it still work.
    """
    close(turn)
    if turn.conversation.awaiting is Awaiting.CHOICE:
        turn.wait_for(None)


def answers(deps: Dependencies, since: datetime | None = None) -> Sequence[ExitAnswer]:
    """The reasons given, oldest first, for those who want to learn from them."""
    with deps.store.begin() as work:
        return work.exit_interviews.answers(since)


def _question(turn: Turn) -> ExitQuestion | None:
    """The question a press belongs to, else the latest one of this conversation."""
    if turn.press is not None and turn.press.declaration_id is not None:
        question = turn.work.exit_interviews.question_of(turn.press.declaration_id)
        return question if question is not None and question.conversation_id == turn.conversation.id else None
    return turn.work.exit_interviews.latest_question(turn.conversation.id)


def _takes_words(turn: Turn, question: ExitQuestion) -> bool:
    """While it is open; and from the one who was asked also later that day, whatever came in between."""
    if question.is_open(turn.now):
        return True
    declaration = turn.work.declarations.get(question.declaration_id)
    theirs = turn.customer is not None and declaration is not None and declarations.own(turn, declaration)
    return theirs and turn.now < question.asked_at + OPEN_FOR


def _pressed_late(turn: Turn, question: ExitQuestion) -> bool:
    """Whether it is a press on a question of somebody who may be the one who was asked."""
    declaration = turn.work.declarations.get(question.declaration_id)
    pressed = turn.press is not None and turn.press.reason is not None
    return pressed and declaration is not None and declarations.own(turn, declaration)


def _settle(turn: Turn) -> None:
    """The matter is closed, unless another one has been begun meanwhile."""
    if turn.conversation.awaiting in {Awaiting.EXIT_ANSWER, None}:
        turn.settle()
