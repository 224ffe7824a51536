"""When an understood intent is acted on, and when the customer is asked instead.

A classifier always names something. Some intents change something at once, and for them its word is not
enough: the text itself must say so too (bot.understanding.sayings).
Needs the standard library only; what the words of a language mean is read from data/language/ once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.understanding.sayings import standard

FALLBACK = "nlu_fallback"

# Answers that are better than the clarifying question even where the words could also ask to cancel.
_KEPT = frozenset((
    "cancel_other", "unsubscribe", "extraordinary_termination", "delete_data", "export_data",
    "resend_receipt",
    "ask_status", "ask_how_to_cancel", "ask_end_date", "ask_charges", "talk_to_human", "log_out",
    "withdraw", "pause", "lost_mailbox", "come_back",
))  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What it takes to act, set in config.yml.

    `acting` maps an intent that acts at once to the least confidence it needs (0 to 1); `margin` is the
    least lead of an acting intent over the next one; `threshold` the least confidence of every other intent;
    `rescue` the confidence from which an unheard request to cancel turns another answer
    into the clarifying question.
    """

    acting: Mapping[str, float] = field(default_factory=lambda: {"cancel": 0.35, "undo_cancel": 0.4})
    margin: float = 0.08
    threshold: float = 0.3
    rescue: float = 0.005


@dataclass(frozen=True)
class Decision:
    """What was decided: the intent to follow, and in one word why."""

    intent: str
    why: str


def _act(name: str, text: str, ranking: Sequence[tuple[str, float]], rules: Rules) -> Decision:
    confidence = ranking[0][1]
    if confidence < rules.acting[name]:
        return Decision(FALLBACK, "low")
    if len(ranking) > 1 and confidence - ranking[1][1] < rules.margin:
        return Decision(FALLBACK, "split")
    if name == "cancel" and not standard().requests_end(text):
        return Decision(FALLBACK, "unsaid")
    if name == "affirm" and standard().hesitates(text):
        return Decision(FALLBACK, "unsaid")
    return Decision(name, "clear")


def _is_unheard_request(name: str, text: str, cancel: float, rules: Rules) -> bool:
    """Whether an answer other than cancelling would pass over a plain request to cancel."""
    if name == "deny":
        return standard().requests_end_beyond_denial(text)
    if name == "cancel_other" and cancel >= rules.margin:
        return standard().requests_end_of_own(text)
    if name == "complaint" and standard().announces_leaving(text):
        return True
    return name not in _KEPT and cancel >= rules.rescue and standard().plainly_requests_end(text)


def decide(text: str, ranking: Sequence[tuple[str, float]], rules: Rules) -> Decision:
    """Choose the intent to follow from the classifier's ranking of a text: best first, confidence 0 to 1."""
    if not ranking:
        return Decision(FALLBACK, "nothing")
    name, confidence = ranking[0]
    if name in rules.acting:
        return _act(name, text, ranking, rules)
    if confidence < rules.threshold:
        return Decision(FALLBACK, "low")
    if name == "choose" and standard().asks(text):
        return Decision(FALLBACK, "unsaid")
    if _is_unheard_request(name, text, dict(ranking).get("cancel", 0.0), rules):
        return Decision(FALLBACK, "split")
    return Decision(name, "clear")
