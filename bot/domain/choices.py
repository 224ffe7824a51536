"""Which of their plans a customer means, taken from the sentence.

Plan names are the company's own, so they are looked up and not learnt. A plan is taken only where the
sentence says that it is to end; whatever is less than plain comes back as unclear, and the customer picks by
button.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.subscriptions import Subscription

_NO = r"(?:do not|don'?t|does not|doesn'?t|did not|didn'?t|no longer|never|not|nicht|kein\w*)"
_STOP = (
    r"(?:cancel(?:l?ing|l?ed|lation(?: of)?)?|end|stop|terminate|close|drop|quit|remove|delete|kill|rid of"
    r"|out of|done with|unsubscribe(?: me)? from|discontinue|k[üu]ndig\w*|beend\w*|l[öo]sch\w*|stornier\w*)"
)
_WISH = r"(?:want|need|use|like|wish|require|renew|brauch\w*|will|möchte|nutz\w*)"
_KEEP = (
    r"(?:keep|keeping|leave|spare|retain|continue|stay(?: on| with)?|like|love|use|using|need|want|happy with"
    r"|(?:switch|chang|mov|downgrad|upgrad|go back)\w*(?: \w+){0,2} to|behalt\w*|lass\w*|bleib\w*)"
)
_EXCEPT = (
    r"(?:but(?: not)?|except(?: for)?|besides|apart from|other than|without|instead of|not"
    r"|nicht|außer|ohne|statt)"
)
# Somebody who takes something back names it as plainly as somebody who ends it.
_UNDO = r"(?:undo|resume|restore|reactivate|reinstate|bring back|take back)"
# In order: an undoing of the wish to end, a wish to end, a wish to keep, an exception.
_DIRECTIONS = re.compile(
    rf"\b(?:(?P<spare>{_NO} (?:\w+ ){{0,3}}?{_STOP})"
    rf"|(?P<end>{_NO} (?:\w+ )?{_WISH}(?: to (?:keep|have|use|renew|pay for))?(?: any ?more)?"
    rf"|{_STOP}|{_UNDO})"
    rf"|(?P<unsure>{_NO} (?:\w+ )?{_KEEP})|(?P<keep>{_KEEP})|(?P<but>{_EXCEPT}))\b"
)
# What may stand between such a word and a plan's name, or around a name that stands alone.
_FILLER = re.compile(
    r"\b(?:my|the|our|this|that|these|those|a|an|of|from|for|on|to|me|i|it'?s|two|three|four|please|pls|just"
    r"|only|also|too|yes|no|both|all|sorry|actually|now|ok|okay|and|or|plus|plans?|subscriptions?|subs?|ones?"
    r"|memberships?|accounts?|tiers?|would|like|want|mean|meant|mein\w*|das|den|die|der|nur|bitte|ja|und|oder"
    r"|abos?|abonnements?|tarif|charging|billing|paying)\b|[\s,&+/.!?:;\"'-]"
)
_NOUN_AFTER = re.compile(
    r"[\s-]*(?:plan|subscription|sub|one|membership|account|tier|abo|abonnement|tarif)\b"
)
_STAYS_AFTER = re.compile(
    r"\s*(?:(?:please|bitte) )?"
    r"(?:stays?|should stay|can stay|goes on|continues?|behalten|bleib\w*|nicht kündigen)\b"
)
_ENDS_AFTER = re.compile(
    r"(?P<between>[^.,;!?]{0,20}?)\b(?:k[üu]ndig\w*|cancel(?:l?ed)|ended|stopped|terminated|closed|gone"
    r"|(?:must|has to|should|can) (?:go|end)|nicht mehr)\b"
)
_ONLY = re.compile(r"\s*(?:only|just|nur|sondern)\b")
# "12 € pro Monat" names no plan.
_PER = re.compile(r"\s+(?:monat|jahr|woche|tag|stück|person|nutzer|kopf)\b")
_EVERYTHING = re.compile(
    r"\b(?:all|everything|both|every (?:plan|subscription|one|single one)|each of them|the lot"
    r"|alle[sn]?|beide[sn]?|sämtliche)\b"
)
_NOT_EVERYTHING = re.compile(
    r"\b(?:not|nicht|\w+n't|(?:do|does|did|is|are|wo|would|ca|can|could)n?t)\b[^.,;]{0,20}\b(?:all|everything|both|alle[sn]?|beide[sn]?)\b"
    r"|\b(?:at|after|above|first of|best of|most of|vor|that'?s|that is|das ist|was) (?:all|alle[sm])\b"
    r"|\ball (?:right|good|the best|the time|day|along|i (?:want|need|ask|said)|month|year)\b"
    r"|\balles (?:gute|klar)\b|\beverything (?:is|was|else|i)\b"
)
# In a "no": what is wanted instead, unless that is what is not wanted.
_ASKS_TO_END = re.compile(r"\b(?:cancel|end|stop|terminate|k[üu]ndigen)\b")
_NOT_TO_END = re.compile(
    rf"\b(?:{_NO}|\w+n't|(?:do|does|did|wo|would|ca)nt|cannot|without|instead of|rather than"
    r"|no (?:need|reason|wish))"
    r" (?:\w+ ){0,4}?(?:cancel|end|stop|terminate|k[üu]ndigen)\b|^(?:no,? )?stop[.!]*$"
)
_SEVERAL = re.compile(r"\b(?:plans|subscriptions|subs|memberships|accounts|tiers|abos|abonnements|tarife)\b")
_POSITIONS = (
    ("first", "1st", "one", "1", "erste", "ersten", "erstes"),
    ("second", "2nd", "two", "2", "zweite", "zweiten", "zweites"),
    ("third", "3rd", "three", "3", "dritte", "dritten", "drittes"),
    ("fourth", "4th", "four", "4", "vierte", "vierten", "viertes"),
    ("fifth", "5th", "five", "5", "fünfte", "fünften", "fünftes"),
)
_POSITION = re.compile(
    r"(?:(?:cancel|end|i mean|i want|take|it'?s|yes|the|number|no\.?|nr\.?|nummer|option|das|die|den|#) ?)*"
    r"(?P<word>\w+)\.?(?: (?:one|plan|subscription|option|abo))?(?: (?:please|pls|bitte|then))?[.!]*"
)
# Nobody says a plan's name this often who means it; looking at each would take long.
_MOST_MENTIONS = 30


class _Verdict(Enum):
    END = "end"
    NAMED = "named"  # as a plan, but not as what should end: counts where nothing is
    KEEP = "keep"
    UNSURE = "unsure"  # perhaps not the plan at all, but a common word


@dataclass(frozen=True, slots=True)
class Choice:
    """The subscriptions a sentence names; `unclear` when it names some in a way nobody should guess at."""

    subscriptions: tuple[Subscription, ...] = ()
    everything: bool = False
    unclear: bool = False


def choose(text: str, subscriptions: Sequence[Subscription], *, plainly: bool = False) -> Choice:
    """The subscriptions of `subscriptions` that the normalised `text` names as the ones to end.

    "Cancel Pro but keep Basic" is Pro. "Everything but Pro" is not guessed at: it comes back unclear, as
    does "my Pro plan" where two of them run. With `plainly` it is not enough that a plan is mentioned.
    """
    lowered = text.casefold().replace("\u2019", "'")
    names = sorted({item.plan.name.casefold() for item in subscriptions}, key=len, reverse=True)
    mentioned = _verdicts(lowered, names)
    said = set[_Verdict]().union(*mentioned.values())
    wanted = _Verdict.END if plainly or _Verdict.END in said else _Verdict.NAMED
    ending = [item for item in subscriptions if wanted in mentioned.get(item.plan.name.casefold(), ())]
    everything = bool(_EVERYTHING.search(_NOT_EVERYTHING.sub(" ", lowered)))
    if everything and not mentioned:
        return Choice(subscriptions=tuple(subscriptions), everything=True)
    if everything and len(ending) < min(2, len(subscriptions)):
        return Choice(unclear=True)
    if any(_Verdict.KEEP in verdicts and wanted in verdicts for verdicts in mentioned.values()):
        return Choice(unclear=True)
    if ending:
        several = everything or _SEVERAL.search(lowered)
        return Choice(unclear=True) if _same_plan(ending) and not several else Choice(tuple(ending))
    # Somebody with one subscription who says "my team" has nothing to choose from.
    return Choice(unclear=_Verdict.KEEP in said or (bool(said) and len(subscriptions) > 1))


def _same_plan(items: Sequence[Subscription]) -> bool:
    """Whether a plan's name means more than one that still runs."""
    running = [item.plan.name.casefold() for item in items if item.cancellable]
    return len(set(running)) < len(running)


