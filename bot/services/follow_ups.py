"""Being told when the reason for leaving is gone: asked for by a press or in words, once, taken back at will.

ADR 31 says why there is one quiet button under the thanks, and nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.conversations import FETCHED, ButtonSpec, Conversation, Press, Reply
from bot.domain.customers import Customer
from bot.domain.declarations import Declaration
from bot.domain.exit_interview import OPEN_FOR, ExitQuestion, QuestionState, Reason
from bot.domain.follow_ups import FIXABLE, FollowUp, FollowUpState, asks_not_to_be_told, asks_to_be_told
from bot.ports import UnitOfWork
from bot.services import declarations, verification
from bot.services.turn import Turn

#: The two buttons, and the purpose a proof of identity is asked for by.
TELL_ME, DONT_TELL_ME = "tell_me", "dont_tell_me"


def offer(turn: Turn, question: ExitQuestion, reasons: Sequence[Reason]) -> tuple[ButtonSpec, ...]:
    """[Hear if that changes], under the thanks for the first answer to a question, where there may be news.

    Not for who has asked for it in the same words, nor for reasons that are not the company's to change.
    """
    first = question.state is not QuestionState.ANSWERED
    if turn.customer is None or not first or not FIXABLE & set(reasons) or asked(turn):
        return ()
    press = Press(name=TELL_ME, intent="give_reason", declaration_id=question.declaration_id)
    return (ButtonSpec(press, "button_tell_me"),)


def asked(turn: Turn) -> bool:
    """Whether this very message asks for it in words."""
    return turn.press is None and asks_to_be_told(turn.masked)


def consent(turn: Turn, words: str | None = None) -> Sequence[Reply]:
    """Notes that the customer wants to be told; who is not known proves that first.

    `words` is what they wrote or pressed, where that is not this message. Nothing where nobody was asked why
    they left, or that was another customer.
    """
    declaration = _declaration(turn)
    if declaration is None:
        return []
    if turn.customer is None:
        return verification.ask(turn, TELL_ME)
    made = _made(turn, turn.customer, declaration, words or turn.masked)
    if not turn.work.follow_ups.add(made):
        earlier = turn.work.follow_ups.of_declaration(declaration.id)
        if earlier is None or earlier.state is FollowUpState.TOLD:
            # One message, ever.
            return [Reply("follow_up_told_already")]
        turn.work.follow_ups.put(replace(made, id=earlier.id))
    return [_noted(turn, declaration)]


def take_back(turn: Turn) -> Sequence[Reply]:
    """Withdraws what waits: the customer's everywhere, and whoever is there what was asked for in this chat.

    As easy as it was given (GDPR, Art. 7(3)), so without a proof.
    """
    ref = turn.customer.ref if turn.customer is not None else None
    for item in turn.work.follow_ups.open(customer_ref=ref, conversation_id=turn.conversation.id):
        locked = turn.work.follow_ups.lock(item.id)
        if locked is not None and locked.state is FollowUpState.OPEN:
            withdrawn = replace(locked, state=FollowUpState.WITHDRAWN, settled_at=turn.now)
            turn.work.follow_ups.put(withdrawn)
    return [Reply("follow_up_taken_back")]


def waits(work: UnitOfWork, conversation: Conversation, now: datetime) -> bool:
    """Whether there is a consent that who writes here could take back."""
    proof = work.identities.proof(conversation.id, now)
    ref = proof.customer_ref if proof is not None else None
    return bool(work.follow_ups.open(customer_ref=ref, conversation_id=conversation.id))


def meant(work: UnitOfWork, conversation: Conversation, text: str, now: datetime) -> str | None:
    """The intent that handles a text which asks for it or takes it back; None for every other text.

    Told by its words and not by the model: they are taken for this only after the exit question was answered,
    and where there is something to take back.
    """
    if asks_to_be_told(text):
        question = work.exit_interviews.latest_question(conversation.id)
        answered = question is not None and question.state is QuestionState.ANSWERED
        return "give_reason" if question and answered and now < question.asked_at + OPEN_FOR else None
    if asks_not_to_be_told(text) and waits(work, conversation, now):
        return "decline"
    return None


def _declaration(turn: Turn) -> Declaration | None:
    """What the press belongs to, else what the last answered exit question of this chat was about."""
    if turn.press is not None and turn.press.name == TELL_ME:
        declaration_id = turn.press.declaration_id
    else:
        question = turn.work.exit_interviews.latest_question(turn.conversation.id)
        answered = question is not None and question.state is QuestionState.ANSWERED
        declaration_id = question.declaration_id if question is not None and answered else None
    found = turn.work.declarations.get(declaration_id) if declaration_id is not None else None
    return found if found is not None and declarations.own(turn, found) else None


def known_now(turn: Turn) -> Sequence[Reply]:
    """Goes on once it is known who asks: the code they sent is not what they have said."""
    title = turn.deps.wording.text("button_tell_me", turn.conversation.locale, {})
    return consent(turn, title)


def _made(turn: Turn, customer: Customer, declaration: Declaration, words: str) -> FollowUp:
    given = turn.work.exit_interviews.answers_to(declaration.id)
    reasons = {reason for answer in given for reason in answer.reasons}
    # In the order in which reasons are listed; where none of them is known, the words say what it is about.
    named = tuple(reason for reason in Reason if reason in reasons) or (Reason.OTHER,)
    return FollowUp(
        id=turn.deps.ids.new("u"),
        customer_ref=customer.ref,
        conversation_id=turn.conversation.id,
        declaration_id=declaration.id,
        channel=turn.conversation.channel,
        reasons=named,
        words=words,
        given_at=turn.now,
        member_id=turn.proof.member_id if turn.proof is not None else None,
    )


def _noted(turn: Turn, declaration: Declaration) -> Reply:
    press = Press(name=DONT_TELL_ME, intent="decline", declaration_id=declaration.id)
    by_mail = turn.conversation.channel in FETCHED
    message = "follow_up_noted_mail" if by_mail else "follow_up_noted"
    return Reply(message, buttons=(ButtonSpec(press, "button_dont_tell_me"),))
