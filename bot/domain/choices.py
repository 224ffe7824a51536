"""Which of their plans a customer means, taken from the sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.subscriptions import Subscription

_ALL = re.compile(
    r"\b(all|everything|both|every (plan|subscription|one|single one)|each of them|the lot"
    r"|alle[sn]?|beide[sn]?|sämtliche)\b"
)
_NOT_ALL = re.compile(
    r"\b(not|nicht)\b[^.,;]{0,20}\b(all|everything|both|alle[sn]?|beide[sn]?)\b"
    r"|\b(at|after|above|first of) all\b|\ball (right|good|the best)\b"
)
# What may stand before or after a plan's name without changing that it is the thing to end.
_BUT = re.compile(r"\b(keep|not|except|but|leave|without|behalten|außer|nicht)\b[^.,;]{0,40}$")


@dataclass(frozen=True, slots=True)
class Choice:
    """The subscriptions a sentence names; `unclear` when it names some to end in a way that code should not
    guess.
    """

    subscriptions: tuple[Subscription, ...] = ()
    everything: bool = False
    unclear: bool = False


def choose(text: str, subscriptions: Sequence[Subscription]) -> Choice:
    """The subscriptions of `subscriptions` that the normalised `text` names as the ones to end.

    Plan names are the company's own, so they are looked up and not learnt. "Everything but Pro" is not
    guessed at: it comes back unclear, and the customer picks by button.
    """
    lowered = text.casefold()
    named, spared = [], []
    for subscription in subscriptions:
        for match in re.finditer(rf"(?<!\w){re.escape(subscription.plan.name.casefold())}(?!\w)", lowered):
            (spared if _BUT.search(lowered[: match.start()]) else named).append(subscription)
    everything = bool(_ALL.search(lowered)) and not _NOT_ALL.search(lowered)
    if spared or (everything and named):
        return Choice(unclear=True)
    if named:
        unique = {item.ref: item for item in named}
        return Choice(subscriptions=tuple(unique.values()))
    if everything:
        return Choice(subscriptions=tuple(subscriptions), everything=True)
    return Choice()