def only_names(text: str) -> bool:
    """Whether the lowered `text` is nothing but "all" and words that change nothing."""
    return not _FILLER.sub("", _EVERYTHING.sub(" ", re.sub(_STOP, "", text)))


def asks_to_end(text: str) -> bool:
    """Whether the normalised `text` also asks to cancel: "no, I want to cancel"; not "no, don't cancel"."""
    return bool(_ASKS_TO_END.search(_NOT_TO_END.sub(" ", text.casefold().replace("\u2019", "'"))))


def named_to_end(text: str, names: Sequence[str]) -> str | None:
    """The first of `names`, of plans, that the normalised `text` plainly names as what should end."""
    found = _verdicts(text.casefold().replace("\u2019", "'"), [name.casefold() for name in names])
    return next((name for name in names if _Verdict.END in found.get(name.casefold(), ())), None)


def mentioned(text: str, subscriptions: Sequence[Subscription]) -> Choice:
    """The subscriptions that the normalised `text` names at all, or all: for questions, and for taking back.

    "Keep Pro" and "when does Pro end?" are Pro. With an exception in it ("all but Pro") it is unclear.
    """
    lowered = text.casefold().replace("\u2019", "'")
    named = [item for item in subscriptions if _named(lowered, item.plan.name.casefold())]
    everything = bool(_EVERYTHING.search(_NOT_EVERYTHING.sub(" ", lowered)))
    if named and (everything or re.search(rf"\b{_EXCEPT}\b", lowered)):
        return Choice(unclear=True)
    if everything:
        return Choice(subscriptions=tuple(subscriptions), everything=True)
    return Choice(subscriptions=tuple(named))


