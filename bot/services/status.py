"""Answers from the customer's own facts: where their subscriptions stand, when they end, what is charged."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.choices import choose
from bot.domain.conversations import Awaiting, ButtonSpec, Press, Reply, ReplyKind
from bot.domain.subscriptions import Status, Subscription
from bot.domain.text import normalise
from bot.services import declarations, exit_interview, receipts, verification
from bot.services.turn import Turn


def cancel_now() -> ButtonSpec:
    """[Cancel now], which is the same as saying so."""
    return ButtonSpec(Press(name="cancel_now", intent="cancel"), "button_cancel_now")


def ask_status(turn: Turn) -> Sequence[Reply]:
    """Answers "did it work?" from the ledger."""
    exit_interview.close(turn)
    if turn.customer is None:
        waiting = declarations.waiting(turn)
        if waiting is not None:
            turn.wait_for(turn.conversation.awaiting or Awaiting.EMAIL, waiting.id)
            return [Reply("status_waiting", {"declared_at": waiting.declared_at})]
        return verification.ask(turn)
    return [*overview(turn), *_latest_receipt(turn)]


def overview(turn: Turn) -> list[Reply]:
    """One message on every subscription that has not long ended."""
    return [Reply("status_none")] if not (lines := _lines(turn)) else lines


def resend_receipt(turn: Turn) -> Sequence[Reply]:
    """The latest receipts again, the ones of the same declaration together."""
    exit_interview.close(turn)
    if turn.customer is None:
        return verification.ask(turn)
    replies = _latest_receipt(turn)
    return replies or [Reply("receipt_none", buttons=(cancel_now(),) if _any_open(turn) else ())]


def ask_end_date(turn: Turn) -> Sequence[Reply]:
    """Answers "when does it end?"; where nothing is cancelled yet, with the date it would end and [Cancel
    now].
    """
    exit_interview.close(turn)
    if turn.customer is None:
        return verification.ask(turn)
    return overview(turn)


def ask_charges(turn: Turn) -> Sequence[Reply]:
    """Answers "will I be charged again?"."""
    exit_interview.close(turn)
    if turn.customer is None:
        return verification.ask(turn)
    replies = [_charge(item) for item in _meant(turn)]
    return replies or [Reply("charges_none")]


def ask_how_to_cancel(turn: Turn) -> Sequence[Reply]:
    """Answers "how do I cancel?": by pressing this button."""
    exit_interview.close(turn)
    return [Reply("how_to_cancel", {}, ReplyKind.CHOICE, (cancel_now(),))]


def _meant(turn: Turn) -> list[Subscription]:
    """The subscriptions a question is about: the named ones, else all that are open or ended by us."""
    assert turn.customer is not None  # noqa: S101 - callers have checked; this tells the type checker
    held = turn.provider.subscriptions(turn.customer.ref)
    named = choose(normalise(turn.masked), held)
    return list(named.subscriptions or held)


def _lines(turn: Turn) -> list[Reply]:
    return [_line(item) for item in _meant(turn)]


def _line(item: Subscription) -> Reply:
    values = {"plan": item.plan.name, "end": item.ends_at or item.period.end}
    match item.status:
        case Status.CANCELLING:
            return Reply("status_cancelling", values, buttons=())
        case Status.ENDED:
            return Reply("status_ended", values)
        case Status.PAUSED:
            return Reply("status_paused", values, buttons=(cancel_now(),))
        case Status.TRIAL:
            return Reply(
                "status_trial",
                {**values, "end": item.trial_until or item.period.end},
                buttons=(cancel_now(),),
            )
        case Status.ACTIVE:
            return Reply("status_active", values, buttons=(cancel_now(),))


def _charge(item: Subscription) -> Reply:
    values = {"plan": item.plan.name, "price": item.plan.price, "next": item.trial_until or item.period.end}
    if item.cancellable and item.status is not Status.PAUSED:
        return Reply("charges_next", values, buttons=(cancel_now(),))
    return Reply("charges_no_more", values)


def _latest_receipt(turn: Turn) -> list[Reply]:
    assert turn.customer is not None  # noqa: S101 - callers have checked; this tells the type checker
    kept = turn.work.receipts.of_customer(turn.customer.ref)
    same_time = [item for item in kept if item.received_at == kept[0].received_at] if kept else []
    return [
        Reply(
            "receipt_again",
            {"plan": item.plan_name, "number": item.number},
            ReplyKind.RECEIPT,
            receipt=receipts.summary(turn.deps, item),
        )
        for item in reversed(same_time)
    ]


def _any_open(turn: Turn) -> bool:
    customer_ref = turn.customer.ref if turn.customer else ""
    return any(item.cancellable for item in turn.provider.subscriptions(customer_ref))
