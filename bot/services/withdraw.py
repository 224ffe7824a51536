"""Withdrawing: an act of its own beside cancelling, within its window, by one press, with the money back.

Directive 2011/83/EU, art. 11a: told apart from cancelling, nothing asked but which contract, and an
acknowledgement with the time it was declared. What was declared in time is in time, however long it takes.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.cancellations import OperationKind, Quote
from bot.domain.choices import mentioned
from bot.domain.conversations import Awaiting, Press, Reply, ReplyKind
from bot.domain.declarations import Declaration, DeclarationState
from bot.domain.periods import last_moment
from bot.domain.subscriptions import Subscription
from bot.domain.text import normalise
from bot.domain.withdrawals import NoWithdrawal, WithdrawalQuote, WithdrawalRefused, quote_withdrawal
from bot.services import (
    billing_away,
    buttons,
    declarations,
    exit_interview,
    operations,
    policies,
    presses,
    receipts,
    verification,
)
from bot.services.ledger import Done
from bot.services.turn import Turn

_REFUSED = {NoWithdrawal.OVER: "withdraw_over", NoWithdrawal.NO_RIGHT: "withdraw_no_right"}


def handle(turn: Turn) -> Sequence[Reply]:
    """Answers "I want my money back" and "I withdraw", said or pressed."""
    exit_interview.other_subject(turn)
    if turn.press is not None and turn.customer is not None and turn.press.declaration_id is not None:
        return _pressed(turn, turn.press)
    declaration = _declared(turn)
    if turn.customer is None:
        return verification.begin_with(turn, declaration)
    return proceed(turn, declaration)


def _declared(turn: Turn) -> Declaration:
    """What counts: said in time is in time, so saying it again, or pressing late, moves no time (P4)."""
    shown_for = presses.declaration_of(turn, turn.press) if turn.press is not None else None
    if shown_for is not None and shown_for.holds(turn.now):
        return shown_for
    said_now = declarations.declare(turn, OperationKind.WITHDRAW)
    return declarations.waiting(turn, OperationKind.WITHDRAW) or said_now


def proceed(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Shows a verified customer the one press it takes, or says why there is no withdrawal."""
    return billing_away.unless(turn, lambda: declaration, lambda: _proceed(turn, declaration))


def chosen(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Takes a plan's name, written while the buttons are shown: its own is shown again."""
    named = _named(turn.masked, operations.held(turn))
    return _offer(turn, declaration, named) if named else []


def _proceed(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    held = operations.held(turn)
    last = declarations.repeated(turn, declaration)[0]
    return _offer(turn, declaration, _named(last.words, held) or held)


def _named(words: str, held: Sequence[Subscription]) -> Sequence[Subscription]:
    return mentioned(normalise(words), held).subscriptions


def _offer(turn: Turn, declaration: Declaration, among: Sequence[Subscription]) -> Sequence[Reply]:
    said = declarations.repeated(turn, declaration)
    counts = {item.ref: _first_for(turn, item, said) or declaration for item in among}
    quoted = [(item, _quote(turn, item, counts[item.ref])) for item in among]
    open_to = [(item, terms) for item, terms in quoted if isinstance(terms, WithdrawalQuote)]
    if not open_to:
        # Where a plan was named, what was said before is about the others, too, and stands for them.
        for over in said if len(among) == len(operations.held(turn)) else said[:1]:
            declarations.move(turn, over, DeclarationState.DROPPED)
        turn.wait_for(None)
        return [_refused(turn, quoted)]
    offered = {
        item.ref: declarations.move(turn, counts[item.ref], DeclarationState.OFFERED) for item, _ in open_to
    }
    turn.wait_for(Awaiting.CHOICE, offered[open_to[0][0].ref].id)
    return [
        Reply(
            "withdraw_offer" if terms.refunded else "withdraw_offer_free",
            {"plan": item.plan.name, "refund": terms.refunded},
            ReplyKind.CHOICE,
            (
                buttons.withdraw(turn, item, offered[item.ref], named=len(open_to) > 1),
                buttons.keep(offered[item.ref]),
            ),
        )
        for item, terms in open_to
    ]


def _first_for(turn: Turn, item: Subscription, said: Sequence[Declaration]) -> Declaration | None:
    """The oldest that is about this plan: it names it, or none at all."""
    held = operations.held(turn)
    named = [(declaration, _named(declaration.words, held)) for declaration in reversed(said)]
    return next((declaration for declaration, plans in named if not plans or item in plans), None)


def _pressed(turn: Turn, press: Press) -> Sequence[Reply]:
    """One press ends it: what was quoted is what is done, as of when it was declared."""
    declaration = presses.declaration_of(turn, press)
    item = next((item for item in operations.held(turn) if item.ref == press.subscription_ref), None)
    if declaration is None or item is None or not presses.current(turn, press):
        return proceed(turn, declaration or _declared(turn))
    terms = _quote(turn, item, declaration)
    if isinstance(terms, WithdrawalRefused):
        return [_refused(turn, [(item, terms)])]
    none = item.plan.price.times(0)
    quote = Quote(terms.effective_at, charged=none, refunded=terms.refunded, undoable=False)
    done = operations.carry_out(turn, item, declaration, OperationKind.WITHDRAW, quote)
    turn.settle()
    declarations.move(turn, declaration, DeclarationState.CARRIED_OUT)
    for other in declarations.all_waiting(turn):
        # What is offered for another plan keeps its time, too.
        if other.kind is not OperationKind.WITHDRAW or other.state is not DeclarationState.OFFERED:
            declarations.move(turn, other, DeclarationState.DROPPED)
    if done is None:
        turn.asks_why = declaration.id
        return []
    return [confirmation(turn, done), *exit_interview.ask(turn, declaration)]


def _quote(turn: Turn, item: Subscription, declaration: Declaration) -> WithdrawalQuote | WithdrawalRefused:
    country = turn.customer.country if turn.customer is not None else None
    policy = policies.policy_of(turn, item)
    return quote_withdrawal(item, policy, declaration.declared_at, turn.now, turn.deps.zone, country)


def _refused(turn: Turn, quoted: Sequence[tuple[Subscription, WithdrawalQuote | WithdrawalRefused]]) -> Reply:
    """The rule, told as it is; cancelling is one press away, and so is a person."""
    refused = [(item, terms) for item, terms in quoted if isinstance(terms, WithdrawalRefused)]
    running = [pair for pair in refused if pair[0].cancellable] or refused
    if not running:
        return Reply("withdraw_nothing", buttons=(buttons.person(),))
    item, terms = running[-1]
    message = _REFUSED.get(terms.reason, "withdraw_nothing")
    until = last_moment(terms.until) if terms.until is not None else item.anchor
    to_cancel = (buttons.cancel_this(turn, item),) if item.cancellable else ()
    return Reply(message, {"plan": item.plan.name, "until": until}, buttons=(*to_cancel, buttons.person()))


def confirmation(turn: Turn, done: Done) -> Reply:
    """The acknowledgement: what was withdrawn from and when that was declared, and the money."""
    return Reply(
        "withdraw_done_refund" if done.operation.refunded else "withdraw_done",
        {
            "plan": done.subscription.plan.name,
            "declared_at": done.receipt.received_at,
            "refund": done.operation.refunded,
            "number": done.receipt.number,
        },
        ReplyKind.RECEIPT,
        receipt=receipts.summary(turn.deps, done.receipt),
    )