def _named(text: str, name: str) -> bool:
    found = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return any(not _PER.match(text, match.end()) for match in found)


def choose_by_position(text: str, shown: Sequence[Subscription]) -> Choice:
    """The one that "the second" means, of those `shown` in this order; the whole text must say so."""
    match = _POSITION.fullmatch(text.casefold().replace("\u2019", "'"))
    if match is None or not shown:
        return Choice()
    if match["word"] in {"last", "letzte", "letzten", "letztes"}:
        return Choice(subscriptions=(shown[-1],))
    for words, subscription in zip(_POSITIONS, shown, strict=False):
        if match["word"] in words:
            return Choice(subscriptions=(subscription,))
    return Choice()


def _verdicts(text: str, names: Sequence[str]) -> dict[str, set[_Verdict]]:
    """What is said of each plan that is mentioned; where something plain is said, the rest does not count."""
    if not names:
        return {}
    name = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(item) for item in names)})(?!\w)")
    found: dict[str, set[_Verdict]] = {}
    mentions = list(name.finditer(text))
    if len(mentions) > _MOST_MENTIONS:
        return {match[0]: {_Verdict.UNSURE} for match in mentions}
    for match in mentions:
        if not _PER.match(text, match.end()):
            found.setdefault(match[0], set()).add(_verdict(text, match, name))
    return {item: (said - {_Verdict.UNSURE}) or said for item, said in found.items()}


def _verdict(text: str, mention: re.Match[str], name: re.Pattern[str]) -> _Verdict:
    begin = max(text.rfind(mark, 0, mention.start()) for mark in ".;!?") + 1
    before, after = text[begin : mention.start()], text[mention.end() :]
    is_noun = bool(_NOUN_AFTER.match(after))
    after = _NOUN_AFTER.sub("", after, count=1) if is_noun else after
    if _STAYS_AFTER.match(after):
        return _Verdict.KEEP
    if (ends := _ENDS_AFTER.match(after)) and _is_plain(ends["between"], name):
        return _Verdict.END
    direction = max(_DIRECTIONS.finditer(before), key=re.Match.end, default=None)
    if direction is None:
        if _is_plain(re.sub(_STOP, "", text), name):
            return _Verdict.END
        return _Verdict.NAMED if is_noun else _Verdict.UNSURE
    return _directed(direction, before[direction.end() :], after, name, is_noun=is_noun)


def _directed(
    direction: re.Match[str], gap: str, after: str, name: re.Pattern[str], *, is_noun: bool
) -> _Verdict:
    """What a word such as "cancel", "keep" or "not" says of a name that follows it after `gap`."""
    kind, plain, parted = direction.lastgroup, _is_plain(gap, name), "," in gap
    if kind == "end":
        # "Cancel Pro, Basic and Team" is a list; "cancel Pro, my team left" goes on to something else.
        listed = not parted or _is_plain(re.split(r"[.,;!?]", after)[0], name)
        return _Verdict.END if (plain and listed) or is_noun else _Verdict.UNSURE
    tail = gap.rpartition(",")[2]
    if kind in {"spare", "but"} and parted and _is_plain(tail, name) and (kind == "but" or _ONLY.match(tail)):
        return _Verdict.END  # "not Basic, Pro" and "don't cancel everything, only Pro"
    if kind == "unsure" or not plain or parted:
        return _Verdict.UNSURE  # "keep Basic, Pro": to keep as well, or the other one?
    return _Verdict.KEEP


def _is_plain(words: str, name: re.Pattern[str]) -> bool:
    """Whether there is nothing in `words` but plans' names and words that change nothing."""
    return not _FILLER.sub("", name.sub(" ", words))
