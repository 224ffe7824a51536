"""A turn acts once (P2): its handler, then the billing system where that is elsewhere, then the answer.

Up to three steps. The handler runs in one transaction, which records what is to be done. A billing system
elsewhere is then asked, in no transaction and for a few seconds only. What came of it is told in another one.
Whatever dies in between, the same message again goes on where it stopped.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.conversations import RenderedReply, Understanding
from bot.domain.errors import BillingRefusedError, BillingUnavailableError, NotFoundError
from bot.domain.inbox import InboxEntry, InboxState
from bot.domain.text import Masked
from bot.ports import UnitOfWork
from bot.services import billing_away, carrying_out, confirmations, outcome, views
from bot.services.budget import Budget
from bot.services.dependencies import Dependencies
from bot.services.outcome import Outcome
from bot.services.turn import Handler, Turn, render
from bot.services.views import ViewNeededError

#: What a press may do before anybody has proved who they are.
_FOR_ANYBODY = frozenset({"give_reason", "decline", "deny", "talk_to_human"})


def act(
    deps: Dependencies, conversation_id: str, inbox_id: str, handler: Handler, understanding: Understanding
) -> tuple[RenderedReply, ...]:
    """Runs `handler` for an inbox entry and stores the outcome with its effects.

    The same entry again, after a crash or a time-out anywhere, returns the stored outcome and acts no more.
    Raises `NotFoundError` when the entry is not an open one of this conversation: ids come from Rasa's
    request, and what they may do is decided here, from the store.
    """
    budget = Budget()

    def begin(handler: Handler, asked: bool) -> Outcome:
        return _first(deps, conversation_id, inbox_id, handler, understanding, asked)

    try:
        try:
            stored = begin(handler, asked=False)
        except ViewNeededError as needed:
            _look(deps, needed.customer_ref, budget)
            stored = begin(handler, asked=True)
    except BillingUnavailableError:
        # Nothing is known of what the customer has: said so, and what was begun here is rolled back.
        stored = begin(billing_away.answer, asked=True)
    return _last(deps, inbox_id, stored, budget).replies


def finish(deps: Dependencies, inbox_id: str) -> None:
    """Takes the outcome of an entry to its end, where the process that began it has died."""
    with deps.store.begin() as work:
        stored = work.inbox.result(inbox_id)
    if stored is not None:
        _last(deps, inbox_id, outcome.load(stored), Budget())


def _look(deps: Dependencies, customer_ref: str, budget: Budget) -> None:
    try:
        views.refresh(deps, customer_ref, budget.left)
    except (BillingUnavailableError, BillingRefusedError):
        # What was told last may still serve; where there is nothing, the turn finds out.
        return


def _first(
    deps: Dependencies,
    conversation_id: str,
    inbox_id: str,
    handler: Handler,
    understanding: Understanding,
    asked: bool,
) -> Outcome:
    with deps.store.begin() as work:
        entry = work.inbox.lock(inbox_id)
        if entry is None or entry.conversation_id != conversation_id:
            raise NotFoundError("no such message in this conversation")
        stored = work.inbox.result(inbox_id)
        if stored is not None:
            return outcome.load(stored)
        if entry.state is not InboxState.ACCEPTED:
            raise NotFoundError("this message is not waiting for an answer")
        turn = opened(deps, work, entry, understanding)
        turn.billing_asked = asked
        clarified = turn.conversation.clarified
        replies = tuple(render(deps, work, turn.conversation, reply) for reply in handler(turn))
        _use_up(turn)
        if turn.conversation.clarified == clarified:
            turn.conversation = replace(turn.conversation, clarified=0)
        made = Outcome(replies, understanding, awaits=tuple(turn.awaits), asks_why=turn.asks_why)
        work.inbox.put_result(inbox_id, outcome.dump(made))
        work.conversations.put(turn.conversation)
        work.commit()
    return made


def _last(deps: Dependencies, inbox_id: str, stored: Outcome, budget: Budget) -> Outcome:
    """Has done what is awaited, as far as the billing system is there, and completes the outcome."""
    if not stored.awaits:
        return stored
    for operation_id in stored.awaits:
        carrying_out.carry_out(deps, operation_id, budget)
    with deps.store.begin() as work:
        entry = work.inbox.lock(inbox_id)
        again = work.inbox.result(inbox_id)
        if entry is None or again is None:
            raise NotFoundError("this message is not waiting for an answer")
        stored = outcome.load(again)
        if not stored.awaits:
            return stored
        turn = opened(deps, work, entry, stored.understanding)
        told = confirmations.tell(turn, stored.awaits, stored.asks_why)
        first, after = (
            tuple(render(deps, work, turn.conversation, reply) for reply in replies) for replies in told
        )
        made = Outcome((*first, *stored.replies, *after), stored.understanding)
        work.inbox.complete_result(inbox_id, outcome.dump(made))
        work.conversations.put(turn.conversation)
        work.commit()
    return made


def _use_up(turn: Turn) -> None:
    """A button acts once; a press that only led to asking who is there has not acted yet."""
    acted = turn.customer is not None or (turn.press is not None and turn.press.intent in _FOR_ANYBODY)
    button = turn.work.buttons.get(turn.entry.button) if turn.entry.button is not None and acted else None
    if button is not None and not turn.undecided:
        turn.work.buttons.put(replace(button, pressed_by=turn.entry.id))


def opened(deps: Dependencies, work: UnitOfWork, entry: InboxEntry, understanding: Understanding) -> Turn:
    """The turn of an entry, with who is there by a live proof. Raises `NotFoundError`."""
    now = deps.clock.now()
    conversation = work.conversations.lock(entry.conversation_id)
    if conversation is None:
        raise NotFoundError("no such conversation")
    press = None
    if entry.button is not None:
        button = work.buttons.get(entry.button)
        if button is None or button.conversation_id != conversation.id:
            raise NotFoundError("no such button in this conversation")
        press, entry = button.press, replace(entry, text=button.title)
    turn = Turn(
        deps=deps,
        work=work,
        entry=entry,
        conversation=conversation,
        customer=None,
        press=press,
        secrets=work.inbox.secrets(entry.id) or Masked(entry.text or ""),
        case=work.cases.current(conversation.id),
        now=now,
        understanding=understanding,
    )
    turn.recognise(work.identities.proof(conversation.id, now))
    return turn
