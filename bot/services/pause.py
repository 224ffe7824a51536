"""Pausing, only ever when asked for: done at once where the plan has a pause, and taken back by a word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from bot.domain.cancellations import OperationKind, Quote
from bot.domain.choices import mentioned
from bot.domain.conversations import Awaiting, ButtonSpec, Press, Reply, ReplyKind
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.pauses import NoPause, PauseRefused, quote_pause
from bot.domain.periods import last_moment
from bot.domain.subscriptions import Status, Subscription
from bot.domain.text import normalise
from bot.domain.wished_end import EndKind, WishedEnd
from bot.services import (
    billing_away,
    buttons,
    declarations,
    exit_interview,
    operations,
    policies,
    receipts,
    verification,
    wishes,
)
from bot.services.ledger import Done
from bot.services.turn import Turn

#: What has words of its own among the reasons why there is no pause; the others share them.
_REFUSED = {
    NoPause.PAUSED: "pause_already",
    NoPause.CANCELLING: "pause_cancelling",
    NoPause.ENDED: "pause_ended",
    NoPause.RENEWS_LATER: "pause_renews_later",
}


#: A pause until then is said in the grammar of something that ends then: "until 1 May" is "on 1 May".
_AS_AN_END = {
    "en": (
        (re.compile(r"\b(?:paus(?:e|es|ed|ing)|suspend\w*|freeze|on hold|skip)\b"), "cancel"),
        (re.compile(r"\b(?:until|till|'til|through)\b"), "by"),
        (re.compile(r"\bfor (?=(?:about |another |the next )?\w+ \w+)"), "in "),
    ),
    "de": (
        (re.compile(r"\b(?:pausier\w*|pause|aussetz\w*|unterbrech\w*|ruhen)\b"), "kündigen"),
        (re.compile(r"\bfür (?=\w+ (?:tag|woche|monat|quartal|jahr))"), "in "),
    ),
}


def handle(turn: Turn) -> Sequence[Reply]:
    """Answers "can I pause instead?", said or pressed."""
    exit_interview.other_subject(turn)
    press = turn.press
    if press is not None and press.declaration_id is not None and turn.customer is not None:
        declaration = turn.work.declarations.get(press.declaration_id)
        if declaration is not None and declarations.own(turn, declaration) and declaration.holds(turn.now):
            return proceed(turn, declaration, press.subscription_ref)
    declaration = declarations.declare(turn, OperationKind.PAUSE)
    if turn.customer is None:
        return verification.begin_with(turn, declaration)
    return proceed(turn, declaration)


def proceed(turn: Turn, declaration: Declaration, ref: str | None = None) -> Sequence[Reply]:
    """Pauses what a verified customer means, or asks which one; `ref` is the one they pressed."""
    return billing_away.unless(turn, lambda: declaration, lambda: _proceed(turn, declaration, ref))


def chosen(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Takes a plan's name, written while "Which one should be paused?" is open."""
    named = mentioned(normalise(turn.masked), operations.held(turn)).subscriptions
    return _pause_all(turn, declaration, named) if named else []


def _proceed(turn: Turn, declaration: Declaration, ref: str | None) -> Sequence[Reply]:
    held = operations.held(turn)
    if ref is not None:
        return _pause_all(turn, declaration, [item for item in held if item.ref == ref])
    named = mentioned(normalise(declaration.words), held).subscriptions
    running = [item for item in held if item.status is Status.ACTIVE]
    wanted = named or running or held[-1:]
    if len(wanted) > 1 and not named:
        turn.wait_for(Awaiting.CHOICE, declaration.id)
        shown = tuple(buttons.pause(turn, item, declaration) for item in running)
        return [Reply("pause_which", {}, ReplyKind.CHOICE, shown)]
    return _pause_all(turn, declaration, wanted)


def _pause_all(
    turn: Turn, declaration: Declaration, subscriptions: Sequence[Subscription]
) -> Sequence[Reply]:
    replies = [reply for item in subscriptions for reply in _pause(turn, declaration, item)]
    acted = bool(turn.work.operations.of_declaration(declaration.id))
    turn.settle()
    declarations.move(turn, declaration, DeclarationState.CARRIED_OUT if acted else DeclarationState.DROPPED)
    return replies if turn.answered_by(replies) else [Reply("cancel_nothing")]


