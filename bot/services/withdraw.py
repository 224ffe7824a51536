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
    declaration = declarations.declare(turn, OperationKind.WITHDRAW)
    if turn.customer is None:
        return verification.begin_with(turn, declaration)
    return proceed(turn, declaration)


def proceed(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Shows a verified customer the one press it takes, or says why there is no withdrawal."""
    return billing_away.unless(turn, lambda: declaration, lambda: _proceed(turn, declaration))


def chosen(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    """Takes a plan's name, written while the buttons are shown: its own is shown again."""
    named = mentioned(normalise(turn.masked), operations.held(turn)).subscriptions
    return _offer(turn, declaration, named) if named else []


def _proceed(turn: Turn, declaration: Declaration) -> Sequence[Reply]:
    held = operations.held(turn)
    named = mentioned(normalise(declaration.words), held).subscriptions
    return _offer(turn, declaration, named or held)


def _offer(turn: Turn, declaration: Declaration, among: Sequence[Subscription]) -> Sequence[Reply]:
    quoted = [(item, _quote(turn, item, declaration)) for item in among]
    open_to = [(item, terms) for item, terms in quoted if isinstance(terms, WithdrawalQuote)]
    if not open_to:
        declarations.move(turn, declaration, DeclarationState.DROPPED)
        turn.wait_for(None)
        return [_refused(turn, quoted)]
    offered = declarations.move(turn, declaration, DeclarationState.OFFERED)
    turn.wait_for(Awaiting.CHOICE, offered.id)
    return [
        Reply(
            "withdraw_offer" if terms.refunded else "withdraw_offer_free",
            {"plan": item.plan.name, "refund": terms.refunded},
            ReplyKind.CHOICE,
            (buttons.withdraw(turn, item, offered, named=len(open_to) > 1), buttons.keep(offered)),
        )
        for item, terms in open_to
    ]


def _pressed(turn: Turn, press: Press) -> Sequence[Reply]:
    """One press ends it: what was quoted is what is done, as of when it was declared."""
    declaration = presses.declaration_of(turn, press)
    item = next((item for item in operations.held(turn) if item.ref == press.subscription_ref), None)
    if declaration is None or item is None or not presses.current(turn, press):
        return proceed(turn, declaration or declarations.declare(turn, OperationKind.WITHDRAW))
    terms = _quote(turn, item, declaration)
    if isinstance(terms, WithdrawalRefused):
        return [_refused(turn, [(item, terms)])]
    none = item.plan.price.times(0)
    quote = Quote(terms.effective_at, charged=none, refunded=terms.refunded, undoable=False)
    done = operations.carry_out(turn, item, declaration, OperationKind.WITHDRAW, quote)
    turn.settle()
    declarations.move(turn, declaration, DeclarationState.CARRIED_OUT)
    declarations.drop_all(turn)
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
