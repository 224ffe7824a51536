"""Undo: by saying so or by a button, until the end takes effect, with a receipt of its own (P7)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.cancellations import OperationKind
from bot.domain.choices import choose
from bot.domain.conversations import Press, Reply, ReplyKind
from bot.domain.declarations import DeclarationState
from bot.domain.errors import BillingUnavailableError
from bot.domain.periods import last_moment
from bot.domain.subscriptions import Status, Subscription
from bot.domain.text import normalise
from bot.services import (
    buttons,
    cancel_replies,
    cases,
    declarations,
    exit_interview,
    operations,
    pause,
    receipts,
    shadow,
    verification,
)
from bot.services.ledger import Done
from bot.services.turn import Turn

_MISTAKE = re.compile(
    r"\b(mistake|mistakenly|accident\w*|by error|didn'?t mean|not mean to|wrong (button|plan|one)"
    r"|versehen\w*|irrtum|irrtümlich\w*|ungewollt|verklickt|vertippt|falsche[nrs]? (knopf|taste|abo))\b"
)
#: Ways to take something back, and the word for ending a plan that stands in the same place of a sentence.
_TAKE_BACK = {
    "cancel": re.compile(
        r"\b(?:undo|un-?cancel|restore|resume|reactivate|reinstate|revert|keep|continue"
        r"|take back|bring back)\b"
    ),
    "kündigen": re.compile(
        r"\b(?:(?:doch|wieder|lieber) )*(?:rückgängig(?: (?:zu )?machen)?|zurück(?:zu)?(?:nehmen|ziehen)"
        r"|behalten|weiter ?(?:laufen|führen|nutzen)|fort(?:setzen|führen)|reaktivieren|wiederherstellen)\b"
    ),
}


def handle(turn: Turn) -> Sequence[Reply]:
    """Answers "undo", said or pressed."""
    exit_interview.close(turn)
    if turn.customer is None:
        # A press is about a cancellation that was carried out, words may be about a wish that still waits.
        if turn.press is None and declarations.drop_all(turn):
            turn.settle()
            return [Reply("undo_request_dropped")]
        return verification.ask(turn)
    try:
        return _said(turn) if turn.press is None else _pressed(turn, turn.press)
    except BillingUnavailableError:
        # What they have is not known; what they have just asked for is, and it is not gone on with.
        if not declarations.drop_all(turn):
            raise
        turn.settle()
        return [Reply("undo_request_dropped")]


def _pressed(turn: Turn, press: Press) -> Sequence[Reply]:
    """A press undoes the cancellation it was shown with, and no later one (P2)."""
    subscription = next((item for item in operations.held(turn) if item.ref == press.subscription_ref), None)
    if subscription is None:
        return [Reply("undo_nothing")]
    if press.name == "resume":
        return pause.taken_back(turn, press, subscription)
    latest = turn.work.operations.latest(subscription.ref)
    if subscription.cancellable:
        return [Reply("undo_already", {"plan": subscription.plan.name})]
    if subscription.status is not Status.CANCELLING:
        return [_too_late(subscription)]
    if latest is None or latest.generation != press.generation:
        return _cancelled_since(turn, subscription)
    return _take_back(turn, [subscription])


def _cancelled_since(turn: Turn, subscription: Subscription) -> Sequence[Reply]:
    """It was taken back and cancelled again since this button was shown: the new one is shown instead."""
    said = declarations.declare(turn, OperationKind.UNDO)
    declaration = declarations.move(turn, said, DeclarationState.DROPPED)
    return cancel_replies.nothing_left(turn, declaration, [subscription])


def _said(turn: Turn) -> Sequence[Reply]:
    open_ends = operations.undoable(turn)
    # Whatever is said of a plan to be taken back is said in the grammar of one to be ended.
    said = normalise(turn.masked).casefold()
    for ending, taking_back in _TAKE_BACK.items():
        said = taking_back.sub(ending, said)
    named = choose(said, operations.held(turn))
    if named.unclear and len(open_ends) > 1:
        return _which(turn, open_ends)
    if named.subscriptions and not named.everything:
        return _named(turn, named.subscriptions, open_ends)
    current = declarations.current(turn)
    targets = open_ends if named.everything else _last_done(turn, open_ends)
    if current is not None:
        # What was said last is a wish that still waits; where it is done in part, the rest goes with it.
        declarations.drop_all(turn)
        done = {item.subscription_ref for item in turn.work.operations.of_declaration(current.id)}
        targets = [item for item in targets if named.everything or item.ref in done]
        if not targets:
            turn.settle()
            return [Reply("undo_request_dropped")]
    if targets:
        return _take_back(turn, targets)
    over = _pause_over(turn)
    return over if turn.answered_by(over) else _nothing(turn)


def _named(turn: Turn, named: Sequence[Subscription], open_ends: Sequence[Subscription]) -> Sequence[Reply]:
    """The plans said by name, and no others."""
    targets = [item for item in named if item.status is Status.CANCELLING]
    if targets:
        return _take_back(turn, targets)
    ended = [item for item in named if item.status is Status.ENDED]
    if ended:
        return [_too_late(ended[-1])]
    return _which(turn, open_ends) if open_ends else [Reply("undo_nothing")]


def _pause_over(turn: Turn) -> Sequence[Reply]:
    """Where nothing is cancelled and one plan is paused, that is what goes on."""
    paused = [item for item in operations.held(turn) if item.status is Status.PAUSED]
    return pause.go_on(turn, paused[0]) if len(paused) == 1 else []


def _which(turn: Turn, open_ends: Sequence[Subscription]) -> Sequence[Reply]:
    shown = tuple(buttons.undo(turn, item, named=True) for item in open_ends)
    return [Reply("undo_which", {}, ReplyKind.CHOICE, shown)]


def _last_done(turn: Turn, open_ends: list[Subscription]) -> list[Subscription]:
    """Without a plan's name, undo takes back what the last cancellation did: one, or all of "everything"."""
    operations_done = [turn.work.operations.latest(item.ref) for item in open_ends]
    ours = [item for item in operations_done if item is not None and (item.open or item.confirmed_at)]
    if not ours:
        return open_ends
    newest = max(ours, key=lambda item: (item.confirmed_at or item.recorded_at, item.generation))
    refs = {item.subscription_ref for item in ours if item.declaration_id == newest.declaration_id}
    return [item for item in open_ends if item.ref in refs]


