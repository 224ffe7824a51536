"""What is said about a cancellation: asked, offered, done, done earlier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from bot.domain.charges import charges_ahead
from bot.domain.conversations import ButtonSpec, Press, Reply, ReplyKind
from bot.domain.declarations import Declaration
from bot.domain.periods import last_moment
from bot.domain.subscriptions import Subscription
from bot.services import buttons, ledger, operations, policies, receipts
from bot.services.ledger import Done
from bot.services.turn import Turn


def which(
    turn: Turn,
    declaration: Declaration,
    subscriptions: Sequence[Subscription],
    message: str,
    values: Mapping[str, object] | None = None,
) -> Sequence[Reply]:
    """The one question there is before a cancellation: which plan."""
    names = [item.plan.name for item in subscriptions]
    days = [(item.plan.name, item.anchor.astimezone(turn.deps.zone).date()) for item in subscriptions]
    choices = []
    for place, (item, day) in enumerate(zip(subscriptions, days, strict=True), start=1):
        apart = "" if names.count(item.plan.name) == 1 else "_since" if days.count(day) == 1 else "_number"
        choices.append(buttons.cancel_plan(turn, item, declaration, f"button_plan{apart}", place))
    if len(subscriptions) > 1:
        choices.append(buttons.cancel_all(turn, declaration))
    return [Reply(message, values or {}, ReplyKind.CHOICE, tuple(choices))]


def offer(declaration: Declaration) -> Reply:
    """[Cancel now] for what was declared earlier, with the time it counts from."""
    press = Press(name="cancel_now", intent="cancel", declaration_id=declaration.id)
    return Reply(
        "cancel_offer",
        {"declared_at": declaration.declared_at},
        ReplyKind.CHOICE,
        (ButtonSpec(press, "button_cancel_now"), buttons.keep(declaration)),
    )


def last_press(turn: Turn, declaration: Declaration, subscription: Subscription) -> Reply:
    """Asks the one press that an end without undo needs, with what it comes to (P1)."""
    terms = operations.quote(turn, subscription, declaration)
    return Reply(
        "cancel_final_refund" if terms.refunded else "cancel_final",
        {"plan": subscription.plan.name, "refund": terms.refunded},
        ReplyKind.CHOICE,
        (buttons.cancel_this(turn, subscription, declaration), buttons.keep(declaration)),
    )


def which_day(turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription]) -> Sequence[Reply]:
    """Asks which day was meant, with the way to end each plan as soon as it can end, and a person."""
    terms = [(item, operations.quote(turn, item, declaration)) for item in subscriptions]
    final = [item for item, quoted in terms if not quoted.undoable]
    if len(terms) == 1:
        (item, quoted), message = terms[0], "cancel_which_day"
        if final:
            message = "cancel_which_day_refund" if quoted.refunded else "cancel_which_day_final"
        values = {
            "plan": item.plan.name,
            "end": last_moment(quoted.effective_at),
            "refund": quoted.refunded,
        }
        shown = (buttons.cancel_this(turn, item, declaration), buttons.person())
        return [Reply(message, values, ReplyKind.CHOICE, shown)]
    named = [
        buttons.cancel_this(turn, item, declaration, named=True) for item, quoted in terms if quoted.undoable
    ]
    return [
        Reply("cancel_which_day_several", {}, ReplyKind.CHOICE, (*named, buttons.person())),
        *(last_press(turn, declaration, item) for item in final),
    ]


def confirmation(turn: Turn, done: Done) -> Reply:
    """Done: what ended or ends when, what it costs, the receipt, and the way back where there is one."""
    end = done.operation.effective_at or done.receipt.effective_at
    ended = end <= turn.now
    message = "cancel_done_at_once" if ended else "cancel_done"
    if done.operation.charged:
        message = "cancel_done_renews"
    if done.operation.refunded:
        message += "_refund"
    if done.operation.fault == ledger.MET:
        message = "cancel_done_meanwhile_ended" if ended else "cancel_done_meanwhile"
    said = Reply(
        message,
        {
            "plan": done.subscription.plan.name,
            "end": end if ended else last_moment(end),
            "charged": done.operation.charged,
            "refund": done.operation.refunded,
            "number": done.receipt.number,
        },
        ReplyKind.RECEIPT,
        () if ended else (buttons.undo(turn, done.subscription),),
        receipts.summary(turn.deps, done.receipt),
    )
    return said if ended else _with_reason(turn, done, said, end)


def _with_reason(turn: Turn, done: Done, said: Reply, end: datetime) -> Reply:
    """Adds why it does not end when that was wished for; else it is said as it is."""
    wanted = done.instead_of
    if wanted is None:
        return said

    def noon(day: date) -> datetime:
        return datetime.combine(day, time(12), turn.deps.zone)

    message = policies.why_not_then_message(turn, done, end)
    values = {"first": noon(wanted.first), "last": noon(wanted.last), "end": last_moment(end)}
    text, locale = turn.deps.wording.text, turn.conversation.locale
    parts = {"done": text(said.message, locale, said.values), "reason": text(message, locale, values)}
    return replace(said, message="cancel_done_because", values=parts)


def earlier(turn: Turn, done: Done) -> Reply:
    """It was cancelled before: the earlier receipt, and the way back while there is one."""
    end = done.operation.effective_at or done.receipt.effective_at
    ended = end <= turn.now
    charged = charges_ahead(done.subscription, turn.now, turn.deps.zone)
    message = "cancel_already_ended" if ended else "cancel_already_renews" if charged else "cancel_already"
    return Reply(
        message,
        {
            "plan": done.receipt.plan_name,
            "end": last_moment(end),
            "charged": charged,
            "number": done.receipt.number,
        },
        ReplyKind.RECEIPT,
        () if ended else (buttons.undo(turn, done.subscription),),
        receipts.summary(turn.deps, done.receipt),
    )


def nothing_left(turn: Turn, declaration: Declaration, named: Sequence[Subscription]) -> Sequence[Reply]:
    """There is nothing left to cancel: says so, with the receipts there are; never an error.

    Where two requests raced each other, both get the same answer.
    """
    if [item for item in named if operations.under_way(turn, item)]:
        return []  # what comes of it is told in this very turn
    standing = [done for item in named if (done := operations.standing(turn, item, declaration)) is not None]
    joined = [done for done in standing if done.joined]
    if joined:
        return [confirmation(turn, done) for done in joined]
    if standing:
        return [earlier(turn, done) for done in standing[-3:]]
    ends = [(item, item.ends_at) for item in named if item.ends_at is not None]
    if not ends:
        return [Reply("cancel_nothing")]
    item, end = ends[-1]
    charged = charges_ahead(item, turn.now, turn.deps.zone)
    values = {"plan": item.plan.name, "end": last_moment(end), "charged": charged}
    if charged:
        return [Reply("cancel_already_renews_without_receipt", values)]
    return [Reply("cancel_already_without_receipt", values)]
