"""Answers from the customer's own facts: where their plans stand, when they end, what is charged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.charges import charges_ahead, next_charge
from bot.domain.choices import mentioned
from bot.domain.conversations import Awaiting, Reply, ReplyKind
from bot.domain.periods import last_moment
from bot.domain.subscriptions import Status, Subscription
from bot.domain.text import normalise
from bot.services import (
    buttons,
    cancel,
    declarations,
    exit_interview,
    ledger,
    operations,
    policies,
    receipts,
    verification,
)
from bot.services.turn import Turn

#: A plan that ended longer ago is not told about, unless it is asked for or there is nothing else.
_LONG_AGO = timedelta(days=60)


def ask_status(turn: Turn) -> Sequence[Reply]:
    """Answers "did it work?" from the ledger."""
    exit_interview.other_subject(turn)
    if turn.customer is None:
        waiting = declarations.waiting(turn)
        if waiting is None:
            return verification.ask(turn)
        has_code = turn.conversation.awaiting is Awaiting.CODE
        turn.wait_for(Awaiting.CODE if has_code else Awaiting.EMAIL, waiting.id)
        return [Reply("status_waiting", {"declared_at": waiting.declared_at})]
    return [*overview(turn), *_latest_receipt(turn)]


def overview(turn: Turn) -> list[Reply]:
    """One message on every subscription that has not long ended."""
    return [_line(turn, item) for item in _asked_about(turn)] or [Reply("status_none")]


def resend_receipt(turn: Turn) -> Sequence[Reply]:
    """The latest receipts again, the ones of the same declaration together."""
    exit_interview.other_subject(turn)
    if turn.customer is None:
        return verification.ask(turn)
    to_cancel = (buttons.cancel_now(),) if operations.cancellable(turn) else ()
    return _latest_receipt(turn) or [Reply("receipt_none", buttons=to_cancel)]


def ask_end_date(turn: Turn) -> Sequence[Reply]:
    """Answers "when does it end?"; where nothing is cancelled, with the date it would end and a button.

    "End of June" right after "Which day do you mean?" sounds like it and is the answer.
    """
    if turn.answered_by(day := cancel.day_said(turn)):
        return day
    exit_interview.other_subject(turn)
    return verification.ask(turn) if turn.customer is None else overview(turn)


def ask_charges(turn: Turn) -> Sequence[Reply]:
    """Answers "will I be charged again?"."""
    exit_interview.other_subject(turn)
    if turn.customer is None:
        return verification.ask(turn)
    return [_charge(turn, item) for item in _asked_about(turn)] or [Reply("charges_none")]


def ask_how_to_cancel(turn: Turn) -> Sequence[Reply]:
    """Answers "how do I cancel?": by pressing this button."""
    exit_interview.other_subject(turn)
    return [Reply("how_to_cancel", {}, ReplyKind.CHOICE, (buttons.cancel_now(),))]


def _asked_about(turn: Turn) -> Sequence[Subscription]:
    """The subscriptions a question is about: the named ones, else what there is and what there lately was."""
    held = operations.held(turn)
    named = mentioned(normalise(turn.masked), held)
    if named.subscriptions and not named.everything:
        return named.subscriptions
    lately = [item for item in held if item.ends_at is None or item.ends_at > turn.now - _LONG_AGO]
    return lately or held[-1:]


def _line(turn: Turn, item: Subscription) -> Reply:
    if item.pending:
        return _pending(turn, item)
    end = item.ends_at or (item.trial_until if item.status is Status.TRIAL else None) or item.period.end
    values = {"plan": item.plan.name, "end": last_moment(end)}
    if item.status is Status.CANCELLING:
        charged = charges_ahead(item, turn.now, turn.deps.zone)
        message = "status_cancelling_renews" if charged else "status_cancelling"
        return Reply(message, {**values, "charged": charged}, buttons=(buttons.undo(turn, item),))
    if item.status is Status.ENDED:
        return Reply("status_ended", values)
    quoted = policies.if_cancelled_now(turn, item)
    at_once = not quoted.undoable and item.status is not Status.TRIAL
    message = f"status_{item.status.value}" + ("_at_once" if at_once else "")
    values["end"] = last_moment(quoted.effective_at)
    return Reply(message, values, buttons=(buttons.cancel_this(turn, item),))


def _pending(turn: Turn, item: Subscription) -> Reply:
    """It is being done: from when it counts, and the number to quote; the way back is there all the same."""
    latest = turn.work.operations.latest(item.ref)
    declared = turn.work.declarations.get(latest.declaration_id) if latest is not None else None
    if latest is None or declared is None or latest.kind not in ledger.ENDS:
        return Reply("status_pending_other", {"plan": item.plan.name})
    turn.work.operations.put(ledger.promised(latest))
    declared = declarations.numbered(turn, declared)
    values = {"plan": item.plan.name, "declared_at": declared.declared_at, "number": declared.number or ""}
    return Reply("status_pending", values, buttons=(buttons.undo(turn, item),))


def _charge(turn: Turn, item: Subscription) -> Reply:
    due = next_charge(item, turn.now, turn.deps.zone) if item.status is Status.CANCELLING else item.period.end
    if item.status is Status.TRIAL and item.trial_until is not None:
        due = item.trial_until
    values = {"plan": item.plan.name, "price": item.plan.price, "next": due}
    if charged := charges_ahead(item, turn.now, turn.deps.zone):
        told = {**values, "charged": charged, "end": last_moment(item.ends_at or due)}
        return Reply("charges_until_end", told, buttons=(buttons.undo(turn, item),))
    if not item.cancellable:
        return Reply("charges_no_more", values)
    message = "charges_paused" if item.status is Status.PAUSED else "charges_next"
    return Reply(message, values, buttons=(buttons.cancel_this(turn, item),))


def _latest_receipt(turn: Turn) -> list[Reply]:
    kept = turn.work.receipts.of_customer(turn.customer.ref) if turn.customer else ()
    same_time = [item for item in kept if item.received_at == kept[0].received_at]
    return [
        Reply(
            "receipt_again",
            {"plan": item.plan_name, "number": item.number},
            ReplyKind.RECEIPT,
            receipt=receipts.summary(turn.deps, item),
        )
        for item in reversed(same_time)
    ]
