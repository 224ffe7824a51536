"""The terms that count for a customer's subscription: its policy, where they live."""

from __future__ import annotations

from datetime import datetime

from bot.domain.cancellations import Quote, quote_cancellation
from bot.domain.endings import Why, why_not_then
from bot.domain.policies import Policy
from bot.domain.subscriptions import Subscription
from bot.services.ledger import Done
from bot.services.turn import Turn

_BECAUSE = {
    Why.TRIAL: "cancel_because_trial",
    Why.NOTICE: "cancel_because_notice",
    Why.MONTH: "cancel_because_month",
    Why.NO_LATER: "cancel_because_no_later",
}


def policy_of(turn: Turn, subscription: Subscription) -> Policy:
    """The policy for the customer who is there."""
    country = turn.customer.country if turn.customer is not None else None
    return turn.deps.policies.of(subscription.plan, country)


def if_cancelled_now(turn: Turn, subscription: Subscription) -> Quote:
    """What cancelling would come to, said this moment."""
    policy = policy_of(turn, subscription)
    return quote_cancellation(subscription, turn.now, turn.now, turn.deps.zone, policy=policy)


def why_not_then_message(turn: Turn, done: Done, end: datetime) -> str:
    """The message that says why it ends at `end` (UTC), and not when that was wished for."""
    wanted, declaration = done.instead_of, turn.work.declarations.get(done.operation.declaration_id)
    if wanted is None or declaration is None:
        raise ValueError("it ends when that was wished for")
    policy = policy_of(turn, done.subscription)
    why = why_not_then(done.subscription, policy, declaration.declared_at, turn.deps.zone, wanted, end)
    by_period = "cancel_because_day" if wanted.one_day else "cancel_because_span"
    return _BECAUSE.get(why, by_period)