def _pause(turn: Turn, declaration: Declaration, item: Subscription) -> Sequence[Reply]:
    wish = _wished(turn, declaration)
    if wish is not None and wish.kind is EndKind.UNCLEAR and turn.press is None:
        return [_until_when(turn, declaration, item)]
    policy = policies.policy_of(turn, item)
    terms = quote_pause(item, policy, turn.now, turn.deps.zone, wish.days if wish is not None else None)
    if not turn.deps.billing.abilities.pause:
        terms = PauseRefused(NoPause.NOT_OFFERED)
    if isinstance(terms, PauseRefused):
        return [_refused(turn, item, terms)]
    none = terms.charged
    quote = Quote(terms.starts, charged=none, refunded=none, undoable=True, instead_of=terms.instead_of)
    done = operations.carry_out(turn, item, declaration, OperationKind.PAUSE, quote, terms.until)
    return [] if done is None else [confirmation(turn, done)]


def _until_when(turn: Turn, declaration: Declaration, item: Subscription) -> Reply:
    """A time was named that nobody can place: nothing is done, and how to say it is told."""
    shown = (buttons.pause(turn, item, declaration, "button_pause"), buttons.person())
    return Reply("pause_until_when", {"plan": item.plan.name}, ReplyKind.CHOICE, shown)


def _wished(turn: Turn, declaration: Declaration) -> WishedEnd | None:
    """Until when, as far as the words say."""
    words = declaration.words.casefold()
    for said, meant in _AS_AN_END.get(turn.conversation.locale, ()):
        words = said.sub(meant, words)
    return wishes.read(turn, replace(declaration, words=words))


def _refused(turn: Turn, item: Subscription, refused: PauseRefused) -> Reply:
    """Why not, and what there is instead; the way out is as near as ever."""
    end = item.ends_at or item.period.end
    values = {
        "plan": item.plan.name,
        "end": last_moment(end),
        "renews": refused.renews_at or item.period.end,
    }
    shown: tuple[ButtonSpec, ...] = (
        (buttons.cancel_this(turn, item), buttons.person()) if item.cancellable else ()
    )
    if refused.reason is NoPause.PAUSED:
        shown = (buttons.go_on(turn, item),)
    if refused.reason is NoPause.CANCELLING:
        shown = (buttons.undo(turn, item),)
    return Reply(_REFUSED.get(refused.reason, "pause_not_offered"), values, buttons=shown)


def confirmation(turn: Turn, done: Done) -> Reply:
    """Paused, until when, what is charged meanwhile, the receipt, and the way back."""
    until, wanted = done.operation.until, done.instead_of
    message = "pause_done" if until is not None else "pause_done_open"
    values: dict[str, object] = {"plan": done.subscription.plan.name, "number": done.receipt.number}
    if until is not None:
        values["until"] = until
    if wanted is not None:
        message = "pause_done_shorter"
        values["wanted"] = datetime.combine(wanted.first, time(12), turn.deps.zone)
    return Reply(
        message,
        values,
        ReplyKind.RECEIPT,
        (buttons.go_on(turn, done.subscription),),
        receipts.summary(turn.deps, done.receipt),
    )


def go_on(turn: Turn, item: Subscription) -> Sequence[Reply]:
    """Ends a pause, said or pressed, with a receipt of its own."""
    declaration = declarations.declare(turn, OperationKind.RESUME)
    declarations.move(turn, declaration, DeclarationState.CARRIED_OUT)
    none = item.plan.price.times(0)
    quote = Quote(turn.now, charged=none, refunded=none, undoable=True)
    done = operations.carry_out(turn, item, declaration, OperationKind.RESUME, quote)
    turn.settle()
    return [] if done is None else [resumed(turn, done)]


def resumed(turn: Turn, done: Done) -> Reply:
    """It goes on after a pause."""
    values = {
        "plan": done.subscription.plan.name,
        "next": done.subscription.period.end,
        "number": done.receipt.number,
    }
    return Reply("pause_over", values, ReplyKind.RECEIPT, receipt=receipts.summary(turn.deps, done.receipt))


def taken_back(turn: Turn, press: Press, item: Subscription) -> Sequence[Reply]:
    """[Go on] ends the pause it was shown with, and no later one (P2)."""
    latest = turn.work.operations.latest(item.ref)
    generation = latest.generation if latest is not None else None
    if item.status is not Status.PAUSED or generation != press.generation:
        return [Reply("undo_already", {"plan": item.plan.name})] if item.cancellable else []
    return go_on(turn, item)
