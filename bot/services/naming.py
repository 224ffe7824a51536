"""Which plans a customer names, with "all" and "everything" taken only where they say what should end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.choices import Choice, choose, only_names
from bot.domain.subscriptions import Subscription
from bot.domain.text import normalise

_END = (
    r"(?:cancel\w*|end|ending|stop|terminate|close|drop|quit|remove|delete|kill|leave|out of|rid of|done with"
    r"|discontinue|k[üu]ndig\w*|beend\w*|stornier\w*|l[öo]sch\w*)"
)
_ALL = (
    r"(?:all|everything|both|every (?:plan|subscription|one|single one)|each of them|the lot"
    r"|alle[sn]?|beide[sn]?|sämtliche)"
)
_BETWEEN = r"(?: (?:it|them|me|my|the|our|of|from|for|just|please|pls|bitte|mir|meine?))*"
_PLANS = (
    r"(?:them|those|these|plans?|subscriptions?|subs|memberships?|accounts?|contracts?|two|three|four|five"
    r"|abos?|abonnements?|verträge|tarife)"
)
# "Cancel, everything broke" and "cancel, thanks for everything" say nothing of plans; "cancel everything",
# "all my plans", "I want it all cancelled" and "all of them" do.
_MEANT = re.compile(
    rf"\b{_END}{_BETWEEN} {_ALL}\b(?! (?:is|are|was|were|i|we|too|so|has|went|broke\w*))"
    rf"|\b{_ALL}(?: of)?(?: (?:my|the|our|meine|die|unsere))?(?: (?:active|current|other|two|three|drei))*"
    rf" {_PLANS}\b"
    rf"|\b{_ALL}(?: (?:should|must|has to|have to|can|to|be|bitte|jetzt))* (?:cancel\w*|ended?|stopped|closed"
    rf"|terminated|gone|deleted|k[üu]ndig\w*|gekündigt|beend\w*|stornier\w*)\b"
    rf"|^(?:{_ALL}|each|every)\b(?: (?:please|pls|bitte|of it|then|now))?[.!]*$"
    rf"|^(?:yes|ja|no|nein|please|just|ok)?,? ?{_ALL}[.!]*$"
)


# Around an "all" that is the whole of an answer.
_ALL_OF = re.compile(r"\b(?:of|them|it|those|these|active|current|then)\b")
_ENDS_ALL = re.compile(rf"\b{_END}{_BETWEEN} {_ALL}\b|\b{_ALL}\b.*\b{_END}\b")


def answered(words: str, subscriptions: Sequence[Subscription]) -> Choice:
    """The plans that an answer to "Which one should end?" picks.

    It must end a plan in so many words or be nothing but names: who asks back ("is the Pro plan the one
    with exports?") or remarks something ("the Pro plan is good") has not picked yet.
    """
    text = normalise(words)
    if "?" in text:
        return Choice()
    picked = choose(text, subscriptions, plainly=True)
    if not picked.everything:
        return picked
    lowered = text.casefold()
    whole = only_names(_ALL_OF.sub(" ", lowered))
    return picked if whole or (_ENDS_ALL.search(lowered) and _MEANT.search(lowered)) else Choice()


def named(words: str, subscriptions: Sequence[Subscription]) -> Choice:
    """The plans that a customer's words name as the ones to end.

    Cancelling all of somebody's plans because they wrote "thanks for everything" would be the worst of
    guesses: where "all" is not plainly said of the plans, nothing is named, and the customer is asked.
    """
    text = normalise(words)
    picked = choose(text, subscriptions)
    if picked.everything and not _MEANT.search(text.casefold()):
        return Choice()
    return picked
