"""Reading reasons out of a customer's own words: zero, one or several (never argued with, never guessed)."""

from __future__ import annotations

import re

from bot.domain.exit_interview import Reason

# Stems per reason. A lexicon errs on the side of finding none, which is right here: the words are kept
# verbatim.
_STEMS: dict[Reason, tuple[str, ...]] = {
    Reason.TOO_EXPENSIVE: (
        r"expensive",
        r"\bpric(e|es|ey|y|ing)\b",
        r"\bcosts?\b",
        r"afford",
        r"overpriced",
        r"too much (money|for)",
        r"\bbudget",
        r"\bcheaper\b",
        r"can'?t justify",
        r"save (some )?money",
        r"money'?s tight",
    ),
    Reason.MISSING_FEATURES: (
        r"missing",
        r"\blacks?\b",
        r"lacking",
        r"\bfeatures?\b",
        r"doesn'?t (have|support|offer|integrate)",
        r"\bno (export|api|integration|app)\b",
        r"integrations?\b",
        r"need(ed)? (more|something) (that|which)",
    ),
    Reason.SWITCHED_SERVICE: (
        r"switch(ed|ing)?\b",
        r"competitor",
        r"(another|different|other) (service|provider|tool|product|app|company)",
        r"found (something|a|an) (better|alternative|cheaper)",
        r"alternative",
        r"moved? (over )?to\b",
        r"moving (over )?to\b",
    ),
    Reason.UNUSED: (
        r"(don'?t|do not|didn'?t|never|not|hardly|barely|rarely) (really |actually |even )?(us(e|ed|ing)|need|open(ed)?|log(ged)?)\b",
        r"no longer (need|use)",
        r"any ?more need",
        r"unused",
        r"no use for",
        r"don'?t need",
        r"stopped using",
        r"no time",
    ),
    Reason.CUSTOMER_SERVICE: (
        r"(customer|your) (service|support)",
        r"support (team|staff|was|is|never)",
        r"\brude\b",
        r"(nobody|no one|never) (answer|repl|respond|help)",
        r"waiting for (a|an) (reply|answer)",
        r"helpdesk|help desk",
    ),
    Reason.TOO_COMPLEX: (
        r"complex",
        r"complicated",
        r"confusing",
        r"(hard|difficult) to (use|understand|figure|set)",
        r"learning curve",
        r"not (intuitive|easy)",
        r"couldn'?t figure",
    ),
    Reason.LOW_QUALITY: (
        r"\bbug(s|gy)?\b",
        r"crash",
        r"(poor|bad|low|terrible) quality",
        r"\bslow\b",
        r"\bbroke(n)?\b",
        r"(doesn'?t|does not|didn'?t|never) work",
        r"unreliable",
        r"outages?\b",
        r"glitch",
        r"laggy|\blags?\b",
    ),
    Reason.TEMPORARY: (
        r"temporar",
        r"for now\b",
        r"(will|might|may|i'?ll) (be|come) back",
        r"taking a break",
        r"on hold",
        r"only needed (it )?for",
        r"project (is |has )?(over|ended|finished|done)",
        r"seasonal",
        r"going (away|travel)",
    ),
}
_COMPILED = {reason: re.compile("|".join(stems)) for reason, stems in _STEMS.items()}


def reasons_in(words: str) -> tuple[Reason, ...]:
    """The reasons a normalised text names, in the order of `Reason`; empty when it names none we know."""
    lowered = words.casefold().replace("\u2019", "'")
    return tuple(reason for reason, pattern in _COMPILED.items() if pattern.search(lowered))
