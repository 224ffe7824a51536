"""Reading reasons out of a customer's own words: zero, one or several (never argued with, never guessed)."""

from __future__ import annotations

import re

from bot.domain.exit_interview import Reason

_NOT = (
    r"(?:don'?t|do not|doesn'?t|does not|didn'?t|did not|never|(?<!can )(?<!could )not|hardly|barely|rarely"
    r"|no longer)"
)
_BAD = r"(?:bad|poor|terrible|awful|horrible|pathetic|lousy|useless|shitty|crap(?:py)?)"
# Stems per reason. A lexicon errs on the side of finding none, which is right here: the words are kept
# verbatim.
_STEMS: dict[Reason, tuple[str, ...]] = {
    Reason.TOO_EXPENSIVE: (
        r"expensive|overpriced|pricey|unaffordable|afford|\bcheaper\b|\bbudget",
        r"\bpric(?:e|es|ing)\b|\bcosts?\b|\bpremiums\b",
        r"\b(?:bills?|fees?|rates?|charges?) (?:is|are|has|have|went|got|keeps?)\b"
        r".{0,20}\b(?:high|up|much|steep)",
        r"too (?:much|high)\b.{0,10}\b(?:money|for (?:me|us|what))",
        r"pay(?:ing)? (?:so|too|that|this) much|can'?t justify|\bsave (?:some )?money",
        rf"money(?:'?s| is) (?:\w+ )?tight|{_NOT} have (?:the |enough )?money|\bno money",
        rf"{_NOT} worth|waste of money",
    ),
    Reason.MISSING_FEATURES: (
        r"\bmissing\b|\black(?:s|ed|ing)?\b",
        r"\b(?:more|no|few|enough|better|certain|key|basic|important) features?\b",
        r"features? (?:that )?(?:i|we) ",
        r"(?:doesn'?t|does not|didn'?t|did not|you don'?t|you do not)"
        r" (?:have|support|offer|include|provide)\b",
        rf"{_NOT} integrate|integrations?\b|(?:can'?t|cannot|couldn'?t|{_NOT}) do what (?:i|we)",
        r"\b(?:no|needed an?|needed|need an?)"
        r" (?:export|import|api|integration|dark mode|offline|calendar|search)\b",
        r"need(?:ed)? (?:more|something) (?:that|which)|wish it (?:had|could)",
    ),
    Reason.SWITCHED_SERVICE: (
        r"\bswitch(?:ed|ing)?\b(?! (?:it |this )?off)|competitor|alternative",
        r"\bbetter (?:deal|offer|one|option|tool|app|service|product)\b",
        r"\b(?:is|are) (?:so |much |way |far )better\b",
        r"\b(?:another|different|other)"
        r" (?:service|provider|tool|product|app|company|operator|supplier|vendor)\b",
        r"found (?:something|a|an|one) (?:\w+ )?(?:better|cheaper)|\bpays? for another\b",
        # Where to is not known to be a service: people move to Spain as well.
        r"\bmov(?:e|ed|ing) (?:over|everything|it all|(?:my|our) (?:notes|data|files|team|work|things)) to\b",
        r"\bchang(?:e|ed|ing) (?:over )?(?:from \w+ to\b|to (?:an)?other)|\bwent with\b",
    ),
    Reason.UNUSED: (
        rf"\b{_NOT} (?:really |actually |even |ever )?"
        r"(?:us(?:e|ed|ing)|need(?:ed)?|open(?:ed)?|log(?:ged)?)\b"
        r"(?!.{0,25}\bagain)",
        rf"\b{_NOT} (?:really )?mak(?:e|ing) (?:any |much |enough )?use\b",
        r"\bany ?more need|unused|\bno use for",
        rf"\bstopped using|\bno time\b|{_NOT} have (?:the |any |enough )?time|gathering dust|forgot i had",
    ),
    Reason.CUSTOMER_SERVICE: (
        r"customer (?:service|support|care)|\byour support\b|support (?:team|staff|was|is|never)|help ?desk",
        rf"hot ?line|\b{_BAD} (?:service|support)\b|\brude\b",
        r"call cent(?:er|re)|waiting for an? (?:reply|answer)",
        r"\b(?:nobody|no one|no-one|never) (?:is |was |ever )?(?:answer|repl|respond|help|pick|got back)",
    ),
    Reason.TOO_COMPLEX: (
        r"\bcomplex|complicated|confus(?:ing|ed)|not (?:intuitive|easy)",
        r"learning curve|overwhelm|user.?unfriendly",
        r"(?:hard|difficult) to (?:use|understand|figure|set|learn|navigate)",
        r"(?:couldn'?t|can'?t|never) figure",
    ),
    Reason.LOW_QUALITY: (
        r"\bbug(?:s|gy)?\b|crash|glitch|outages?\b|unreliable|\blag(?:s|gy)?\b|\bslow\b|\bbrok(?:e|en)\b",
        rf"freez(?:es|ing)|\b{_BAD} quality|quality (?:is|was|has) (?:\w+ )?(?:{_BAD}|worse|dropped|gone)",
        rf"(?:{_NOT}|stopped) work|keeps? (?:failing|losing|dropping)|lost (?:my|our) (?:data|notes|work)",
        r"\b(?:becoming|getting|got|gets) (?:even )?worse",
        r"(?:can'?t|could ?n[o']t|cannot|can not) (?:even )?(?:access|load|open|connect|log|sync)",
        r"\b(?:network|connection|app|site|website|sync) (?:is|was|has been) (?:\w+ )?"
        rf"(?:{_BAD}|down|the worst)",
    ),
    Reason.TEMPORARY: (
        r"temporar|\bfor now\b|(?:will|might|may|i'?ll) (?:\w+ )?(?:be|come) back|taking a break|\bon hold\b",
        r"seasonal|only needed (?:it |this )?for|got what i needed",
        r"project (?:is |has |has been )?(?:over|ended|finished|done|complete)",
        r"going (?:away|travel)|\btravel(?:l)?ing (?:for|until)|parental leave|sabbatical",
    ),
}
_COMPILED = {reason: re.compile("|".join(stems)) for reason, stems in _STEMS.items()}


def reasons_in(words: str) -> tuple[Reason, ...]:
    """The reasons a normalised text names, in the order of `Reason`; empty when it names none we know."""
    lowered = words.casefold().replace("\u2019", "'")
    return tuple(reason for reason, pattern in _COMPILED.items() if pattern.search(lowered))