def _take_back(turn: Turn, targets: Sequence[Subscription]) -> Sequence[Reply]:
    if shadow.asks(turn):
        return shadow.instead_of_undoing(turn, targets)
    said = declarations.declare(turn, OperationKind.UNDO)
    declaration = declarations.move(turn, said, DeclarationState.CARRIED_OUT)
    done = [operations.undo(turn, item, declaration) for item in targets]
    turn.settle()
    replies = [confirmation(turn, item) for item in done if item is not None]
    if turn.press is None and _MISTAKE.search(normalise(turn.masked).casefold().replace("\u2019", "'")):
        cases.open_quietly(turn, "mistake")
    return replies


def _nothing(turn: Turn) -> Sequence[Reply]:
    """Nothing is cancelled that could be taken back; who has left for good may want a person."""
    declarations.drop_all(turn)
    turn.wait_for(None)
    held = operations.held(turn)
    if any(item.cancellable for item in held):
        return [Reply("undo_nothing")]
    ended = [item for item in held if item.status is Status.ENDED]
    return [_too_late(ended[-1])] if ended else [Reply("undo_no_subscription", buttons=(buttons.person(),))]


def _too_late(subscription: Subscription) -> Reply:
    end = last_moment(subscription.ends_at or subscription.period.end)
    return Reply("undo_too_late", {"plan": subscription.plan.name, "end": end}, buttons=(buttons.person(),))


def confirmation(turn: Turn, done: Done) -> Reply:
    """It goes on, with the receipt of that."""
    return Reply(
        "undo_done",
        {"plan": done.subscription.plan.name, "number": done.receipt.number},
        ReplyKind.RECEIPT,
        receipt=receipts.summary(turn.deps, done.receipt),
    )
