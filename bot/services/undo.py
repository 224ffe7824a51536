"""Undo: by saying so or by a button, until the end takes effect, with a receipt of its own (P7)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.choices import choose
from bot.domain.conversations import Press, Reply, ReplyKind
from bot.domain.declarations import DeclarationState
from bot.domain.subscriptions import Status, Subscription
from bot.domain.text import normalise
from bot.services import cases, declarations, exit_interview, operations, receipts, verification
from bot.services.operations import Done
from bot.services.turn import Turn

_MISTAKE = re.compile(
    r"\b(mistake|mistakenly|accident\w*|by error|didn'?t mean|not mean to|wrong (button|plan|one))\b"
)


def handle(turn: Turn) -> Sequence[Reply]:
    """Answers "undo", said or pressed."""
    exit_interview.close(turn)
    if turn.customer is None:
        if declarations.drop_all(turn):
            turn.settle()
            return [Reply("undo_request_dropped")]
        return verification.ask(turn)
    if turn.press is not None:
        return _pressed(turn, turn.press)
    targets = _targets(turn)
    if not targets:
        return _nothing(turn)
    return _take_back(turn, targets)


def _pressed(turn: Turn, press: Press) -> Sequence[Reply]:
    """A press undoes the cancellation it was shown with, and no later one (P2)."""
    assert turn.customer is not None  # noqa: S101 - the caller has checked; this tells the type checker
    held = {item.ref: item for item in turn.provider.subscriptions(turn.customer.ref)}
    subscription = held.get(press.subscription_ref or "")
    if subscription is None:
        return [Reply("undo_nothing")]
    latest = turn.work.operations.latest(subscription.ref)
    if latest is None or latest.generation != press.generation:
        goes_on = subscription.cancellable
        return [Reply("undo_already" if goes_on else "undo_nothing", {"plan": subscription.plan.name})]
    if subscription.status is not Status.CANCELLING:
        return [_too_late(subscription)]
    return _take_back(turn, [subscription])


def _targets(turn: Turn) -> list[Subscription]:
    """Without a plan's name, undo takes back what the last cancellation did: one, or all of "everything"."""
    open_ends = operations.undoable(turn)
    named = choose(normalise(turn.masked), open_ends)
    if named.subscriptions:
        return list(named.subscriptions)
    operations_done = [turn.work.operations.latest(item.ref) for item in open_ends]
    confirmed = [item for item in operations_done if item is not None and item.confirmed_at is not None]
    if not confirmed:
        return open_ends
    newest = max(confirmed, key=lambda item: (item.confirmed_at or turn.now, item.generation))
    refs = {item.subscription_ref for item in confirmed if item.declaration_id == newest.declaration_id}
    return [item for item in open_ends if item.ref in refs]


def _take_back(turn: Turn, targets: Sequence[Subscription]) -> Sequence[Reply]:
    declaration = declarations.move(turn, declarations.declare(turn), DeclarationState.CARRIED_OUT)
    done = [operations.undo(turn, item, declaration) for item in targets]
    turn.settle()
    replies = [_confirmation(turn, item) for item in done]
    if turn.press is None and _MISTAKE.search(normalise(turn.masked).casefold().replace("\u2019", "'")):
        cases.open_quietly(turn, "mistake")
    return replies


def _nothing(turn: Turn) -> Sequence[Reply]:
    assert turn.customer is not None  # noqa: S101 - the caller has checked; this tells the type checker
    declarations.drop_all(turn)
    turn.wait_for(None)
    held = turn.provider.subscriptions(turn.customer.ref)
    if any(item.cancellable for item in held):
        return [Reply("undo_nothing")]
    ended = [item for item in held if item.status is Status.ENDED]
    return [_too_late(ended[-1])] if ended else [Reply("undo_nothing")]


def _too_late(subscription: Subscription) -> Reply:
    values = {"plan": subscription.plan.name, "end": subscription.ends_at}
    return Reply("undo_too_late", values, buttons=(cases.person_button(),))


def _confirmation(turn: Turn, done: Done) -> Reply:
    return Reply(
        "undo_done",
        {"plan": done.subscription.plan.name, "number": done.receipt.number},
        ReplyKind.RECEIPT,
        receipt=receipts.summary(turn.deps, done.receipt),
    )
