"""When an understood intent is acted on, and when the customer is asked instead.

A classifier always names something, with a number that is no probability. Here that number becomes one, by
how the text reads (does it say that something is to end?) and by curves measured on held-out sentences; then
whatever costs least is done. docs/understanding.md explains it without code. Needs the standard library only.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.understanding.reading import Reading, reading, sentences
from bot.understanding.sayings import standard

FALLBACK = "nlu_fallback"
CANCEL = "cancel"
DISTRESS = "distress"
#: Intents that change something at once.
ACTING = frozenset(("cancel", "undo_cancel", "pause", "come_back", "unsubscribe", "log_out", "affirm"))
# Their answers show [Cancel now] themselves, so that little is lost on somebody who wanted just that.
_SHOWS_THE_WAY = frozenset(("ask_how_to_cancel", "ask_end_date", "ask_charges", "complaint", "give_reason"))
# A text that plainly asks to end something may still be one of these: they end things, too, or are graver.
_NEAR = frozenset((
    "cancel_other", "unsubscribe", "extraordinary_termination", "delete_data", "export_data", "withdraw",
    "pause", "talk_to_human", "log_out", "undo_cancel", "lost_mailbox", "distress", "come_back",
    "ask_status", "resend_receipt", *_SHOWS_THE_WAY,
))  # fmt: skip

_RIVALS = _NEAR - _SHOWS_THE_WAY | {
    "change_plan",
    "ask_how_to_cancel",
    "ask_end_date",
    "ask_charges",
    FALLBACK,
}
_ASKED = frozenset((Reading.PLAIN, Reading.REQUEST))
# How a sentence must read that is acted on.
_MAY_ASK = _ASKED | {Reading.OPEN}

#: What a classifier says of a text: intents and their shares (0 to 1), best first.
Ranking = Sequence[tuple[str, float]]
#: The three numbers of a beta calibration (Kull et al., "Beyond sigmoids", 2017): height, and how steep the
#: curve is where the classifier is sure it is not, and where it is sure it is.
Curve = Sequence[float]


@dataclass(frozen=True)
class Costs:
    """What a mistake costs, counted in clarifying questions (a question costs 1).

    `wrong` is the cost of following an intent that was not meant, `other` for intents not named there;
    `missed` that of an answer which passes over a wish to cancel, `missed_shown` where it shows the button.
    """

    wrong: Mapping[str, float] = field(
        default_factory=lambda: {
            "cancel": 100, "undo_cancel": 5, "pause": 5, "come_back": 5, "unsubscribe": 3, "affirm": 5,
            "log_out": 3, "distress": 2.5,
        }
    )  # fmt: skip
    other: float = 1.5
    missed: float = 5.0
    missed_shown: float = 0.5


@dataclass(frozen=True)
class Calibration:
    """Curves from what the classifier says to how often it is right; made by `bot.understanding.calibrate`.

    For cancelling by how the text reads, for the rest by whether the intent acts.
    """

    plain: Curve = (5.0, 1.0, 1.0)
    request: Curve = (4.0, 1.0, 1.0)
    open: Curve = (2.0, 1.0, 1.0)
    withheld: Curve = (-3.0, 1.0, 1.0)
    silent: Curve = (-2.0, 1.0, 1.0)
    acting: Curve = (1.0, 1.0, 1.0)
    answering: Curve = (1.5, 1.0, 1.0)


@dataclass(frozen=True)
class Rules:
    """What it takes to act, set in config.yml.

    `margin` is the least lead of an acting intent over the next one, 0 to 1. `look_alikes`: training data has
    as many sentences that sound like a wish to cancel ("cancel my order") as wishes; where customers come to
    cancel there are so many times fewer, by assumption.
    """

    costs: Costs = field(default_factory=Costs)
    calibration: Calibration = field(default_factory=Calibration)
    margin: float = 0.05
    look_alikes: float = 0.05


@dataclass(frozen=True)
class Decision:
    """What was decided: the intent to follow, in one word why, and how likely it is right (0 to 1)."""

    intent: str
    why: str
    likelihood: float = 0.0


def likelihood(said: float, curve: Curve) -> float:
    """How likely a classifier that says `said` (0 to 1) is right, by a curve."""
    said = min(max(said, 1e-6), 1 - 1e-6)
    height, low, high = curve
    return 1 / (1 + math.exp(-(height + low * math.log(said) - high * math.log(1 - said))))


@dataclass(frozen=True)
class Heard:
    """A text as a whole, or one of its sentences: how it reads, and what the classifier says."""

    reading: Reading
    said: Mapping[str, float]

    def cancel(self, calibration: Calibration) -> float:
        """How likely it asks to cancel, 0 to 1."""
        return likelihood(self.said.get(CANCEL, 0.0), getattr(calibration, self.reading.value))


def decide(text: str, ranking: Ranking, rules: Rules, parts: Sequence[Ranking] = ()) -> Decision:
    """Choose the intent to follow from the classifier's ranking of a text, and of each sentence of several.

    `parts` has one ranking for each of `sentences(text)`, or none: a story's one wish is heard in its own
    sentence, which the whole of it would drown.
    """
    if not ranking:
        return Decision(FALLBACK, "nothing")
    said = dict(ranking)
    if _distressed(text, said):
        return Decision(DISTRESS, "clear", max(said.get(DISTRESS, 0.0), 0.5))
    found = heard(text, ranking, parts)
    cancel = max(one.cancel(rules.calibration) for one in found)
    asking = [one.cancel(rules.calibration) for one in found if _asks_to_cancel(text, one, rules.margin)]
    if asking:
        return _act(_rarer(max(asking), rules.look_alikes), rules)
    others = [(name, share) for name, share in ranking if name != CANCEL]
    if not others:
        return Decision(FALLBACK, "unsaid", 1 - cancel)
    return _answer(text, others, said, cancel, found[0].reading, rules)


def heard(text: str, ranking: Ranking, parts: Sequence[Ranking] = ()) -> list[Heard]:
    """The text as a whole, and then each of its sentences, where the classifier was asked about them."""
    whole, found = dict(ranking), sentences(text)
    kinds = [Heard(reading(text), whole)]
    for one, part in zip(found, parts if len(parts) == len(found) else (), strict=False):
        said = dict(part)
        # What the rest of the text is about stays a rival of what this sentence says.
        rivals = {name: max(whole[name], said.get(name, 0.0)) for name in _RIVALS & whole.keys()}
        kinds.append(Heard(one.reading, {**said, **rivals}))
    if all(one.reading is not Reading.WITHHELD for one in found):
        return kinds
    # A wish that is hardly said does not stand beside a sentence that takes it back.
    return [replace(one, reading=Reading.WITHHELD) if one.reading is Reading.OPEN else one for one in kinds]


def _rarer(likely: float, look_alikes: float) -> float:
    """A likelihood where what it was mistaken for is so many times rarer (Bayes' rule)."""
    return likely / (likely + (1 - likely) * look_alikes)


def _asks_to_cancel(text: str, one: Heard, margin: float) -> bool:
    """Whether words and classifier agree on a wish to cancel.

    Where the words plainly ask, a complaint or a goodbye beside them is no rival; what also ends things is,
    unless no thing is named at all.
    """
    said = one.said
    if one.reading is Reading.PLAIN:
        rivals = {"undo_cancel"} if standard().only_requests_end(text) else _RIVALS - {"come_back"}
        said = {name: share for name, share in said.items() if name == CANCEL or name in rivals}
    return one.reading in _MAY_ASK and _leads(CANCEL, said, margin)


def _leads(name: str, said: Mapping[str, float], margin: float) -> bool:
    own = said.get(name, 0.0)
    return all(own - share >= margin for other, share in said.items() if other != name)


def _distressed(text: str, said: Mapping[str, float]) -> bool:
    """Whether distress is at all likely: then nothing else is answered first."""
    return standard().distress(text) or said.get(DISTRESS, 0.0) >= max(0.5, *said.values())


def _act(cancel: float, rules: Rules) -> Decision:
    if (1 - cancel) * rules.costs.wrong.get(CANCEL, rules.costs.other) <= 1:
        return Decision(CANCEL, "clear", cancel)
    return Decision(FALLBACK, "low", 1 - cancel)


def _answer(
    text: str,
    others: Sequence[tuple[str, float]],
    said: Mapping[str, float],
    cancel: float,
    reading: Reading,
    rules: Rules,
) -> Decision:
    """Follow the best intent apart from cancelling, or ask, whichever is cheaper."""
    name, share = others[0]
    acts = name in ACTING
    right = likelihood(share, rules.calibration.acting if acts else rules.calibration.answering)
    if acts and not _leads(name, said, rules.margin):
        return Decision(FALLBACK, "split", 1 - right)
    if _contradicted(name, text, reading):
        return Decision(FALLBACK, "unsaid", 1 - right)
    costs = rules.costs
    missed = costs.missed_shown if name in _SHOWS_THE_WAY else costs.missed
    if (1 - right) * costs.wrong.get(name, costs.other) + cancel * missed <= 1:
        return Decision(name, "clear", right)
    return Decision(FALLBACK, "split" if cancel * missed > 1 - right else "low", 1 - right)


def _contradicted(name: str, text: str, reading: Reading) -> bool:
    """Whether the text's own words say something else than the intent."""
    sayings = standard()
    says_else = {
        "affirm": sayings.hesitates,
        "choose": sayings.asks,
        "deny": sayings.requests_end_beyond_denial,
        "cancel_other": sayings.requests_end_of_own,
        "delete_data": sayings.names_end_of_own,
    }
    if name in says_else:
        return says_else[name](text)
    if name in {"complaint", "give_reason"}:
        return reading is Reading.PLAIN or (name == "complaint" and sayings.announces_leaving(text))
    return reading in _ASKED and name not in _NEAR and sayings.plainly_requests_end(text)
