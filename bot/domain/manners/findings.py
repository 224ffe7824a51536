"""What the checker for dark patterns looks for: each rule, why it is one, and the law that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What must not be said or built."""

    GUILT = "guilt"
    CONFIRM_SHAMING = "confirm_shaming"
    URGENCY = "urgency"
    SCARCITY = "scarcity"
    SADNESS = "sadness"
    BEGGING = "begging"
    TRICK_QUESTION = "trick_question"
    FORCED_ACTION = "forced_action"
    SALES = "sales"
    CHEER = "cheer"
    APOLOGY = "apology"
    ASKING_AGAIN = "asking_again"
    UNEQUAL_BUTTONS = "unequal_buttons"
    NO_WAY_OUT = "no_way_out"
    TOO_MANY_CHOICES = "too_many_choices"
    QUESTION_BEFORE = "question_before"
    OFFER_BEFORE = "offer_before"
    REPEATED_OFFER = "repeated_offer"
    REPEATED_QUESTION = "repeated_question"
    EXIT_QUESTION = "exit_question"
    TOO_MANY_TURNS = "too_many_turns"


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a rule is one: what it does to a customer, and the law or guideline that governs it."""

    why: str
    law: str | None = None


_INDIA = "India, dark-pattern guidelines 2023, Annexure 1"
_DSA = "EU DSA Art. 25"
_BGB = "Germany §312k BGB"
_ROSCA = "US ROSCA, 15 U.S.C. §8403 (simple mechanisms)"
_CALIFORNIA = "California AB 2863 (Bus. & Prof. Code §17602)"
_VOICE = "the voice: short, plain, the fact first"

GROUNDS: Mapping[Rule, Ground] = {
    Rule.GUILT: Ground(
        "makes leaving feel like doing somebody harm", f"{_INDIA}: confirm shaming; {_DSA}(1)"
    ),
    Rule.CONFIRM_SHAMING: Ground(
        "words the refusal so that choosing it feels foolish", f"{_INDIA}: confirm shaming; {_DSA}(1)"
    ),
    Rule.URGENCY: Ground(
        "presses for a decision now where nothing presses",
        f"{_INDIA}: false urgency; FTC Act §5; EU UCPD Annex I no. 7",
    ),
    Rule.SCARCITY: Ground(
        "says that something runs out to keep the customer", f"{_INDIA}: false urgency; EU UCPD Annex I no. 7"
    ),
    Rule.SADNESS: Ground("tells the customer of our feelings, which are none of their business"),
    Rule.BEGGING: Ground("asks to stay after the customer has said what they want", f"{_INDIA}: nagging"),
    Rule.TRICK_QUESTION: Ground(
        "can be read in two ways, or turns yes and no about",
        f"{_INDIA}: trick question; FTC Act §5; {_DSA}(1)",
    ),
    Rule.FORCED_ACTION: Ground(
        "makes something else a condition of leaving",
        f"{_INDIA}: forced action, subscription trap; {_ROSCA}; {_CALIFORNIA}; {_DSA}(3)(c); {_BGB}",
    ),
    Rule.SALES: Ground(
        "sells to somebody who is leaving", f"{_CALIFORNIA}: an offer only with the way out beside it"
    ),
    Rule.CHEER: Ground(f"cheers where a fact would do; {_VOICE}"),
    Rule.APOLOGY: Ground(f"speaks of ourselves instead of what happened; {_VOICE}"),
    Rule.ASKING_AGAIN: Ground(
        "asks for a decision that was made; undo exists instead", f"{_INDIA}: nagging; {_DSA}(3)(b); {_BGB}"
    ),
    Rule.UNEQUAL_BUTTONS: Ground(
        "makes one answer easier to press than the other", f"{_INDIA}: interface interference; {_DSA}(3)(a)"
    ),
    Rule.NO_WAY_OUT: Ground(
        "asks without a button for not answering", f"{_INDIA}: forced action; {_DSA}(3)(c); {_CALIFORNIA}"
    ),
    Rule.TOO_MANY_CHOICES: Ground(
        "puts more buttons before the customer than can be taken in", f"{_ROSCA}; {_DSA}(1)"
    ),
    Rule.QUESTION_BEFORE: Ground(
        "asks something before it is done that need not be known to do it (P1, P5)",
        f"{_BGB}: no more than who, which contract, when and where to confirm; {_ROSCA}; {_CALIFORNIA}",
    ),
    Rule.OFFER_BEFORE: Ground(
        "offers something before it is done (P8)", f"{_CALIFORNIA}; {_ROSCA}; {_DSA}(3)(c)"
    ),
    Rule.REPEATED_OFFER: Ground(
        "offers again what was not asked for (P8)", f"{_INDIA}: nagging; {_DSA}(3)(b)"
    ),
    Rule.REPEATED_QUESTION: Ground("asks the same question twice", f"{_INDIA}: nagging; {_DSA}(3)(b)"),
    Rule.EXIT_QUESTION: Ground(
        "the exit question comes once, after the confirmation, as a message of its own (P5)",
        f"{_INDIA}: nagging; {_BGB}: a reason only for extraordinary termination",
    ),
    Rule.TOO_MANY_TURNS: Ground(
        "takes more of the customer's messages than promised (P1)",
        f"{_INDIA}: subscription trap; {_ROSCA}; {_CALIFORNIA}; {_DSA}(3)(c)",
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: where it is (a file and message, or a message's number), the rule, the words at fault."""

    where: str
    rule: Rule
    words: str

    @property
    def why(self) -> str:
        """What the rule protects the customer from."""
        return GROUNDS[self.rule].why

    @property
    def law(self) -> str | None:
        """The law or guideline that governs it; None where only our own voice asks for it."""
        return GROUNDS[self.rule].law
